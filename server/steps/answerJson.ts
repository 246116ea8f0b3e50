import type { Response } from 'express';

/**
 * Answers JSON. Express's own `json` works out the type, the charset and whether the client has it already, at every answer.
 *
 * @throws outside production, where the contract does not let the operation answer this (`validateAnswer`)
 */
export function answerJson(response: Response, status: number, body: unknown): void {
  response.locals.validateAnswer?.(status, body);
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
