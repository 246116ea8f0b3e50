import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { altering, counting } from '../../support/platformReplies.ts';
import { withSettings } from '../../support/platforms.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** Each platform's call that needs a token, and where it gets one. */
const cases = {
  wechat: { token: '/cgi-bin/stable_token', call: '/wxa/business/getuserphonenumber' },
  baidu: { token: '/oauth/2.0/token', call: '/rest/2.0/smartapp/getsessionkey' },
};
type Platform = keyof typeof cases;
const platforms = Object.keys(cases) as Platform[];

const configure = withSettings('baidu', { exchange: 'getsessionkey' });
async function callWithToken(server: TestServer, platform: Platform, headers = {}) {
  const code = await server.codeFor(platform, 'larry');
  if (platform === 'baidu') return server.call('silentLoginBaidu', { body: { code }, headers });
  const { code: phone_code, ...sealed } = await server.granted('phone', platform, 'larry');
  return server.call('phoneLoginWechat', { body: { ...sealed, code, phone_code }, headers });
}
/** Makes the platform refuse the token that the server holds. */
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

describe('access tokens', () => {
  it.each(platforms)('are requested once for many calls on %s', async (platform) => {
    const { fetch, sent } = counting();
    const server = await startServer({ configure, fetch });
    for (let call = 0; call < 3; call++) expect((await callWithToken(server, platform)).status).toBe(201);
    expect(sent(cases[platform].token)).toBe(1);
  });

  it.each(platforms)('of %s are shared through the store, sealed', async (platform) => {
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
    expect(rows).toMatchObject([{ tenant_id: 'sandbox', platform, platform_app_id: `sandbox-${platform}` }]);
    expect(given.length).toBeGreaterThan(16);
    expect(JSON.stringify(rows)).not.toContain(given);
    expect(JSON.stringify(server.logLines())).not.toContain(given);
  });

  it.each(platforms)('are renewed once if %s refuses them', async (platform) => {
    const { fetch, sent } = counting();
    const server = await startServer({ configure, fetch });
    await callWithToken(server, platform);
    await invalidate[platform](server);
    expect((await callWithToken(server, platform)).status).toBe(201);
    expect([sent(cases[platform].token), sent(cases[platform].call)]).toEqual([2, 3]);
  });

  it.each(platforms)('of %s are renewed before they expire', async (platform) => {
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

  const hour = 3600;

  it.each(
    platforms.flatMap((platform) => [2 * hour, 8 * hour, 365 * 24 * hour].map((ahead) => ({ platform, ahead }))),
  )('a token that $platform issued while the clock was $ahead s ahead: renewed once after the clock is corrected', {
    tags: 'fault',
  }, async ({ platform, ahead }) => {
    let time = 1_800_000_000 + ahead;
    const { fetch, sent } = counting();
    const server = await startServer({ configure, fetch, now: () => time });
    await callWithToken(server, platform);
    time -= ahead;
    for (let call = 0; call < 3; call++) expect((await callWithToken(server, platform)).status).toBe(201);
    expect(sent(cases[platform].token)).toBe(2);
    const row = await server.store.selectFrom('platform_tokens').select(['renew_at', 'lifetime']).executeTakeFirstOrThrow();
    expect(row.renew_at).toBe(time + row.lifetime);
  });

  it.each(platforms)('a token that %s issued to a process whose clock is two minutes ahead: used by the others', {
    tags: 'fault',
  }, async (platform) => {
    let time = 1_800_000_120;
    const { fetch, sent } = counting();
    const server = await startServer({ configure, fetch, now: () => time });
    await callWithToken(server, platform);
    time -= 120;
    expect((await callWithToken(server, platform)).status).toBe(201);
    expect(sent(cases[platform].token)).toBe(1);
  });

  it('of WeChat are renewed after they expired', async () => {
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

  it('are requested again if WeChat returns the refused one', async () => {
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

  it('cause app_misconfigured if WeChat refuses every one', async () => {
    const refuse = altering(cases.wechat.call, () => ({ errcode: 40001, errmsg: 'invalid credential' }));
    const server = await startServer({ fetch: refuse });
    expect(await callWithToken(server, 'wechat')).toMatchObject({ status: 500, body: { code: 'app_misconfigured' } });
  });

  describe('a platform that refuses every token', { tags: 'fault' }, () => {
    const refuse = {
      wechat: altering(cases.wechat.call, () => ({ errcode: 40001, errmsg: 'invalid credential' })),
      baidu: altering(cases.baidu.call, () => ({ error_code: 110, error_msg: 'Access token invalid or no longer valid' })),
    };
    /** Requests to the platform, with their bodies. */
    function watching(inner: typeof fetch) {
      const asked: { path: string; body: string }[] = [];
      const watched: typeof fetch = (url, init) => {
        asked.push({ path: new URL(String(url)).pathname, body: String(init?.body ?? '') });
        return inner(url, init);
      };
      return { fetch: watched, forced: () => asked.filter(({ body }) => body.includes('"force_refresh":true')).length, asked };
    }

    it('five logins on WeChat: one forced refresh, and 503 with Retry-After in between', async () => {
      const clock = { time: 1_800_000_000 };
      const { fetch, forced } = watching(refuse.wechat);
      const server = await startServer({ fetch, now: () => clock.time });
      const replies = [];
      for (let login = 0; login < 5; login++) replies.push(await callWithToken(server, 'wechat'));
      expect(replies.map(({ status }) => status)).toEqual([500, 503, 503, 503, 503]);
      expect(replies[1]).toMatchObject({ body: { code: 'platform_busy' } });
      expect(Number(replies[1]?.headers.get('Retry-After'))).toBe(30);
      expect(forced()).toBe(1);
      clock.time += 30;
      await callWithToken(server, 'wechat');
      expect(forced()).toBe(2);
    });

    it('logins on WeChat all day: twenty forced refreshes, then 429 until the day is over', async () => {
      const clock = { time: 1_800_000_000 };
      const { fetch, forced } = watching(refuse.wechat);
      const server = await startServer({ fetch, now: () => clock.time, rateLimited: false });
      for (let login = 0; login < 20; login++, clock.time += 31) expect((await callWithToken(server, 'wechat')).status).toBe(500);
      const reply = await callWithToken(server, 'wechat');
      expect(reply).toMatchObject({ status: 429, body: { code: 'platform_rate_limited' } });
      expect(Number(reply.headers.get('Retry-After'))).toBe(86_400 - 20 * 31);
      expect(forced()).toBe(20);
    });

    it('simultaneous logins in two processes, of two environments: one forced refresh', async () => {
      const database = await createDatabase();
      const { fetch, forced } = watching(refuse.wechat);
      const servers = [await startServer({ fetch, database }), await startServer({ fetch, database })];
      const environment = { 'X-Hydrogen-Env-ID': 'staging' };
      await Promise.all([...servers, ...servers].map((server, index) => callWithToken(server, 'wechat', index < 2 ? {} : environment)));
      expect(forced()).toBeLessThanOrEqual(1);
    });

    it('five logins on Baidu: one renewal, and 503 in between', async () => {
      const { fetch, asked } = watching(refuse.baidu);
      const server = await startServer({ configure, fetch });
      const statuses: number[] = [];
      for (let login = 0; login < 5; login++) statuses.push((await callWithToken(server, 'baidu')).status);
      expect(statuses).toEqual([500, 503, 503, 503, 503]);
      expect(asked.filter(({ path }) => path.endsWith(cases.baidu.token)).length).toBe(2);
    });
  });

  it('are requested again if they were sealed with an earlier secret key', async () => {
    const { fetch, sent } = counting();
    const server = await startServer({ fetch });
    await callWithToken(server, 'wechat');
    await server.store.updateTable('platform_tokens').set({ token: 'earlier.sealed' }).execute();
    expect((await callWithToken(server, 'wechat')).status).toBe(201);
    expect(sent(cases.wechat.token)).toBe(2);
  });
});
