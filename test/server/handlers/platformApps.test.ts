import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

type Reply = Record<string, unknown>;

const asSecond = { 'X-Hydrogen-Client-ID': 'second' };

/**
 * A `fetch` that makes a second mini-program of the sandbox's WeChat, at `/second`.
 *
 * @param change changes what WeChat answers to the exchange of a code, by the app that asked
 */
const withSecondApp =
  (change: (reply: Reply, app: 'first' | 'second') => Reply = (reply) => reply): typeof fetch =>
  async (input, init) => {
    const url = new URL(String(input));
    const app = url.pathname.startsWith('/second/') ? 'second' : 'first';
    const asFirst = (text: string) =>
      text.replaceAll('wx-second', 'sandbox-wechat').replaceAll('second-', '').replace('/second/', '/sandbox/wechat/');
    const response = await fetch(asFirst(url.href), init && { ...init, ...(init.body && { body: asFirst(String(init.body)) }) });
    const text = await response.text();
    const reply: Reply = JSON.parse(app === 'second' ? text.replaceAll('sandbox-wechat', 'wx-second') : text);
    return Response.json(url.pathname.endsWith('/sns/jscode2session') ? change(reply, app) : reply);
  };

/** Two mini-programs on WeChat, and a web page that is on no platform, which share a pool. */
const startPool = (change?: (reply: Reply, app: 'first' | 'second') => Reply) =>
  startServer({
    fetch: withSecondApp(change),
    otherApps: (app) => {
      const { wechat, ...others } = app.platforms;
      const base_url = String(wechat?.base_url).replace('/sandbox/wechat', '/second');
      return [
        { ...app, client_id: 'second', pool: 'sandbox', platforms: { ...others, wechat: { ...wechat, app_id: 'wx-second', base_url } } },
        { ...app, client_id: 'web', pool: 'sandbox', content_check: 'off', platforms: {} },
      ];
    },
  });

const withoutUnionid = (reply: Reply) => ({ ...reply, unionid: undefined });
/** The second app knows people by other openids, as WeChat has it. */
const withOwnOpenids = (reply: Reply, app: 'first' | 'second') =>
  app === 'second' ? { ...reply, openid: `second-${reply.openid}` } : reply;

async function logIn(server: TestServer, headers = {}, person = 'larry', more = {}) {
  return server.call('silentLoginWechat', { headers, body: { code: await server.codeFor('wechat', person), ...more } });
}

async function logInByPhone(server: TestServer, headers = {}, person = 'larry') {
  const { code: phone_code } = await server.granted('phone', 'wechat', person);
  return server.call('phoneLoginWechat', { headers, body: { code: await server.codeFor('wechat', person), phone_code } });
}

const identities = (server: TestServer) =>
  server.store.selectFrom('identities').select(['platform_app_id', 'openid', 'user_id']).orderBy('platform_app_id').execute();

describe('two mini-programs of one pool', () => {
  it('treat the same openid as two people unless WeChat reports one unionid', async () => {
    const server = await startPool(withoutUnionid);
    const [first, second] = [(await logIn(server)).body, (await logIn(server, asSecond)).body];
    expect(second.user_id).not.toBe(first.user_id);
    expect(second.openid).toBe(first.openid);
    expect(await identities(server)).toEqual([
      { platform_app_id: 'sandbox-wechat', openid: first.openid, user_id: first.user_id },
      { platform_app_id: 'wx-second', openid: first.openid, user_id: second.user_id },
    ]);
    expect((await logIn(server)).body.user_id).toBe(first.user_id);
    expect((await logIn(server, asSecond)).body.user_id).toBe(second.user_id);
  });

  it.each([false, true])('share the user with one unionid (login_with_unionid: %s)', async (login_with_unionid) => {
    const server = await startPool(withOwnOpenids);
    const { body: first } = await logIn(server);
    const { body: second } = await logIn(server, asSecond, 'larry', { login_with_unionid });
    expect(second.user_id).toBe(first.user_id);
    expect(await identities(server)).toMatchObject([{ openid: first.openid }, { openid: `second-${first.openid}` }]);
    for (const headers of [{}, asSecond])
      expect((await logIn(server, headers, 'larry', { login_with_unionid })).body.user_id).toBe(first.user_id);
    expect((await logIn(server, asSecond, 'mei', { login_with_unionid })).body.user_id).not.toBe(first.user_id);
  });

  it('log in the user with the unionid even if no user may be created', async () => {
    const server = await startPool(withOwnOpenids);
    const { body } = await logIn(server);
    expect((await logIn(server, asSecond, 'mei', { create_user: false })).status).toBe(404);
    expect((await logIn(server, asSecond, 'larry', { create_user: false })).body.user_id).toBe(body.user_id);
    const code = await server.codeFor('wechat', 'larry');
    const profile = await server.granted('profile', 'wechat', 'larry');
    const authorized = await server.call('authorizedLoginWechat', { body: { ...profile, code, create_user: false } });
    expect([authorized.status, authorized.body.user_id]).toEqual([201, body.user_id]);
  });

  it('create one user for two simultaneous first logins', async () => {
    const server = await startPool(withOwnOpenids);
    const replies = await Promise.all([logIn(server), logIn(server, asSecond), logIn(server), logIn(server, asSecond)]);
    expect(new Set(replies.map(({ body }) => body.user_id)).size).toBe(1);
    expect(await identities(server)).toHaveLength(2);
  });

  it('share the user of a phone number that WeChat vouches for', async () => {
    const server = await startPool((reply, app) => withoutUnionid(withOwnOpenids(reply, app)));
    const { body: first } = await logInByPhone(server);
    const { body: second } = await logInByPhone(server, asSecond);
    expect([second.user_id, second.user_info._phone_verified]).toEqual([first.user_id, true]);
    expect((await logIn(server, asSecond)).body.user_id).toBe(first.user_id);
  });

  it('treat a number as handed over if the unionids differ', async () => {
    const server = await startPool((reply, app) => ({ ...withOwnOpenids(reply, app), unionid: `${app} person` }));
    const { body: first } = await logInByPhone(server);
    expect((await logInByPhone(server, asSecond)).body.user_id).not.toBe(first.user_id);
  });

  it('show each app its identity, and an app without a platform the first of them', async () => {
    const server = await startPool(withOwnOpenids);
    const { body: first } = await logIn(server);
    const { body: second } = await logIn(server, asSecond);
    expect([second.openid, second.user_info._provider.wechat.openid]).toEqual([`second-${first.openid}`, `second-${first.openid}`]);
    const seen = async (headers: Record<string, string>) => {
      const { body } = await server.call('getUser', { token: first.token, userId: first.user_id, headers });
      return [body.openid, body._provider.wechat.openid];
    };
    expect(await seen({})).toEqual([first.openid, first.openid]);
    expect(await seen(asSecond)).toEqual([second.openid, second.openid]);
    expect(await seen({ 'X-Hydrogen-Client-ID': 'web' })).toEqual([first.openid, first.openid]);
  });

  it('link one identity each to a user, and no second one', async () => {
    const server = await startPool((reply, app) => withoutUnionid(withOwnOpenids(reply, app)));
    const { token, user_id } = await registerUser(server);
    const link = async (headers: Record<string, string>, person = 'larry') =>
      server.call('linkWechat', { token, headers, body: { code: await server.codeFor('wechat', person) } });
    expect([(await link({})).status, (await link(asSecond)).status]).toEqual([200, 200]);
    expect((await logIn(server, asSecond)).body.user_id).toBe(user_id);
    expect((await link(asSecond, 'mei')).body.code).toBe('platform_already_linked');
    const { body } = await server.call('getUser', { token, userId: Number(user_id), headers: asSecond });
    expect(body._provider.wechat.openid).toMatch(/^second-/);
  });

  it('open sealed data with the session key of the app that sent it', async () => {
    const server = await startPool(withOwnOpenids);
    await logIn(server);
    await logIn(server, asSecond);
    // The sandbox has one session key for both, which each login renews.
    const { body: first } = await logIn(server);
    const { code: _code, ...sealed } = await server.granted('phone', 'wechat', 'larry');
    const update = (headers: Record<string, string>) => server.call('updatePhoneWechat', { token: first.token, headers, body: sealed });
    expect((await update(asSecond)).body.code).toBe('sealed_data_invalid');
    expect((await update({})).status).toBe(200);
  });
});
