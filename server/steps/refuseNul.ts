import { invalidField } from '../errors.ts';
import type { ValidRequest } from './validateRequest.ts';

/**
 * U+0000 is a character to JSON and to SQLite, but PostgreSQL has no text with it.
 *
 * @throws request_invalid
 */
export function refuseNul({ body, query }: ValidRequest): void {
  // A list, because what a client nests may be deeper than the stack.
  const values: [path: string, value: unknown][] = [
    ['/body', body],
    ['/query', query],
  ];
  for (const [path, value] of values) {
    if (typeof value === 'string' && value.includes('\0')) {
      throw invalidField(path, 'must not hold the character U+0000');
    }
    if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value)) values.push([`${path}/${key}`, value[key as keyof typeof value]]);
    }
  }
}
