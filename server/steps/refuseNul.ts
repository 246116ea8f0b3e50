import type { RequestHandler } from 'express';
import { invalidField } from '../errors.ts';

/**
 * U+0000 is a character to JSON and to SQLite, but PostgreSQL has no text with it.
 *
 * @throws request_invalid
 */
export const refuseNul: RequestHandler = ({ body }, { locals }, next) => {
  // A list, because what a client nests may be deeper than the stack.
  const values: [path: string, value: unknown][] = Object.entries({ '/body': body, '/query': locals.query });
  for (const [path, value] of values) {
    if (typeof value === 'string' && value.includes('\0')) {
      throw invalidField(path, 'must not hold the character U+0000');
    }
    if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) values.push([`${path}/${key}`, child]);
    }
  }
  next();
};
