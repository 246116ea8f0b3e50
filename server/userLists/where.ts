import { misfit } from '../accounts/customFields.ts';
import { isRecord } from '../accounts/sameJson.ts';
import { invalidField } from '../errors.ts';

/** A parsed `where`. */
export type Where = { all: Where[] } | { any: Where[] } | Condition;

export interface Condition {
  field: string;
  operator: Operator;
  /** Validated for the operator. Ids are numbers. */
  operand: unknown;
  /** Flags of `$regex`, with JavaScript's letters. */
  options?: string;
}

/** Limits of a `where` (parameter `Where`). */
const maxConditions = 100;
const maxValues = 1000;
const maxNesting = 5;
const maxPatterns = 10;
const longestPattern = 512;

type Check = (field: string, operand: unknown) => unknown;

/** Parsers of the operators' operands. The names are the published SDK's. */
const operators = {
  $eq: readValue,
  $ne: readValue,
  $lt: readOrdered,
  $lte: readOrdered,
  $gt: readOrdered,
  $gte: readOrdered,
  $in: readList,
  $nin: readList,
  $all: readList,
  $contains: readPart,
  $regex: readPattern,
  $has_key: readKey,
  $isnull: readFlag,
  $exists: readFlag,
} satisfies Record<string, Check>;

export type Operator = keyof typeof operators;

/** Geographic operators, which lists of users do not support. */
const geographic = ['$center', '$nearsphere', '$within', '$intersects'];

const builtInFields = ['id', 'nickname', 'avatar'];
/** Operators for ids, which are numbers. */
const idOperators: string[] = ['$eq', '$ne', '$lt', '$lte', '$gt', '$gte', '$in', '$nin', '$isnull', '$exists'] satisfies Operator[];
/** Profile texts are never arrays or objects. */
const textOperators: string[] = [...idOperators, '$contains', '$regex'] satisfies string[];

/**
 * Parses a `where` (parameter `Where`).
 *
 * @param publicFields the custom fields that may be compared
 * @throws request_invalid, which names the refused condition
 */
export function parseWhere(publicFields: readonly string[], text: string): Where {
  const names = new Set([...builtInFields, ...publicFields]);
  let conditions = 0;
  let values = 0;
  let patterns = 0;

  // A query without conditions counts too, because evaluating it takes time.
  function count(more: number): void {
    conditions++;
    values += more;
    if (conditions > maxConditions) throw refuse(`has more than ${maxConditions} queries and conditions`);
    if (values > maxValues) throw refuse(`has more than ${maxValues} values`);
  }

  function readQuery(query: unknown, nesting: number): Where {
    count(0);
    return {
      all: entriesOf(query, 'a query').map(([key, value]) => {
        if (key === '$and') return { all: readQueries(key, value, nesting) };
        if (key === '$or') return { any: readQueries(key, value, nesting) };
        return readField(key, value);
      }),
    };
  }

  function readQueries(key: string, list: unknown, nesting: number): Where[] {
    if (!Array.isArray(list)) throw refuse(`${key} must hold an array of queries`);
    if (nesting === maxNesting) throw refuse(`nests $and and $or more than ${maxNesting} levels deep`);
    return list.map((query) => readQuery(query, nesting + 1));
  }

  function readField(field: string, conditions: unknown): Where {
    if (!names.has(field)) throw refuse(`${field} cannot be queried; allowed are ${[...names].join(', ')}`);
    const { $options, ...rest } = Object.fromEntries(entriesOf(conditions, field));
    if ($options !== undefined && !('$regex' in rest)) throw refuse(`${field}: $options needs $regex`);
    return {
      all: Object.entries(rest).map(([operator, operand]) => {
        requireOperator(field, operator);
        count(Array.isArray(operand) ? operand.length : 1);
        if (operator === '$regex' && ++patterns > maxPatterns) throw refuse(`has more than ${maxPatterns} $regex`);
        const condition = { field, operator, operand: operators[operator](field, operand) };
        return operator === '$regex' && $options !== undefined ? { ...condition, options: readOptions(field, $options) } : condition;
      }),
    };
  }

  return readQuery(parse(text), 0);
}

function requireOperator(field: string, operator: string): asserts operator is Operator {
  if (geographic.includes(operator)) throw refuse(`${field}: ${operator} compares locations, which this server does not support`);
  if (!Object.hasOwn(operators, operator)) {
    throw refuse(`${field}: ${operator} is not an operator; operators are ${Object.keys(operators).join(', ')}`);
  }
  const known = field === 'id' ? idOperators : builtInFields.includes(field) ? textOperators : Object.keys(operators);
  if (!known.includes(operator)) throw refuse(`${field}: ${operator} cannot be used with this field; allowed are ${known.join(', ')}`);
}

function readValue(field: string, value: unknown): unknown {
  if (field === 'id') return readId(value);
  if (value === null) throw refuse(`${field} cannot be compared with null: use $isnull`);
  const problem = typeof value === 'string' || !builtInFields.includes(field) ? misfit(value) : 'must be compared with a text';
  if (problem !== undefined) throw refuse(`${field} ${problem}`);
  return value;
}

function readOrdered(field: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null) throw refuse(`${field}: $lt, $lte, $gt and $gte need a text, a number or a boolean`);
  return readValue(field, value);
}

/** Accepts text too, as in other query parameters. */
function readId(value: unknown): number {
  const id = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (!Number.isSafeInteger(id)) throw refuse('id must be compared with an id: a whole number below 2^53');
  return id as number;
}

function readList(field: string, values: unknown): unknown[] {
  if (!Array.isArray(values)) throw refuse(`${field}: $in, $nin and $all need an array`);
  return values.map((value) => readValue(field, value));
}

function readPart(field: string, part: unknown): unknown {
  if (typeof part !== 'string' || part === '') throw refuse(`${field}: $contains needs a text that is not empty`);
  return readValue(field, part);
}

function readPattern(field: string, pattern: unknown): unknown {
  if (typeof pattern !== 'string' || pattern === '' || pattern.length > longestPattern) {
    throw refuse(`${field}: $regex needs a pattern of 1 to ${longestPattern} characters`);
  }
  return readValue(field, pattern);
}

/** Accepts `g`, `u` and `d`, which do not change whether a text matches. */
function readOptions(field: string, options: unknown): string {
  if (typeof options === 'string' && /^[imsgud]*$/.test(options)) return options;
  throw refuse(`${field}: $options may hold i, m and s`);
}

function readKey(field: string, key: unknown): unknown {
  if (typeof key !== 'string') throw refuse(`${field}: $has_key needs a text`);
  return readValue(field, key);
}

function readFlag(field: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw refuse(`${field}: $isnull and $exists need true or false`);
  return value;
}

function entriesOf(value: unknown, name: string): [string, unknown][] {
  if (!isRecord(value)) throw refuse(`${name} must be an object`);
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
