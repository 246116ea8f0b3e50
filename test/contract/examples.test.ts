import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../generated/errors.ts';
import { isErrorCode } from '../../server/errors.ts';
import { contract, misfit, operation, operationIds, resolve } from '../support/contract.ts';

interface Example {
  value?: unknown;
}
const mediaOf = (holder: unknown) =>
  resolve<{ content?: { 'application/json'?: { schema: object; examples?: Record<string, Example> } } }>(holder as never).content?.[
    'application/json'
  ];
const examplesOf = (holder: unknown) =>
  Object.entries(mediaOf(holder)?.examples ?? {}).map(([name, example]) => ({ name, value: resolve<Example>(example).value }));

const responses = operationIds.flatMap((id) =>
  Object.entries(operation(id).responses).map(([status, response]) => ({ id, status, response })),
);

it.each(responses)('$id $status has examples, and each fits its schema', ({ response }) => {
  const media = mediaOf(response);
  const examples = examplesOf(response);
  expect(examples.length).toBeGreaterThan(0);
  for (const { name, value } of examples) expect([name, misfit(media?.schema ?? {}, value)]).toEqual([name, undefined]);
});

const requests = operationIds.filter((id) => operation(id).requestBody);
it.each(requests)('%s has request examples, and each fits its schema', (id) => {
  const { requestBody } = operation(id);
  const examples = examplesOf(requestBody);
  expect(examples.length).toBeGreaterThan(0);
  for (const { name, value } of examples) expect([name, misfit(mediaOf(requestBody)?.schema ?? {}, value)]).toEqual([name, undefined]);
});

describe('an error example', () => {
  const errors = responses
    .filter(({ status }) => Number(status) >= 400)
    .flatMap(({ id, status, response }) => examplesOf(response).map((example) => ({ id, status, ...example })));

  it.each(errors)('$id $status $name is named after its code, which has that status', ({ status, name, value }) => {
    const { code } = value as { code: string };
    expect(code).toBe(name);
    expect(isErrorCode(code) && errorCodes[code].status).toBe(Number(status));
  });

  it('shows every code somewhere, but those of paths that are not in the contract', () => {
    const shown = new Set(errors.map(({ name }) => name));
    expect(Object.keys(errorCodes).filter((code) => !shown.has(code))).toEqual(['path_not_found', 'method_not_allowed']);
  });

  it('comes first as request_invalid, because a mock shows it for a request that does not fit', () => {
    const first = responses.filter(({ status }) => status === '400').map(({ response }) => examplesOf(response)[0]?.name);
    expect(new Set(first)).toEqual(new Set(['request_invalid']));
  });
});

it('counts what front-end people can ask for', () => {
  const counts = {
    operations: operationIds.length,
    responses: responses.length,
    responseExamples: responses.reduce((sum, { response }) => sum + examplesOf(response).length, 0),
    requestExamples: requests.reduce((sum, id) => sum + examplesOf(operation(id).requestBody).length, 0),
  };
  process.stdout.write(`contract: ${JSON.stringify(counts)}\n`);
  expect(counts.operations).toBe(Object.keys(contract.paths).length);
});
