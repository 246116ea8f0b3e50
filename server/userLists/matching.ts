import { RE2JS } from 're2js';
import { canonicalJson, isRecord } from '../accounts/sameJson.ts';
import { invalidField } from '../errors.ts';
import type { Candidate } from './candidate.ts';
import { compareValues, instantOf } from './values.ts';
import type { Condition, Where } from './where.ts';

type Test<T> = (value: T) => boolean;

/**
 * Compiles a `where` to a function that tests users.
 *
 * @throws request_invalid for a pattern that is invalid, or could take more than linear time
 */
export function compileWhere(where: Where): Test<Candidate> {
  if ('all' in where) {
    const parts = where.all.map(compileWhere);
    return (user) => parts.every((part) => part(user));
  }
  if ('any' in where) {
    const parts = where.any.map(compileWhere);
    return (user) => parts.some((part) => part(user));
  }
  const { field, operator, operand } = where;
  if (operator === '$exists') return (user) => (user.stored(field) !== undefined) === operand;
  if (operator === '$isnull') return (user) => ((user.stored(field) ?? null) === null) === operand;
  const test = compileTest(where);
  return (user) => test(user.value(field));
}

/** An array matches if one of its items does; with `$ne` and `$nin`, if no item is equal. */
function compileTest(condition: Condition): Test<unknown> {
  const { field, operator, operand } = condition;
  switch (operator) {
    case '$eq':
      return equalsOneOf([operand]);
    case '$ne':
      return not(equalsOneOf([operand]));
    case '$in':
      return equalsOneOf(operand as unknown[]);
    case '$nin':
      return not(equalsOneOf(operand as unknown[]));
    case '$all': {
      const all = (operand as unknown[]).map((value) => equalsOneOf([value]));
      return (value) => Array.isArray(value) && all.every((test) => value.some((item) => test(item)));
    }
    case '$contains':
      return anyItem((value) => typeof value === 'string' && value.includes(operand as string));
    case '$regex': {
      const pattern = compilePattern(field, operand as string, condition.options ?? '');
      return anyItem((value) => typeof value === 'string' && pattern.test(value));
    }
    case '$has_key':
      return (value) => isRecord(value) && Object.hasOwn(value, operand as string);
    default: {
      const holds = orders[operator as keyof typeof orders];
      return anyItem((value) => {
        const order = compareValues(value, operand);
        return order !== undefined && holds(order);
      });
    }
  }
}

const orders = {
  $lt: (order: number) => order < 0,
  $lte: (order: number) => order <= 0,
  $gt: (order: number) => order > 0,
  $gte: (order: number) => order >= 0,
};

const not =
  (test: Test<unknown>): Test<unknown> =>
  (value) =>
    !test(value);

const anyItem =
  (test: Test<unknown>): Test<unknown> =>
  (value) =>
    Array.isArray(value) ? value.some((item) => test(item)) : test(value);

/** A value that is equal for equal values: dates by their instant, in any time zone. */
function comparisonKeyOf(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return `json ${canonicalJson(value)}`;
  if (typeof value !== 'string') return value;
  const instant = instantOf(value);
  return instant === undefined ? `text ${value}` : `instant ${instant}`;
}

function equalsOneOf(operands: readonly unknown[]): Test<unknown> {
  const wanted = new Set(operands.map(comparisonKeyOf));
  const whole = operands.some((operand) => typeof operand === 'object');
  const equals = (value: unknown) => (whole || typeof value !== 'object') && wanted.has(comparisonKeyOf(value));
  return (value) => equals(value) || (Array.isArray(value) && value.some(equals));
}

const flags: Record<string, number> = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };

function compilePattern(field: string, pattern: string, options: string): RE2JS {
  const mask = [...options].reduce((sum, option) => sum | (flags[option] ?? 0), 0);
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), mask);
  } catch {
    const cause = 'is not a pattern that takes linear time (RE2): look-around, back-references and large repetitions are not allowed';
    throw invalidField('/query/where', `${field}: ${pattern} ${cause}`);
  }
}
