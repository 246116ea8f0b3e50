import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationTable } from '../../generated/operations.ts';
import type { OperationId } from '../../server/operations.ts';
import { operation, operationIds, requestExamplesOf, responseExamplesOf } from '../support/contract.ts';
import { startMock } from '../support/mock.ts';

let mock: Awaited<ReturnType<typeof startMock>>;
beforeAll(async () => {
  mock = await startMock();
}, 30_000);
afterAll(() => mock.stop());

async function ask(id: OperationId, prefer?: string) {
  const { method, path } = operationTable[id];
  const body = requestExamplesOf(id)[0]?.value;
  const response = await fetch(mock.origin + path.replace('{user_id}', '61736923'), {
    method,
    headers: {
      'X-Hydrogen-Client-ID': 'any',
      Authorization: 'Hydrogen-r1 any',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(prefer && { Prefer: prefer }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe.each(operationIds)('the mock of %s', (id) => {
  const statuses = Object.keys(operation(id).responses);

  it('answers the first success example', async () => {
    const success = statuses.find((status) => status.startsWith('2')) ?? '';
    expect(await ask(id)).toEqual({ status: Number(success), body: responseExamplesOf(id, success)[0]?.value });
  });

  it.each(statuses)('answers %s and each of its examples where Prefer asks for it', async (status) => {
    for (const { name, value } of responseExamplesOf(id, status)) {
      expect([name, await ask(id, `code=${status}, example=${name}`)]).toEqual([name, { status: Number(status), body: value }]);
    }
    expect((await ask(id, `code=${status}`)).status).toBe(Number(status));
  });
});

it('answers a request that does not fit with request_invalid', async () => {
  const response = await fetch(`${mock.origin}/hserve/v2.5/idp/wechat/silent-login/`, {
    method: 'POST',
    headers: { 'X-Hydrogen-Client-ID': 'any', 'Content-Type': 'application/json' },
    body: '{"create_user":true}',
  });
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'request_invalid']);
});
