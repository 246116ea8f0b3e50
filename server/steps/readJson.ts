import { promisify } from 'node:util';
import express, { type Request, type Response } from 'express';

/**
 * Reads a body, which is far below this limit in every operation. What is compressed is refused unread: no client compresses so little,
 * and what comes out may be anything.
 */
const read = promisify(express.json({ limit: '64kb', inflate: false }));

/** @throws an error of Express's body parser */
export async function readJson(request: Request, response: Response): Promise<void> {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
  await read(request, response);
}
