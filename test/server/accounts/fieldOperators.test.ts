import { describe, expect, it } from 'vitest';
import { isOperation, operate } from '../../../server/accounts/fieldOperators.ts';

describe('operators of updateUser', () => {
  it.each([
    ['adds to a number', 3, { $incr_by: 2 }, 5],
    ['takes from a number', 3, { $incr_by: -0.5 }, 2.5],
    ['starts a number at 0', undefined, { $incr_by: 2 }, 2],
    ['appends', ['a'], { $append: ['a', 'b'] }, ['a', 'a', 'b']],
    ['starts an array', undefined, { $append: ['a'] }, ['a']],
    ['appends what is not there', ['a', { b: 1 }], { $append_unique: ['a', { b: 1 }, 'c'] }, ['a', { b: 1 }, 'c']],
    ['appends none twice', undefined, { $append_unique: ['x', { a: 1, b: 2 }, 'x', { b: 2, a: 1 }] }, ['x', { b: 2, a: 1 }]],
    ['appends no object whose keys are there in another order', [{ a: 1, b: 2 }], { $append_unique: [{ b: 2, a: 1 }] }, [{ a: 1, b: 2 }]],
    [
      'removes an object whose keys are in another order',
      [{ a: 1, b: [{ c: 1, d: 2 }] }, 'x'],
      { $remove: [{ b: [{ d: 2, c: 1 }], a: 1 }] },
      ['x'],
    ],
    ['minds the order of an array', [[1, 2]], { $remove: [[2, 1]] }, [[1, 2]]],
    ['tells null from nothing, and a number from its text', [null, 1, '1', {}], { $remove: [{ a: null }, '1', null] }, [1, {}]],
    ['removes items', ['a', 'b', 'a', { b: 1 }], { $remove: ['a', { b: 1 }] }, ['b']],
    ['writes keys of an object', { a: 1, b: 2 }, { $update: { b: 3, c: 4 } }, { a: 1, b: 3, c: 4 }],
    ['takes off the last item', [1, 2, 3], { $pop: 1 }, [1, 2]],
    ['takes off the first item', [1, 2, 3], { $pop: -1 }, [2, 3]],
  ])('compute %s', (_case, held, operation, value) => {
    expect(operate(held, operation)).toEqual({ value });
  });

  it.each([
    ['an unknown operator', 1, { $mul: 2 }, 'must be a value, or an object with one of $incr_by, '],
    ['two operators', 1, { $incr_by: 1, $pop: 1 }, 'must be a value, or'],
    ['an operator together with a key', {}, { $update: {}, a: 1 }, 'must be a value, or'],
    ['a number added to a text', 'one', { $incr_by: 2 }, '$incr_by needs a number, and a field that holds a number or nothing'],
    ['a text added to a number', 1, { $incr_by: '2' }, '$incr_by needs a number'],
    ['items appended to a number', 1, { $append: [2] }, '$append needs an array'],
    ['a key written to an array', [1], { $update: { a: 1 } }, '$update needs an object'],
    ['the item in the middle', [1, 2, 3], { $pop: 2 }, '$pop needs 1 or -1'],
  ])('refuse %s', (_case, held, operation, problem) => {
    expect(operate(held, operation).problem).toContain(problem);
  });

  it('treat an object without an operator as a value', () => {
    expect([{ a: 1 }, {}, ['$a'], null, '$a', 7].map(isOperation)).toEqual([false, false, false, false, false, false]);
  });
});
