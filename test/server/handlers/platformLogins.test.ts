import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../server/errors.ts';
import type { Fault } from '../../../server/sandbox/faults.ts';
import { factsOf, operationOn, platformNames, withSettings } from '../../support/platforms.ts';
import { countRows } from '../../support/rows.ts';
import { startServer } from '../../support/server.ts';

describe.each(platformNames)('silent login on %s', (platform) => {
  const operation = operationOn('silentLogin', platform);

  it('creates a user at the first login and finds it at the next', async () => {
    const server = await startServer();
    const first = await server.login(platform, 'larry');
    const second = await server.login(platform, 'larry');
    expect(second.user_info.id).toBe(first.user_info.id);
    expect(second.token).not.toBe(first.token);
    expect(first.user_info.openid).toBe(first.user_info._provider[platform]?.openid);
    expect(await countRows(server)).toEqual({ users: 1, identities: 1, sessions: 2 });
  });

  it('tells people apart', async () => {
    const server = await startServer();
    const [larry, mei] = [await server.login(platform, 'larry'), await server.login(platform, 'mei')];
    expect(larry.user_info.id).not.toBe(mei.user_info.id);
    expect(larry.user_info.openid).not.toBe(mei.user_info.openid);
  });

  it('refuses a stranger if no user may be created, and a known person logs in', async () => {
    const server = await startServer();
    const attempt = async () => server.call(operation, { body: { code: await server.codeFor(platform, 'larry'), create_user: false } });
    expect(await attempt()).toMatchObject({ status: 404, body: { code: 'identity_not_found' } });
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
    await server.login(platform, 'larry');
    expect((await attempt()).status).toBe(201);
  });

  it('refuses a used code', async () => {
    const server = await startServer();
    const code = await server.codeFor(platform, 'larry');
    await server.call(operation, { body: { code } });
    const { status, body } = await server.call(operation, { body: { code } });
    expect(status).toBe(400);
    expect(body.code).toBe(factsOf(platform).tellsUsedCodes ? 'code_used' : 'code_invalid');
    expect(await countRows(server)).toEqual({ users: 1, identities: 1, sessions: 1 });
  });

  it('refuses a code that the platform never issued', async () => {
    const server = await startServer();
    expect(await server.call(operation, { body: { code: 'neverGiven' } })).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });

  it('refuses an expired code', async () => {
    let time = 1_800_000_000;
    const server = await startServer({ now: () => time });
    const code = await server.codeFor(platform, 'larry');
    time += 601;
    expect(await server.call(operation, { body: { code } })).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
  });

  const faults: [Partial<Fault>, number, ErrorCode][] = [
    [{ kind: 'busy' }, 503, 'platform_busy'],
    [{ kind: 'rate_limited' }, 429, 'platform_rate_limited'],
    [{ kind: 'unavailable' }, 503, 'platform_busy'],
    [{ kind: 'too_many_requests' }, 429, 'platform_rate_limited'],
    [{ kind: 'hang' }, 504, 'platform_timeout'],
    [{ kind: 'html' }, 502, 'platform_failed'],
    [{ kind: 'garbage' }, 502, 'platform_failed'],
    [{ kind: 'cut_short' }, 502, 'platform_failed'],
    [{ kind: 'reset' }, 502, 'platform_failed'],
    [{ kind: 'server_error' }, 502, 'platform_failed'],
  ];
  it.each(faults)("answers the platform's %j with %i %s and stores nothing", async (fault, status, code) => {
    const server = await startServer({ platformTimeout: 300 });
    const reply = await server.call(operation, { body: { code: await server.codeFor(platform, 'larry', fault) } });
    expect(reply).toMatchObject({ status, body: { code } });
    expect(reply.headers.has('Retry-After')).toBe(status === 503 || status === 429);
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });

  it('logs in if the platform is busy once, or slow', async () => {
    const server = await startServer();
    for (const fault of [
      { kind: 'busy', times: 1 },
      { kind: 'slow', delay_ms: 50 },
    ] as const) {
      expect((await server.call(operation, { body: { code: await server.codeFor(platform, 'larry', fault) } })).status).toBe(201);
    }
  });

  it.each([
    ['app id', { app_id: 'wrong' }],
    ['secret', factsOf(platform).wrongSecret ?? { app_secret: 'wrong' }],
  ])('says that the app is misconfigured if its %s is wrong', async (_what, wrong) => {
    const server = await startServer({ configure: withSettings(platform, wrong) });
    const reply = await server.call(operation, { body: { code: await server.codeFor(platform, 'larry') } });
    expect(reply).toMatchObject({ status: 500, body: { code: 'app_misconfigured' } });
    expect(JSON.stringify(reply.body)).not.toContain('wrong');
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });

  it('is refused if the app has no entry for the platform', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, content_check: 'off', platforms: {} }) });
    expect(await server.call(operation, { body: { code: 'any' } })).toMatchObject({ status: 405, body: { code: 'login_method_disabled' } });
  });

  it('retries once if the platform was not reached, and then reports it', async () => {
    let refused = 0;
    const unreachable: typeof fetch = async () => {
      refused++;
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
    };
    const server = await startServer({ fetch: unreachable });
    expect(await server.call(operation, { body: { code: 'any' } })).toMatchObject({ status: 502, body: { code: 'platform_failed' } });
    expect(refused).toBe(2);
  });

  it('never sends a code again that may have been used', async () => {
    let sent = 0;
    const counting: typeof fetch = (...args) => {
      // A platform's access token has no code.
      if (!new URL(String(args[0])).pathname.endsWith('/token')) sent++;
      return fetch(...args);
    };
    const server = await startServer({ fetch: counting, platformTimeout: 300 });
    for (const kind of ['hang', 'html', 'cut_short', 'reset', 'server_error'] as const) {
      sent = 0;
      await server.call(operation, { body: { code: await server.codeFor(platform, 'larry', { kind }) } });
      expect([kind, sent]).toEqual([kind, 1]);
    }
  });
});

describe('login with unionid', () => {
  it('finds the user whose openid changed', async () => {
    const server = await startServer();
    const larry = await server.login('wechat', 'larry');
    await server.store.updateTable('identities').set({ openid: 'of-another-app' }).execute();
    const body = { code: await server.codeFor('wechat', 'larry'), login_with_unionid: true };
    const again = await server.call('silentLoginWechat', { body });
    expect(again.body.user_info).toMatchObject({ id: larry.user_info.id, openid: larry.user_info.openid });
  });

  it('names both users if unionid and openid disagree', async () => {
    const server = await startServer();
    const [larry, mei] = [await server.login('wechat', 'larry'), await server.login('wechat', 'mei')];
    await server.store.updateTable('identities').set({ unionid: null }).where('user_id', '=', larry.user_info.id).execute();
    await server.store
      .updateTable('identities')
      .set({ unionid: larry.user_info.unionid })
      .where('user_id', '=', mei.user_info.id)
      .execute();
    const body = { code: await server.codeFor('wechat', 'larry'), login_with_unionid: true };
    const reply = await server.call('silentLoginWechat', { body });
    expect(reply).toMatchObject({ status: 409, body: { code: 'unionid_conflict' } });
    expect(reply.body.error_msg).toContain(String(larry.user_info.id));
    expect(reply.body.error_msg).toContain(String(mei.user_info.id));
  });
});

it('many simultaneous first logins of one person create one user', async () => {
  const server = await startServer();
  const sessions = await Promise.all(Array.from({ length: 50 }, () => server.login('wechat', 'larry')));
  expect(new Set(sessions.map((session) => session.user_info.id)).size).toBe(1);
  expect(await countRows(server)).toEqual({ users: 1, identities: 1, sessions: 50 });
});

it("an environment's users are separate from production's", async () => {
  const server = await startServer();
  const production = await server.login('wechat', 'larry');
  const headers = { 'X-Hydrogen-Env-ID': 'staging' };
  const staging = await server.call('silentLoginWechat', { headers, body: { code: await server.codeFor('wechat', 'larry') } });
  expect(staging.body.user_info.id).not.toBe(production.user_info.id);
  expect((await server.call('logout', { headers, token: production.token })).status).toBe(401);
});
