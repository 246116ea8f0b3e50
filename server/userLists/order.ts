import * as z from 'zod';
import { isStorable } from '../accounts/customFields.ts';
import { invalidField } from '../errors.ts';
import type { Candidate } from './candidate.ts';
import { compareText, instantOf } from './values.ts';

/** One name of an `order_by`. */
export interface Term {
  name: string;
  down: boolean;
}

/** A value's sort key: values sort by kind, then within the kind. */
export type SortKey = readonly [kind: number, value: string | number];

/** Ranks of the kinds of `SortKey`: unsortable, booleans, texts, dates, numbers. */
const kinds = { none: 0, boolean: 1, text: 2, instant: 3, number: 4 } as const;

/** Fields that have an index. Each index ends with the id. */
export const indexedFields = ['id', 'created_at', 'nickname'] as const;
export type IndexedField = (typeof indexedFields)[number];

const maxTerms = 5;
/** UTF-16 units of a custom field's text that its sort key holds, so that positions stay short. */
const sortedLength = 100;
/** UTF-16 units of the longest nickname (256 characters), which is sorted by its full text. */
const longestText = 512;

/**
 * Parses an `order_by` (parameter `OrderBy`). Appends the id to its terms, so that no two users have the same position.
 *
 * @throws request_invalid for a field that is not public, or occurs twice
 */
export function parseOrder(publicFields: readonly string[], orderBy: string): Term[] {
  const known = [...indexedFields, ...publicFields];
  const terms = orderBy.split(',').map((term) => ({ name: term.replace(/^-/, ''), down: term.startsWith('-') }));
  for (const [index, { name }] of terms.entries()) {
    if (!known.includes(name)) throw refuse(`cannot sort by ${name}; allowed are ${known.join(', ')}`);
    if (terms.findIndex((other) => other.name === name) < index) throw refuse(`names ${name} twice`);
  }
  if (terms.length > maxTerms) throw refuse(`has more than ${maxTerms} names`);
  const id = terms.findIndex(({ name }) => name === 'id');
  return id === -1 ? [...terms, { name: 'id', down: terms.at(-1)?.down ?? false }] : terms.slice(0, id + 1);
}

/** Finds the field whose index has exactly this order; undefined if none has. */
export function indexOf(order: readonly Term[]): IndexedField | undefined {
  const [first, ...rest] = order;
  const sameDirection = rest.every(({ down }) => down === first?.down);
  return rest.length <= 1 && sameDirection ? indexedFields.find((name) => name === first?.name) : undefined;
}

/** Sort keys of a user. */
export const positionOf = (order: readonly Term[], user: Candidate): SortKey[] =>
  order.map(({ name }) => sortKeyOf(name, user.value(name)));

function sortKeyOf(name: string, value: unknown): SortKey {
  // The nickname index sorts dates as text.
  if (name === 'nickname') return [kinds.text, String(value)];
  if (typeof value === 'number') return [kinds.number, value];
  if (typeof value === 'boolean') return [kinds.boolean, Number(value)];
  if (typeof value !== 'string') return [kinds.none, 0];
  const instant = instantOf(value);
  return instant === undefined ? [kinds.text, value.slice(0, sortedLength).toWellFormed()] : [kinds.instant, instant];
}

/** Compares two positions in an order, as a comparator for `Array.prototype.sort`. */
export function comparePositions(order: readonly Term[], a: readonly SortKey[], b: readonly SortKey[]): number {
  for (const [index, { down }] of order.entries()) {
    const [left, right] = [a[index], b[index]];
    const difference = left && right ? compareKeys(left, right) : 0;
    if (difference !== 0) return down ? -difference : difference;
  }
  return 0;
}

function compareKeys([kind, value]: SortKey, [otherKind, other]: SortKey): number {
  if (kind !== otherKind) return kind - otherKind;
  if (typeof value === 'string' && typeof other === 'string') return compareText(value, other);
  return Number(value) - Number(other);
}

const keyShape = z.union([
  z.tuple([z.literal(kinds.text), z.string().max(longestText).refine(isStorable)]),
  z.tuple([z.literal([kinds.none, kinds.boolean, kinds.instant, kinds.number]), z.number()]),
]);

/** Serialises a position for `meta.next`. */
export const writePosition = (position: readonly SortKey[]): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/**
 * Parses a position written by `writePosition` (parameter `After`).
 *
 * @throws request_invalid for text that is not a position in this order
 */
export function readPosition(order: readonly Term[], text: string): SortKey[] {
  const position = z.array(keyShape).safeParse(parse(text));
  const fits =
    position.success && position.data.length === order.length && order.every(({ name }, index) => isKeyOf(name, position.data[index]));
  if (!fits) throw invalidField('/query/after', 'is not from the `meta.next` of a list in this order');
  return position.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Whether a key has the type of its column, which the database compares it with. */
function isKeyOf(name: string, [kind, value]: SortKey = [kinds.none, 0]): boolean {
  if (name === 'nickname') return kind === kinds.text;
  return name === 'id' || name === 'created_at' ? kind === kinds.number && Number.isSafeInteger(value) : true;
}

const refuse = (message: string) => invalidField('/query/order_by', message);
