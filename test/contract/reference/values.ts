import fc from 'fast-check';
import { contract } from '../../support/contract.ts';

/** Chooses the usual value in nineteen of twenty cases. */
export const often = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: usual, weight: 19 }, { arbitrary: rare, weight: 1 });

/** The limits of lengths and numbers in schemas: validators differ, if at all, right next to them. */
function limitsOf(schemas: unknown): { lengths: number[]; numbers: number[] } {
  const found = { lengths: new Set([0]), numbers: new Set([0]) };
  JSON.stringify(schemas, (key, value) => {
    if (['minLength', 'maxLength'].includes(key) && value < 10_000) found.lengths.add(value);
    if (['minimum', 'maximum'].includes(key)) found.numbers.add(value);
    return value;
  });
  const around = (values: Set<number>) => [...new Set([...values].flatMap((value) => [value - 1, value, value + 1]))];
  return { lengths: around(found.lengths).filter((length) => length >= 0), numbers: around(found.numbers) };
}

const limits = limitsOf(contract.components.schemas);

const number = fc.oneof(fc.constantFrom(...limits.numbers), fc.constantFrom(0.5, 1e21, -0), fc.integer());
const repeated = fc
  .tuple(fc.constantFrom('1', 'a', 'A', ' ', '=', 'é', '猫', '😀'), fc.constantFrom(...limits.lengths))
  // Bodies and targets that are too long as a whole are not for validators to refuse.
  .map(([unit, length]) => (length > 1100 ? 'a' : unit).repeat(length));
const word = fc.constantFrom('', 'null', 'true', 'false', 'Infinity', 'NaN', '0x10', '1e3', ' 5', '-5', '+5', '1.0', '１２３４');
const formatted = fc.constantFrom(
  'mei@example.com',
  'mei@',
  'Mei <mei@example.com>',
  '13800138000',
  '+8613800138000',
  '0085251234567',
  '12345',
  'https://a.example/x',
  'wxfile://tmp',
  '//cdn.example.com/1.png',
  'overwrite',
  'setnx',
);
const text = fc.oneof(word, formatted, repeated, fc.string({ unit: 'binary', maxLength: 40 }));

/** A JSON value for a field of a body; undefined for none. */
export const fieldValue = fc.oneof(
  { arbitrary: text, weight: 5 },
  { arbitrary: number, weight: 2 },
  { arbitrary: fc.constantFrom(null, true, false, undefined), weight: 2 },
  { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
);

export const queryText = fc.oneof(
  word,
  number.map(String),
  fc.constantFrom('id', '-created_at', 'nickname,avatar', '{}', '{"nickname":{"$eq":"Mei"}}', 'a b', 'é'),
  repeated.filter((value) => encodeURIComponent(value).length <= 2100),
);

/** For `user_id` in a path. */
export const idText = fc.oneof(
  number.map(String),
  word.filter((value) => value !== ''),
  fc.constantFrom('1', '9007199254740991', 'a b', '猫', '1/2'),
);

export const headerText = fc.constantFrom('', 'test', 'a b', 'x'.repeat(64), 'x'.repeat(65), '0', 'é', '-_', 'a,b');

export const mediaType = fc.constantFrom(
  undefined,
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'text/plain',
  'application/vnd.api+json',
  'application/x-www-form-urlencoded',
);

export const otherMethod = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH');
