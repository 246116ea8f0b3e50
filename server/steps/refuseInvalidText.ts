import { isStorable } from '../accounts/customFields.ts';
import { invalidField } from '../errors.ts';
import type { ValidRequest } from './validateRequest.ts';

/**
 * Refuses U+0000 and lone surrogates, which JSON allows, in values and field names. PostgreSQL cannot store U+0000, and encoding replaces
 * every lone surrogate by U+FFFD, so that different texts would become equal.
 *
 * @throws request_invalid
 */
export function refuseInvalidText({ body, query }: ValidRequest): void {
  // A list instead of recursion, because a client may nest values deeper than the stack.
  const values: [path: string, value: unknown][] = [
    ['/body', body],
    ['/query', query],
  ];
  for (const [path, value] of values) {
    if (typeof value === 'string' && !isStorable(value)) throw invalidField(path, problemOf(value));
    if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value)) {
        if (!isStorable(key)) throw invalidField(path, `has a field whose name ${problemOf(key)}`);
        values.push([`${path}/${key}`, value[key as keyof typeof value]]);
      }
    }
  }
}

const problemOf = (text: string): string =>
  text.includes('\0')
    ? 'must not contain the character U+0000'
    : 'must not contain half a character: an emoji or a rare character was cut in two';
