import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { tokenFrom } from '../../support/webLogin.ts';

/** The apps of one company at WeChat, by the client ids that share a pool. */
const apps = ['mini', 'second mini', 'QR site', 'official account'] as const;
type AppName = (typeof apps)[number];
type Reply = Record<string, unknown>;

const pairs = apps.flatMap((one, place) => apps.slice(place + 1).map((other): [AppName, AppName] => [one, other]));

/** A `fetch` that makes a second mini-program of the sandbox's, and reports unionids or not. */
const wechat =
  (unionids: boolean): typeof fetch =>
  async (input, init) => {
    const isSecond = String(input).includes('/second/');
    const asFirst = (text: string) =>
      text.replaceAll('wx-second', 'sandbox-wechat').replaceAll('second-', '').replace('/second/', '/sandbox/wechat/');
    const response = await fetch(asFirst(String(input)), init && { ...init, ...(init.body && { body: asFirst(String(init.body)) }) });
    const text = await response.text();
    const { unionid, ...reply }: Reply = JSON.parse(isSecond ? text.replaceAll('sandbox-wechat', 'wx-second') : text);
    if (isSecond && reply.openid) reply.openid = `second-${reply.openid}`;
    return Response.json({ ...reply, ...(unionids && unionid !== undefined && { unionid }) });
  };

const startPool = (unionids: boolean) =>
  startServer({
    fetch: wechat(unionids),
    otherApps: (app) => {
      const { wechat: first, ...others } = app.platforms;
      const base_url = String(first?.base_url).replace('/sandbox/wechat', '/second');
      return [
        { ...app, client_id: 'second', pool: 'sandbox', platforms: { ...others, wechat: { ...first, app_id: 'wx-second', base_url } } },
      ];
    },
  });

const asSecond = { 'X-Hydrogen-Client-ID': 'second' };
const providers = { 'QR site': 'oauth-wechat-web', 'official account': 'oauth-wechat-mp' } as const;

/** Calls an operation with the token of a person who went through WeChat's page, in a session if there is one. */
async function callOnWeb(
  server: TestServer,
  operation: 'loginOnWeb' | 'linkOnWeb',
  app: keyof typeof providers,
  { person = 'larry', token, create_user }: { person?: string; token?: string; create_user?: boolean } = {},
) {
  const to = { token, params: { provider: providers[app] } };
  const begun = await server.call('createWebLogin', { ...to, body: { callback_url: 'http://localhost:8080/auth.html' } });
  return server.call(operation, { ...to, body: { auth_token: await tokenFrom(begun.body.redirect_url, { person }), create_user } });
}

/** Logs a person in to one of the apps. */
async function logIn(server: TestServer, app: AppName, create_user = true, person = 'larry') {
  if (app === 'mini' || app === 'second mini') {
    const headers = app === 'mini' ? {} : asSecond;
    const { body } = await server.call('silentLoginWechat', {
      headers,
      body: { code: await server.codeFor('wechat', person), create_user },
    });
    return { status: body.user_info ? 201 : 404, id: body.user_id, token: body.token, openid: body.openid };
  }
  const { status, body } = await callOnWeb(server, 'loginOnWeb', app, { person, create_user });
  return { status, id: body.id, token: body.token, openid: body.openid };
}

/** Links a person's WeChat of one of the apps. */
async function link(server: TestServer, app: AppName, token: string) {
  if (app === 'mini' || app === 'second mini') {
    const headers = app === 'mini' ? {} : asSecond;
    return server.call('linkWechat', { token, headers, body: { code: await server.codeFor('wechat', 'larry') } });
  }
  return callOnWeb(server, 'linkOnWeb', app, { token });
}

describe.each(pairs)('one pool with the %s and the %s of a company', (one, other) => {
  it('has one user for a person, whom the unionid joins, in either order', async () => {
    const server = await startPool(true);
    for (const [first, second, person] of [
      [one, other, 'larry'],
      [other, one, 'mei'],
    ] as const) {
      const known = await logIn(server, first, true, person);
      const joined = await logIn(server, second, false, person);
      expect([joined.status, joined.id]).toEqual([201, known.id]);
      expect(joined.openid).not.toBe(known.openid);
      expect((await logIn(server, first, false, person)).id).toBe(known.id);
    }
    expect(await server.store.selectFrom('users').select('id').execute()).toHaveLength(2);
  });

  it('has one user for two simultaneous first logins', async () => {
    const server = await startPool(true);
    const [first, second] = await Promise.all([logIn(server, one), logIn(server, other)]);
    expect(second.id).toBe(first.id);
  });

  it('has two users without a unionid, and one after a link', async () => {
    const server = await startPool(false);
    const first = await logIn(server, one);
    expect((await logIn(server, other, false)).status).toBe(404);
    expect((await link(server, other, first.token)).status).toBe(200);
    expect((await logIn(server, other, false)).id).toBe(first.id);
  });
});

describe('one pool without unionids', () => {
  it.each([
    'QR site',
    'official account',
  ] as const)('has one user in a mini-program and the %s for a person who verified the same phone number in both', async (app) => {
    const server = await startPool(false);
    const { code: phone_code } = await server.granted('phone', 'wechat', 'larry');
    const { body: mini } = await server.call('phoneLoginWechat', { body: { code: await server.codeFor('wechat', 'larry'), phone_code } });
    await server.call('sendSmsCode', { body: { phone: mini.user_info._phone } });
    const code = await server.smsCodeTo(mini.user_info._phone);
    const { body: onWeb } = await server.call('loginBySmsCode', { body: { phone: mini.user_info._phone, code } });
    expect(onWeb.id).toBe(mini.user_id);
    expect((await link(server, app, onWeb.token)).status).toBe(200);
    expect((await logIn(server, app, false)).id).toBe(mini.user_id);
  });
});

describe('a pool whose unionid joins WeChat on the web', () => {
  it('refuses a login whose openid is of one user and whose unionid of another', async () => {
    let unionids = false;
    const server = await startServer({ fetch: (input, init) => wechat(unionids)(input, init) });
    const onWeb = await logIn(server, 'QR site');
    unionids = true;
    const mini = await logIn(server, 'mini');
    expect(mini.id).not.toBe(onWeb.id);
    const { status, body } = await callOnWeb(server, 'loginOnWeb', 'QR site');
    expect([status, body.code]).toEqual([409, 'unionid_conflict']);
    expect(body.error_msg).toContain(String(mini.id));
  });

  it('shows a web session its own openid, and all identities in _provider', async () => {
    const server = await startPool(true);
    const mini = await logIn(server, 'mini');
    const onWeb = await logIn(server, 'QR site');
    const { body } = await server.call('getUser', { token: onWeb.token, userId: onWeb.id });
    expect([body.openid, body._provider.wechat.openid]).toEqual([onWeb.openid, mini.openid]);
    const { body: listed } = await server.call('listIdentities', { token: onWeb.token });
    expect(listed.objects.map(({ platform }: { platform: string }) => platform).sort()).toEqual(['oauth-wechat-web', 'wechat']);
  });

  it('keeps a user with a password apart until the link', async () => {
    const server = await startPool(true);
    const { token, user_id } = await registerUser(server);
    expect((await link(server, 'QR site', token)).status).toBe(200);
    expect((await logIn(server, 'mini', false)).id).toBe(user_id);
  });
});
