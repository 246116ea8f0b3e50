import { isRecord } from '../accounts/sameJson.ts';
import type { ImportedName } from './importedUser.ts';
/** Readers of a record's fields, which may have any type. */
export type Fields = Record<string, unknown>;

/** A text that is not empty. */
export const textIn = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined);

/** An address or a number with its state; undefined if there is none. */
export function nameIn(value: unknown, verified: boolean): ImportedName | undefined {
  const text = textIn(value);
  return text === undefined ? undefined : { value: text, verified };
}

/** A text, or a number as text. */
export const idIn = (value: unknown): string | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : textIn(isRecord(value) ? value.$oid : value);

/**
 * A time in any form that exports have: ISO 8601, unix seconds or milliseconds, LeanCloud's and Parse's `Date`, MongoDB's `$date`.
 *
 * @returns unix seconds
 */
export function timeIn(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? Math.floor(value > 1e11 ? value / 1000 : value) : undefined;
  if (typeof value === 'string') {
    const time = Date.parse(value.replace(/^(\d{4}-\d\d-\d\d) /, '$1T').replace(/([+-]\d\d)$/, '$1:00'));
    return Number.isNaN(time) || time < 0 ? undefined : Math.floor(time / 1000);
  }
  if (!isRecord(value)) return undefined;
  return timeIn(value.iso ?? value.$date ?? (textIn(value.$numberLong) && Number(value.$numberLong)));
}

/** The fields that no other reader has taken. */
export function fieldsWithout(record: Fields, known: ReadonlySet<string>): Fields {
  const rest: Fields = {};
  for (const name in record) if (!known.has(name) && record[name] !== undefined) rest[name] = record[name];
  return rest;
}
