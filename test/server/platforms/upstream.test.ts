import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { currentRequest } from '../../../server/observe/currentRequest.ts';
import { createLog } from '../../../server/observe/log.ts';
import type { Upstream } from '../../../server/platforms/platform.ts';
import { createUpstream } from '../../../server/platforms/upstream.ts';
import { createCircuits } from '../../../server/upstream/circuits.ts';
import { altering } from '../../support/platformReplies.ts';
import { operationOn, platformNames } from '../../support/platforms.ts';
import { startServer } from '../../support/server.ts';

const answering =
  (body: string, init?: ResponseInit): typeof fetch =>
  async () =>
    new Response(body, init);

describe('calls to a platform', () => {
  it("use the app's error codes before the adapter's", async () => {
    const server = await startServer({
      configure: (app) => ({
        ...app,
        content_check: 'off',
        platforms: { kuaishou: { ...app.platforms.kuaishou, error_codes: { 100200102: 'code_used' } } },
      }),
    });
    expect(await server.call('silentLoginKuaishou', { body: { code: 'any' } })).toMatchObject({ status: 400, body: { code: 'code_used' } });
  });

  it.each(platformNames.map((platform) => operationOn('silentLogin', platform)))('survive unusual replies of %s', async (operation) => {
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

  it('read JSON with any status and media type', async () => {
    const refusal = answering('{"errcode":40029,"errmsg":"invalid code"}', { status: 400, headers: { 'Content-Type': 'text/html' } });
    const server = await startServer({ fetch: refusal });
    expect((await server.call('silentLoginWechat', { body: { code: 'any' } })).body.code).toBe('code_invalid');
  });

  it('a platform that is slow in all of six calls for one login: the calls have the time of three', { tags: 'fault' }, async () => {
    const refuse = altering('/wxa/business/getuserphonenumber', () => ({ errcode: 40001, errmsg: 'invalid credential' }));
    const slow: typeof fetch = (url, init) => delay(300).then(() => refuse(url, init));
    const server = await startServer({ fetch: slow, platformTimeout: 500 });
    const code = await server.codeFor('wechat', 'larry');
    const { code: phone_code, ...sealed } = await server.granted('phone', 'wechat', 'larry');
    const reply = await server.call('phoneLoginWechat', { body: { ...sealed, code, phone_code } });
    expect(reply).toMatchObject({ status: 504, body: { code: 'platform_timeout' } });
  });

  it('a login whose time is used up: no further call, and no failure of the platform', { tags: 'fault' }, async () => {
    let asked = 0;
    const hang: typeof fetch = async (_url, init) => {
      asked++;
      await once(init?.signal ?? expect.unreachable(), 'abort');
      throw init?.signal?.reason;
    };
    const circuits = createCircuits(createLog('silent'), { failures: 10, pause: 3_600_000 });
    const { services, tenant, app } = await startServer({ fetch: hang, platformTimeout: 50, services: { circuits } });
    const settings = app.platforms.qq?.settings ?? expect.unreachable();
    const newUpstream = () => createUpstream('qq', settings, tenant, services);
    const ask = ({ requestJson }: Upstream) => requestJson(new URL('https://api.q.qq.com'));

    const upstream = newUpstream();
    for (let call = 1; call <= 20; call++) await expect(ask(upstream)).rejects.toMatchObject({ reason: 'timeout' });
    expect(asked).toBeLessThan(10);
    await expect(ask(newUpstream())).rejects.toMatchObject({ reason: 'timeout', detail: { after_ms: 50 } });
  });

  it('retain no data of an answered request', async () => {
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
    // The first request (lazy initialisation) and the last few (held by the connection) may stay.
    expect(requests.filter((request) => request.deref()).length).toBeLessThan(6);
  });
});
