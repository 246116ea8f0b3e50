import { isKeepable } from '../accounts/customFields.ts';
import { invalidField } from '../errors.ts';
import type { ValidRequest } from './validateRequest.ts';

/**
 * U+0000 and half of a surrogate pair are characters to JSON, but PostgreSQL has no text with them, and two texts that differ in such a half
 * alone would become one. Names of fields are texts too.
 *
 * @throws request_invalid
 */
export function refuseUnkeepable({ body, query }: ValidRequest): void {
  // A list, because what a client nests may be deeper than the stack.
  const values: [path: string, value: unknown][] = [
    ['/body', body],
    ['/query', query],
  ];
  for (const [path, value] of values) {
    if (typeof value === 'string' && !isKeepable(value)) throw invalidField(path, problemOf(value));
    if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value)) {
        if (!isKeepable(key)) throw invalidField(path, `has a field whose name ${problemOf(key)}`);
        values.push([`${path}/${key}`, value[key as keyof typeof value]]);
      }
    }
  }
}

const problemOf = (text: string): string =>
  text.includes('\0') ? 'must not hold the character U+0000' : 'must not hold half a character: an emoji or a rare one was cut in two';
