import type { Response } from 'express';
import { secureHeaders } from './secureAnswer.ts';

/** What is the same in every answer, name by name with its value. */
const constant = [...secureHeaders, ['Content-Type', 'application/json; charset=utf-8']].flat();

/** Answers JSON. Express's own `json` works out the type, the charset and whether the client has it already, at every answer. */
export function answerJson(response: Response, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  const { id } = response.req.current;
  // All at once, as Node looks at each header for itself otherwise.
  response.writeHead(status, [...constant, 'X-Request-Id', id, 'Content-Length', String(Buffer.byteLength(text))]);
  response.end(text);
}
