/** Compares values of users' fields in JavaScript, because databases compare them differently. */

/** A time in ISO 8601 with its offset from UTC, as `Date.prototype.toISOString` and MinCloud write it. */
const instant = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;

/** @returns unix seconds, or undefined if the text is not a whole date with its offset */
export function instantOf(text: string): number | undefined {
  const [, date, time, seconds = '00', fraction = '.0', offset = ''] = instant.exec(text) ?? [];
  if (date === undefined) return undefined;
  const zone = /^z$/i.test(offset) ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  // Date.parse keeps milliseconds only.
  const whole = Date.parse(`${date}T${time}:${seconds}${zone}`) / 1000;
  return Number.isNaN(whole) ? undefined : whole + Number(`0${fraction}`);
}

/** Compares texts by code points, in the order of their UTF-8 bytes. JavaScript's `<` compares UTF-16 units. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return Number(isSurrogate(left)) - Number(isSurrogate(right)) || left - right;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;

/**
 * Compares two values of one type; texts that are dates are compared as instants.
 *
 * @returns a number for `Array.prototype.sort`, or undefined if the types differ or have no order
 */
export function compareValues(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  const [left, right] = [instantOf(a), instantOf(b)];
  return left !== undefined && right !== undefined ? left - right : compareText(a, b);
}
