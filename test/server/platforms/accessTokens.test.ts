import { expect, it } from 'vitest';
import { altering, counting } from '../../support/platformReplies.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** Each platform's call that needs a token, and where it gets one. */
const cases = {
  wechat: { token: '/cgi-bin/stable_token', call: '/wxa/business/getuserphonenumber' },
  baidu: { token: '/oauth/2.0/token', call: '/rest/2.0/smartapp/getsessionkey' },
};
type Platform = keyof typeof cases;
const platforms = Object.keys(cases) as Platform[];

const configure = (app: { platforms: Record<string, object> }) => ({
  ...app,
  platforms: { ...app.platforms, baidu: { ...app.platforms.baidu, exchange: 'getsessionkey' } },
});
async function callWithToken(server: TestServer, platform: Platform) {
  const code = await server.codeFor(platform, 'larry');
  if (platform === 'baidu') return server.call('silentLoginBaidu', { body: { code } });
  const { code: phone_code, ...sealed } = await server.granted('phone', platform, 'larry');
  return server.call('phoneLoginWechat', { body: { ...sealed, code, phone_code } });
}
/** What makes the platform refuse the token that the server holds. */
const invalidate: Record<Platform, (server: TestServer) => Promise<unknown>> = {
  wechat: ({ origin }) =>
    fetch(`${origin}/sandbox/wechat/cgi-bin/stable_token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credential',
        appid: 'sandbox-wechat',
        secret: 'sandbox-secret-of-wechat',
        force_refresh: true,
      }),
    }),
  baidu: ({ origin }) => fetch(`${origin}/sandbox/baidu/oauth/2.0/token?client_secret=sandbox-secret-of-baidu`, { method: 'DELETE' }),
};

it.each(platforms)('fetches one token for many calls on %s', async (platform) => {
  const { fetch, sent } = counting();
  const server = await startServer({ configure, fetch });
  for (let call = 0; call < 3; call++) expect((await callWithToken(server, platform)).status).toBe(201);
  expect(sent(cases[platform].token)).toBe(1);
});

it.each(platforms)('shares the token of %s through the store, where it is sealed', async (platform) => {
  let given = '';
  const server = await startServer({
    configure,
    fetch: altering(cases[platform].token, (reply) => {
      given = String(reply.access_token);
      return reply;
    }),
  });
  await callWithToken(server, platform);
  const rows = await server.store.selectFrom('platform_tokens').selectAll().execute();
  expect(rows).toMatchObject([{ app_id: 'sandbox', platform, platform_app_id: `sandbox-${platform}` }]);
  expect(given.length).toBeGreaterThan(16);
  expect(JSON.stringify(rows)).not.toContain(given);
  expect(JSON.stringify(server.logLines())).not.toContain(given);
});

it.each(platforms)('renews a token that %s refuses, once', async (platform) => {
  const { fetch, sent } = counting();
  const server = await startServer({ configure, fetch });
  await callWithToken(server, platform);
  await invalidate[platform](server);
  expect((await callWithToken(server, platform)).status).toBe(201);
  expect([sent(cases[platform].token), sent(cases[platform].call)]).toEqual([2, 3]);
});

it.each(platforms)('renews the token of %s before it expires', async (platform) => {
  let time = 1_800_000_000;
  const { fetch, sent } = counting();
  const server = await startServer({ configure, fetch, now: () => time });
  await callWithToken(server, platform);
  const { renew_at } = await server.store.selectFrom('platform_tokens').select('renew_at').executeTakeFirstOrThrow();
  time = renew_at - 1;
  await callWithToken(server, platform);
  expect(sent(cases[platform].token)).toBe(1);
  time = renew_at;
  await callWithToken(server, platform);
  expect([sent(cases[platform].token), sent(cases[platform].call)]).toEqual([2, 3]);
});

it('renews an expired token of WeChat', async () => {
  let time = 1_800_000_000;
  const server = await startServer({ now: () => time });
  await callWithToken(server, 'wechat');
  await server.store
    .updateTable('platform_tokens')
    .set({ renew_at: time + 1_000_000 })
    .execute();
  time += 7200;
  expect((await callWithToken(server, 'wechat')).status).toBe(201);
});

it('asks WeChat for another token where it gives the refused one again', async () => {
  const refuseFirst = () => {
    let refused: string | null = null;
    const refusing: typeof fetch = async (input, init) => {
      const url = new URL(String(input));
      if (url.pathname.endsWith(cases.wechat.call)) {
        refused ??= url.searchParams.get('access_token');
        if (url.searchParams.get('access_token') === refused) return Response.json({ errcode: 40014, errmsg: 'invalid access_token' });
      }
      return fetch(input, init);
    };
    return refusing;
  };
  const server = await startServer({ fetch: refuseFirst() });
  expect((await callWithToken(server, 'wechat')).status).toBe(201);
});

it('says that the app is misconfigured where WeChat refuses every token', async () => {
  const refuse = altering(cases.wechat.call, () => ({ errcode: 40001, errmsg: 'invalid credential' }));
  const server = await startServer({ fetch: refuse });
  expect(await callWithToken(server, 'wechat')).toMatchObject({ status: 500, body: { code: 'app_misconfigured' } });
});

it('gets another token where the held one was sealed with an earlier secret key', async () => {
  const { fetch, sent } = counting();
  const server = await startServer({ fetch });
  await callWithToken(server, 'wechat');
  await server.store.updateTable('platform_tokens').set({ token: 'earlier.sealed' }).execute();
  expect((await callWithToken(server, 'wechat')).status).toBe(201);
  expect(sent(cases.wechat.token)).toBe(2);
});
