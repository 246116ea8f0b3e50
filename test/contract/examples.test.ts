import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../generated/errors.ts';
import { aliasTable } from '../../generated/operations.ts';
import { isErrorCode } from '../../server/errors.ts';
import {
  contract,
  misfit,
  operation,
  operationIds,
  requestExamplesOf,
  requestMediaOf,
  responseExamplesOf,
  responseMediaOf,
} from '../support/contract.ts';

const responses = operationIds.flatMap((id) =>
  Object.keys(operation(id).responses).map((status) => ({ id, status, examples: responseExamplesOf(id, status) })),
);
const requests = operationIds.filter(requestMediaOf).map((id) => ({ id, examples: requestExamplesOf(id) }));

it.each(responses)('$id $status has examples, and each fits its schema', ({ id, status, examples }) => {
  const { schema = {} } = responseMediaOf(id, status) ?? {};
  expect(examples.length).toBeGreaterThan(0);
  for (const { name, value } of examples) expect([name, misfit(schema, value)]).toEqual([name, undefined]);
});

it.each(requests)('$id has request examples, and each fits its schema', ({ id, examples }) => {
  const { schema = {} } = requestMediaOf(id) ?? {};
  expect(examples.length).toBeGreaterThan(0);
  for (const { name, value } of examples) expect([name, misfit(schema, value)]).toEqual([name, undefined]);
});

describe('an error example', () => {
  const errors = responses
    .filter(({ status }) => Number(status) >= 400)
    .flatMap(({ id, status, examples }) => examples.map((example) => ({ id, status, ...example })));

  it.each(errors)('$id $status $name is named after its code, which has that status', ({ status, name, value }) => {
    expect(value).toMatchObject({ status: 'error', code: name });
    expect(isErrorCode(name) && errorCodes[name].status).toBe(Number(status));
  });

  it('exists for every code, except those of requests to no operation', () => {
    const shown = new Set(errors.map(({ name }) => name));
    expect(Object.keys(errorCodes).filter((code) => !shown.has(code))).toEqual(['path_not_found', 'method_not_allowed']);
  });

  it('of a 400 is request_invalid first, because a mock returns it for an invalid request', () => {
    const first = responses.filter(({ status }) => status === '400').map(({ examples }) => examples[0]?.name);
    expect(new Set(first)).toEqual(new Set(['request_invalid']));
  });
});

it('are as many as the README says', () => {
  const sum = (list: { examples: unknown[] }[]) => list.reduce((total, { examples }) => total + examples.length, 0);
  const counts = {
    operations: operationIds.length,
    responses: responses.length,
    responseExamples: sum(responses),
    requestExamples: sum(requests),
  };
  process.stdout.write(`The contract has ${JSON.stringify(counts)}\n`);
  const methods = Object.values(contract.paths).flatMap((item) => Object.keys(item).filter((key) => key !== 'parameters'));
  expect(counts.operations + Object.keys(aliasTable).length).toBe(methods.length);
});
