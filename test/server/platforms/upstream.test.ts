import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { currentRequest } from '../../../server/observe/currentRequest.ts';
import { startServer } from '../../support/server.ts';

const answering =
  (body: string, init?: ResponseInit): typeof fetch =>
  async () =>
    new Response(body, init);

it("puts the app's own error codes before the adapter's", async () => {
  const server = await startServer({
    configure: (app) => ({ ...app, platforms: { kuaishou: { ...app.platforms.kuaishou, error_codes: { 100200102: 'code_used' } } } }),
  });
  expect(await server.call('silentLoginKuaishou', { body: { code: 'any' } })).toMatchObject({ status: 400, body: { code: 'code_used' } });
});

it.each([
  'silentLoginWechat',
  'silentLoginQq',
  'silentLoginBaidu',
  'silentLoginKuaishou',
  'silentLoginJd',
] as const)('%s survives replies of every odd kind', async (operation) => {
  const replies = [
    '',
    'null',
    '[]',
    '7',
    '"text"',
    '{}',
    '{"openid":7,"session_key":{}}',
    '{"result":1}',
    '{"error_response":{}}',
    'x'.repeat(70_000),
  ];
  for (const reply of replies) {
    const server = await startServer({ fetch: answering(reply) });
    expect([reply.slice(0, 40), await server.call(operation, { body: { code: 'any' } })]).toMatchObject([
      reply.slice(0, 40),
      { status: 502, body: { code: 'platform_failed' } },
    ]);
  }
});

it('reads JSON whatever the status and media type say', async () => {
  const refusal = answering('{"errcode":40029,"errmsg":"invalid code"}', { status: 400, headers: { 'Content-Type': 'text/html' } });
  const server = await startServer({ fetch: refusal });
  expect((await server.call('silentLoginWechat', { body: { code: 'any' } })).body.code).toBe('code_invalid');
});

it('keeps nothing of a request that was answered', async () => {
  const requests: WeakRef<object>[] = [];
  const server = await startServer({
    fetch: async () => {
      requests.push(new WeakRef(currentRequest() ?? {}));
      return new Response('{}');
    },
  });
  for (let n = 0; n < 12; n++) await server.call('silentLoginWechat', { body: { code: 'any' } });
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  // The first, on whose behalf much is made, and the last ones, which the connection knows, may stay.
  expect(requests.filter((request) => request.deref()).length).toBeLessThan(6);
});
