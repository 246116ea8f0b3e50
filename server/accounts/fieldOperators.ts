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
  apply(held: unknown, operand: unknown): unknown;
}

/** The published client's operators: `incrementBy`, `append`, `uAppend`, `remove`, `patchObject`, `pop` and `shift`. */
const operators: Record<string, Operator> = {
  $incr_by: define(number, number, (held, step) => held + step),
  $append: define(array, array, (held, items) => [...held, ...items]),
  $append_unique: define(array, array, (held, items) => [...held, ...without(distinct(items), held)]),
  $remove: define(array, array, (held, items) => without(held, items)),
  $update: define(object, object, (held, keys) => ({ ...held, ...keys })),
  $pop: define(array, end, (held, which) => (which === 1 ? held.slice(0, -1) : held.slice(1))),
};

function define<Held, Operand>(field: Kind<Held>, operand: Kind<Operand>, apply: (held: Held, operand: Operand) => unknown): Operator {
  return {
    needs: `${operand.text}, and a field that holds ${field.text} or nothing`,
    apply(held = field.empty, given) {
      const [before, by] = [field.shape.safeParse(held), operand.shape.safeParse(given)];
      return before.success && by.success ? apply(before.data, by.data) : undefined;
    },
  };
}

/** Equal JSON is the same item, in whatever order an object has its keys. */
function without(items: readonly unknown[], unwanted: readonly unknown[]): unknown[] {
  const texts = new Set(unwanted.map(canonicalJson));
  return items.filter((item) => !texts.has(canonicalJson(item)));
}

const distinct = (items: readonly unknown[]): unknown[] => [...new Map(items.map((item) => [canonicalJson(item), item])).values()];

/** Whether a value is not to be written but says how to change what a field holds. */
export const isOperation = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.startsWith('$'));

/** @returns the field's value after the operation, or the problem with it */
export function operate(held: unknown, operation: Record<string, unknown>): { value?: unknown; problem?: string } {
  const [[name, operand] = [''], ...more] = Object.entries(operation);
  const operator = operators[name];
  if (!operator || more.length > 0)
    return { problem: `must be a value, or an object with one of ${Object.keys(operators).join(', ')} alone` };
  const value = operator.apply(held, operand);
  return value === undefined ? { problem: `${name} needs ${operator.needs}` } : { value };
}
