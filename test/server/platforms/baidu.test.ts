import { describe, expect, it } from 'vitest';
import { startServer } from '../../support/server.ts';

/** A server whose app uses Baidu's newer exchange, and the calls that it makes. */
async function startWithGetSessionKey(settings: Record<string, unknown> = {}) {
  const calls: string[] = [];
  const server = await startServer({
    configure: (app) => ({
      ...app,
      content_check: 'off',
      platforms: { baidu: { ...app.platforms.baidu, exchange: 'getsessionkey', ...settings } },
    }),
    fetch: (input, init) => {
      calls.push(new URL(String(input)).pathname.replace('/sandbox/baidu', ''));
      return fetch(input, init);
    },
  });
  return { server, calls };
}

describe("Baidu's newer exchange", () => {
  const token = '/oauth/2.0/token';
  const exchange = '/rest/2.0/smartapp/getsessionkey';

  it('requests an access token once and stores it', async () => {
    const { server, calls } = await startWithGetSessionKey();
    const first = await server.login('baidu', 'larry');
    const second = await server.login('baidu', 'larry');
    expect(second.user_info.id).toBe(first.user_info.id);
    expect(calls).toEqual([token, exchange, exchange]);
  });

  it('renews a token that Baidu refuses, and logs in with the same code', async () => {
    const { server, calls } = await startWithGetSessionKey();
    await server.login('baidu', 'larry');
    await fetch(`${server.origin}/sandbox/baidu/oauth/2.0/token?client_secret=sandbox-secret-of-baidu`, { method: 'DELETE' });
    await server.login('baidu', 'larry');
    expect(calls).toEqual([token, exchange, exchange, token, exchange]);
  });

  it('finds the same person as the older one', async () => {
    const { server } = await startWithGetSessionKey();
    const older = await startServer();
    expect((await server.login('baidu', 'larry')).user_info.openid).toBe((await older.login('baidu', 'larry')).user_info.openid);
  });

  it.each([
    ['busy', 503, 'platform_busy'],
    ['rate_limited', 429, 'platform_rate_limited'],
    ['html', 502, 'platform_failed'],
  ] as const)('answers %s with %i %s', async (kind, status, code) => {
    const { server } = await startWithGetSessionKey();
    const reply = await server.call('silentLoginBaidu', { body: { code: await server.codeFor('baidu', 'larry', { kind }) } });
    expect(reply).toMatchObject({ status, body: { code } });
  });

  it('refuses a used code', async () => {
    const { server } = await startWithGetSessionKey();
    const body = { code: await server.codeFor('baidu', 'larry') };
    await server.call('silentLoginBaidu', { body });
    expect(await server.call('silentLoginBaidu', { body })).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
  });

  it('says that the app is misconfigured if Baidu returns no token', async () => {
    const { server } = await startWithGetSessionKey({ app_secret: 'wrong' });
    expect(await server.call('silentLoginBaidu', { body: { code: 'any' } })).toMatchObject({
      status: 500,
      body: { code: 'app_misconfigured' },
    });
  });
});
