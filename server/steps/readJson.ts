import { promisify } from 'node:util';
import express, { type Request } from 'express';

/** Whether a body follows the headers (RFC 9112, section 6). */
export const hasBody = ({ headers }: Request): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/**
 * Reads a body, which is far below this limit in every operation. What is compressed is refused unread: no client compresses so little,
 * and what comes out may be anything. Throws an error of Express's body parser.
 */
export const readJson = promisify(express.json({ limit: '64kb', inflate: false }));
