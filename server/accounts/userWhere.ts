import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely';
import { invalidField } from '../errors.ts';
import { type CustomFieldSql, customField } from '../store/customField.ts';
import type { Schema } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { isKeepable } from './customFields.ts';

/** How much a `where` may ask (parameter `Where`). */
const mostValues = 100;
const mostNesting = 5;

type Condition = Expression<SqlBool>;

/** A field as SQL for each type of value that it may hold. */
interface Field extends Partial<CustomFieldSql> {
  name: string;
  any: CustomFieldSql['any'];
  /** Whether only whole numbers can be compared with it. */
  whole?: boolean;
}

const ownFields: Field[] = [
  { name: 'id', number: sql`users.id`, any: sql`users.id`, whole: true },
  { name: 'nickname', string: sql`coalesce(users.nickname, '')`, any: sql`users.nickname` },
  { name: 'avatar', string: sql`coalesce(users.avatar, '')`, any: sql`users.avatar` },
];

const { and, or } = expressionBuilder<Schema, 'users'>();

/**
 * Which users a `where` asks for, in the contract's JSON (parameter `Where`).
 *
 * @param publicFields the custom fields that it may ask for
 * @throws request_invalid, which names what it may not ask
 */
export function compileWhere(store: Store, publicFields: readonly string[], where: string): Condition {
  const fields = [...ownFields, ...publicFields.map((name) => ({ name, ...customField(store, name) }))];
  const byName = new Map<string, Field>(fields.map((field) => [field.name, field]));
  let values = 0;

  function compileQuery(query: unknown, nesting: number): Condition {
    return and(
      entriesOf(query, 'a query').map(([key, value]) => {
        if (key === '$and') return and(compileList(key, value, nesting));
        if (key === '$or') return or(compileList(key, value, nesting));
        return compileField(key, value);
      }),
    );
  }

  function compileList(key: string, list: unknown, nesting: number): Condition[] {
    if (!Array.isArray(list)) throw refuse(`${key} must hold an array of queries`);
    if (nesting === mostNesting) throw refuse(`has more than ${mostNesting} $and and $or in one another`);
    return list.map((query) => compileQuery(query, nesting + 1));
  }

  function compileField(name: string, conditions: unknown): Condition {
    const field = byName.get(name);
    if (!field) throw refuse(`${name} cannot be asked for, only ${[...byName.keys()].join(', ')}`);
    return and(
      entriesOf(conditions, name).map(([key, operand]) => {
        const operator = operators.get(key);
        if (!operator) throw refuse(`${name}: ${key} is not an operator, only ${[...operators.keys()].join(', ')}`);
        values += Array.isArray(operand) ? operand.length : 1;
        if (values > mostValues) throw refuse(`has more than ${mostValues} values`);
        return operator(field, operand);
      }),
    );
  }

  return compileQuery(parse(where), 0);
}

const operators = new Map<string, (field: Field, operand: unknown) => Condition>([
  ['$eq', (field, value) => compare(field, '=', value)],
  ['$ne', differs],
  ['$lt', (field, value) => compare(field, '<', value)],
  ['$lte', (field, value) => compare(field, '<=', value)],
  ['$gt', (field, value) => compare(field, '>', value)],
  ['$gte', (field, value) => compare(field, '>=', value)],
  ['$in', (field, values) => or(listOf(field, values).map((value) => compare(field, '=', value)))],
  ['$nin', (field, values) => and(listOf(field, values).map((value) => differs(field, value)))],
  ['$contains', contains],
  ['$isnull', (field, yes) => (flag(field, yes) ? sql`${field.any} is null` : sql`${field.any} is not null`)],
  ['$exists', (field, yes) => (flag(field, yes) ? sql`${field.any} is not null` : sql`${field.any} is null`)],
]);

function compare(field: Field, operator: '=' | '<>' | '<' | '<=' | '>' | '>=', value: unknown): Condition {
  const { side, bound } = sidesOf(field, value);
  return sql`${side} ${sql.raw(operator)} ${bound}`;
}

/** A field that holds another type, or nothing, differs too. */
function differs(field: Field, value: unknown): Condition {
  const { side, bound } = sidesOf(field, value);
  return sql`(${side} is null or ${side} <> ${bound})`;
}

/** `like` minds case in one database and not in another; `replace` minds it in both. */
function contains(field: Field, part: unknown): Condition {
  if (typeof part !== 'string' || part === '') throw refuse(`${field.name}: $contains needs a text that is not empty`);
  const { side, bound } = sidesOf(field, part);
  return sql`replace(${side}, ${bound}, '') <> ${side}`;
}

/** The field in the type of the value, and the value as the database binds it. */
function sidesOf(field: Field, value: unknown) {
  if (typeof value === 'string' && field.string && isKeepable(value)) return { side: field.string, bound: value };
  if (typeof value === 'boolean' && field.boolean) return { side: field.boolean, bound: Number(value) };
  if (typeof value === 'number' && field.number && (!field.whole || Number.isSafeInteger(value)))
    return { side: field.number, bound: value };
  const types = (['string', 'number', 'boolean'] as const).filter((type) => field[type]);
  throw refuse(`${field.name} must be compared with a ${types.join(', a ')}`);
}

function listOf(field: Field, values: unknown): unknown[] {
  if (!Array.isArray(values)) throw refuse(`${field.name}: $in and $nin need an array`);
  return values;
}

function flag(field: Field, value: unknown): boolean {
  if (typeof value !== 'boolean') throw refuse(`${field.name}: $isnull and $exists need true or false`);
  return value;
}

function entriesOf(value: unknown, what: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(`${what} must be an object`);
  return Object.entries(value);
}

function parse(where: string): unknown {
  try {
    return JSON.parse(where);
  } catch {
    throw refuse('is not JSON');
  }
}

const refuse = (message: string) => invalidField('/query/where', message);
