import type { ValidateFunction } from 'ajv';
import { describe, expect, it } from 'vitest';
import * as answers from '../../generated/validators/answers.js';
import * as bodies from '../../generated/validators/bodies.js';
import * as parameters from '../../generated/validators/parameters.js';
import { operation, operationIds, requestExamplesOf, requestMediaOf, responseExamplesOf } from '../support/contract.ts';

const bodyValidators: Record<string, ValidateFunction> = bodies;
const answerValidators: Record<string, ValidateFunction> = answers;

describe('validators', () => {
  it('exist for every operation, and for nothing else', () => {
    expect(Object.keys(parameters).sort()).toEqual([...operationIds].sort());
    expect(Object.keys(bodies).sort()).toEqual(operationIds.filter(requestMediaOf).sort());
    const declared = operationIds.flatMap((id) => Object.keys(operation(id).responses).map((status) => `${id}_${status}`));
    expect(Object.keys(answers).sort()).toEqual(declared.sort());
  });

  it.each(operationIds.filter(requestMediaOf))('accept the request examples of %s, and refuse a list', (id) => {
    for (const { name, value } of requestExamplesOf(id)) expect([name, bodyValidators[id]?.({ body: value })]).toEqual([name, true]);
    expect(bodyValidators[id]?.({ body: [] })).toBe(false);
  });

  it.each(operationIds)('accept the response examples of %s, and refuse an empty body', (id) => {
    for (const status of Object.keys(operation(id).responses)) {
      const validate = answerValidators[`${id}_${status}`];
      for (const { name, value } of responseExamplesOf(id, status)) expect([name, validate?.({ body: value })]).toEqual([name, true]);
      expect([status, validate?.({ body: {} })]).toEqual([status, false]);
    }
  });

  describe('parameters', () => {
    const fits = (query: Record<string, string | string[]>) => parameters.listUsers({ params: {}, query, headers: {} });

    it('get their types and defaults in place', () => {
      const query = { limit: '5' };
      expect(fits(query)).toBe(true);
      expect(query).toEqual({ limit: 5, offset: 0, return_total_count: 0 });
    });

    it.each(['0', '1001', '1.5', 'Infinity', 'NaN', '', 'five'])('refuse a limit of %j', (limit) => {
      expect(fits({ limit })).toBe(false);
    });

    it('refuse a repeated one', () => {
      expect(fits({ limit: ['1', '2'] })).toBe(false);
    });
  });
});
