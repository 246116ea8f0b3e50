import { describe, expect, it } from 'vitest';
import { changeCustomFields, isCustomFieldName } from '../../../server/accounts/customFields.ts';
import type { ApiError } from '../../../server/errors.ts';
import { contract, operation, operationIds, resolve, type Schema } from '../../support/contract.ts';

const problemOf = (change: Record<string, unknown>, fields = {}, removed: string[] = []) => {
  try {
    changeCustomFields(fields, change, removed);
  } catch (error) {
    return (error as ApiError).errors?.[0];
  }
  return undefined;
};

describe('custom fields', () => {
  it('are written, changed and removed', () => {
    const fields = { points: 1, drink: 'oolong', colour: 'red' };
    const change = { points: { $incr_by: 2 }, nothing: null, tags: [] };
    expect(changeCustomFields(fields, change, ['drink', 'never_there'])).toEqual({ points: 3, colour: 'red', nothing: null, tags: [] });
    expect(fields).toEqual({ points: 1, drink: 'oolong', colour: 'red' });
  });

  it('cannot have the name of a field of the contract', () => {
    const { Session } = contract.components.schemas as Record<string, Schema>;
    const own = Object.keys(Session?.properties ?? {});
    expect(own).toContain('nickname');
    expect(own).toContain('token');
    expect(own.filter(isCustomFieldName)).toEqual([]);
  });

  it('cannot have the name of another field in any response', () => {
    const namesOf = (schema: Schema) => Object.keys(resolve(schema).properties ?? {});
    const answers = operationIds.flatMap((id) =>
      Object.values(operation(id).responses).flatMap((response) => {
        const schema = resolve(response).content?.['application/json']?.schema;
        return schema ? [namesOf(schema)] : [];
      }),
    );
    const neighbours = new Set(answers.filter((names) => names.includes('nickname')).flat());
    expect([...neighbours]).toEqual(expect.arrayContaining(['token', 'username', 'email', 'email_verified', 'phone', 'phone_verified']));
    expect([...neighbours].filter(isCustomFieldName)).toEqual([]);
  });

  it.each(['9lives', 'vip-level', '', 'x'.repeat(65), '__proto__', '$set', 'étoile', 'a.b'])('cannot have the name %j', (name) => {
    expect(problemOf(JSON.parse(`{${JSON.stringify(name)}: 1}`))).toMatchObject({ path: `/body/${name}` });
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('can have the name %s', (name) => {
    expect(changeCustomFields({}, { [name]: 1 })).toEqual({ [name]: 1 });
    expect(changeCustomFields({}, { [name]: { $incr_by: 1 } })).toEqual({ [name]: 1 });
  });

  it.each([
    ['five nested arrays', { deep: [[[[[1]]]]] }, undefined],
    ['six', { deep: [[[[[[]]]]]] }, 'is nested more than 5 levels deep'],
    ['a NUL', { text: ['a\0b'] }, 'holds a character that cannot be stored'],
    ['half a character in a key', { text: { '\ud83d': 1 } }, 'holds a character that cannot be stored'],
    ['a whole one', { text: '😀' }, undefined],
    ['a number past all numbers', { big: JSON.parse('1e999') }, 'holds a number that is too large'],
    ['the largest whole number', { big: [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0.1] }, undefined],
    ['one more', { big: [{ id: 2 ** 53 }] }, 'holds an integer above 2^53-1: send it as a string'],
    ['one less than the least', { big: -(2 ** 53) }, 'holds an integer above 2^53-1: send it as a string'],
    [
      'one past all that an operator adds',
      { big: { $append: [JSON.parse('20261130123456789012')] } },
      'holds an integer above 2^53-1: send it as a string',
    ],
    ['16 KiB', { long: 'x'.repeat(16384 - '{"long":""}'.length) }, undefined],
    ['a byte more', { long: 'x'.repeat(16384 - '{"long":""}'.length + 1) }, 'makes the custom fields larger than 16384 bytes of JSON'],
    ['bytes that are fewer characters', { long: '茶'.repeat(5500) }, 'makes the custom fields larger than 16384 bytes of JSON'],
  ])('are limited: %s', (_case, change, message) => {
    expect(problemOf(change)?.message).toBe(message);
  });

  it('are limited in number', () => {
    const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field_${index}`, index]));
    expect(problemOf({ one_more: 1 }, hundred)).toEqual({
      path: '/body/one_more',
      message: 'is more than the 100 custom fields that a user may have',
    });
    expect(problemOf({ one_more: 1 }, hundred, ['field_0'])).toBeUndefined();
  });

  it('cannot grow beyond exact integers', () => {
    expect(changeCustomFields({ big: 2 ** 53 - 2 }, { big: { $incr_by: 1 } })).toEqual({ big: 2 ** 53 - 1 });
    expect(problemOf({ big: { $incr_by: 1 } }, { big: 2 ** 53 - 1 })).toEqual({
      path: '/body/big',
      message: 'holds an integer above 2^53-1: send it as a string',
    });
  });
});
