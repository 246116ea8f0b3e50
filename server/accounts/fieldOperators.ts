import * as z from 'zod';
import { canonicalJson } from './sameJson.ts';

/** A kind of value. */
interface Kind<Value> {
  text: string;
  shape: z.ZodType<Value>;
  /** Value of a field that was never set. */
  empty: Value;
}

const number: Kind<number> = { text: 'a number', shape: z.number(), empty: 0 };
const array: Kind<unknown[]> = { text: 'an array', shape: z.array(z.unknown()), empty: [] };
const object: Kind<Record<string, unknown>> = { text: 'an object', shape: z.record(z.string(), z.unknown()), empty: {} };
const end: Kind<1 | -1> = { text: '1 or -1', shape: z.literal([1, -1]), empty: 1 };

interface Operator {
  needs: string;
  /** Undefined if the operand or the field's value is of another type. */
  apply(current: unknown, operand: unknown): unknown;
}

/** The published client's operators: `incrementBy`, `append`, `uAppend`, `remove`, `patchObject`, `pop` and `shift`. */
const operators: Record<string, Operator> = {
  $incr_by: define(number, number, (current, step) => current + step),
  $append: define(array, array, (current, items) => [...current, ...items]),
  $append_unique: define(array, array, (current, items) => [...current, ...without(distinct(items), current)]),
  $remove: define(array, array, (current, items) => without(current, items)),
  $update: define(object, object, (current, keys) => ({ ...current, ...keys })),
  $pop: define(array, end, (current, which) => (which === 1 ? current.slice(0, -1) : current.slice(1))),
};

function define<Value, Operand>(
  field: Kind<Value>,
  operand: Kind<Operand>,
  apply: (current: Value, operand: Operand) => unknown,
): Operator {
  return {
    needs: `${operand.text}, and a field that holds ${field.text} or nothing`,
    apply(current = field.empty, value) {
      const [parsedCurrent, parsedOperand] = [field.shape.safeParse(current), operand.shape.safeParse(value)];
      return parsedCurrent.success && parsedOperand.success ? apply(parsedCurrent.data, parsedOperand.data) : undefined;
    },
  };
}

/** Removes items from an array. Items are compared as JSON; the order of an object's keys is irrelevant. */
function without(items: readonly unknown[], unwanted: readonly unknown[]): unknown[] {
  const texts = new Set(unwanted.map(canonicalJson));
  return items.filter((item) => !texts.has(canonicalJson(item)));
}

const distinct = (items: readonly unknown[]): unknown[] => [...new Map(items.map((item) => [canonicalJson(item), item])).values()];

/** Whether a value is an operation on a field, instead of its new value. */
export const isOperation = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.startsWith('$'));

/** @returns the field's value after the operation, or the problem with it */
export function operate(current: unknown, operation: Record<string, unknown>): { value?: unknown; problem?: string } {
  const [[name, operand] = [''], ...others] = Object.entries(operation);
  const operator = operators[name];
  if (!operator || others.length > 0)
    return { problem: `must be a value, or an object with one of ${Object.keys(operators).join(', ')} alone` };
  const value = operator.apply(current, operand);
  return value === undefined ? { problem: `${name} needs ${operator.needs}` } : { value };
}
