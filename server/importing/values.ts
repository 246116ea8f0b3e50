import { isRecord } from '../accounts/sameJson.ts';
import type { ImportedName } from './importedUser.ts';

/** A record's fields, which may have any type. */
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

/** A session token, unless it is a text that could be guessed, such as `null`. */
export function tokenIn(value: unknown): string | undefined {
  const token = textIn(value);
  return token !== undefined && token.length >= shortestToken ? token : undefined;
}

/** Characters of a token: LeanCloud's have 25. */
export const shortestToken = 20;

/** The end of the year 9999, in unix seconds: later times are mistakes. */
export const latestTime = 253_402_300_799;

/**
 * A time in any form that exports have: ISO 8601, in UTC unless it names a zone, unix seconds or milliseconds, also as text, LeanCloud's and
 * Parse's `Date`, MongoDB's `$date`.
 *
 * @returns unix seconds
 */
export function timeIn(value: unknown): number | undefined {
  if (typeof value === 'number') return secondsIn(value > 1e11 ? value / 1000 : value);
  if (typeof value === 'string') {
    if (/^\d{9,13}$/.test(value)) return timeIn(Number(value));
    const iso = value.replace(/^(\d{4}-\d\d-\d\d) /, '$1T').replace(/(:[\d.]+[+-]\d\d)$/, '$1:00');
    return secondsIn(Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(iso) ? `${iso}Z` : iso) / 1000);
  }
  if (!isRecord(value)) return undefined;
  return timeIn(value.iso ?? value.$date ?? (textIn(value.$numberLong) && Number(value.$numberLong)));
}

const secondsIn = (time: number): number | undefined => (time >= 0 && time <= latestTime ? Math.floor(time) : undefined);

/** A number, also as text. */
export const numberIn = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : /^\d{1,15}$/.test(textIn(value) ?? '') ? Number(value) : undefined;

/** Whether a flag is set: true or 1. */
export const isSet = (value: unknown): boolean => value === true || numberIn(value) === 1;

/** The fields that no other reader has taken. */
export function fieldsWithout(record: Fields, known: ReadonlySet<string>): Fields {
  const rest: Fields = {};
  for (const name in record) if (!known.has(name) && record[name] !== undefined) rest[name] = record[name];
  return rest;
}
