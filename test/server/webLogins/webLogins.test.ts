import { beforeEach, describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { hooksAt, startHook } from '../../support/hooks.ts';
import { countRows } from '../../support/rows.ts';
import { changePerson } from '../../support/sandbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Choice, createBrowser, goToWechat, tokenFrom, type WebProvider } from '../../support/webLogin.ts';

const page = 'http://localhost:8080/auth.html?handler=login&mode=popup-window';
let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});

/** The number of logins under way. */
const underWay = async () => (await server.store.selectFrom('web_logins').select('stage').execute()).length;

type More = { token?: string; callback_url?: string; silent_login?: boolean; headers?: Record<string, string> };

async function begin(provider: WebProvider, { token, headers, callback_url = page, silent_login }: More = {}) {
  const body = { callback_url, ...(silent_login !== undefined && { silent_login }) };
  const options = { params: { provider }, body, ...(token && { token }), ...(headers && { headers }) };
  return server.call('createWebLogin', options);
}
async function redirectUrl(provider: WebProvider, more: More = {}): Promise<string> {
  const { status, body } = await begin(provider, more);
  expect([status, body.status]).toEqual([200, 'ok']);
  return body.redirect_url;
}
const tokenOf = async (provider: WebProvider, choice: Choice = {}, more: More = {}) => tokenFrom(await redirectUrl(provider, more), choice);

const logIn = async (provider: WebProvider, choice: Choice = {}, more: object = {}) =>
  server.call('loginOnWeb', { params: { provider }, body: { auth_token: await tokenOf(provider, choice), ...more } });

describe("the way to WeChat's page", () => {
  it("leads to the QR code with WeChat's parameters in their order", async () => {
    const { location } = await createBrowser().open(await redirectUrl('oauth-wechat-web'));
    const url = new URL(location);
    expect(url.origin + url.pathname).toBe(`${server.origin}/sandbox/oauth-wechat-web/connect/qrconnect`);
    expect([...url.searchParams.keys()]).toEqual(['appid', 'redirect_uri', 'response_type', 'scope', 'state']);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      appid: 'sandbox-oauth-wechat-web',
      redirect_uri: `${server.origin}/web-login/callback?app=sandbox`,
      response_type: 'code',
      scope: 'snsapi_login',
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(url.hash).toBe('#wechat_redirect');
  });

  it.each([
    [true, 'snsapi_base'],
    [false, 'snsapi_userinfo'],
  ])('leads to the page inside WeChat (silent: %s) with the scope %s', async (silent_login, scope) => {
    const { location } = await createBrowser().open(await redirectUrl('oauth-wechat-mp', { silent_login }));
    expect(location).toMatch(
      /^[^?]+\/connect\/oauth2\/authorize\?appid=[^&]+&redirect_uri=[^&]+&response_type=code&scope=[^&]+&state=[^&]+#wechat_redirect$/,
    );
    expect(new URL(location).searchParams.get('scope')).toBe(scope);
  });

  it("passes on the parameters of WeChat's embedded QR code, and no others", async () => {
    const added = new URLSearchParams({
      self_redirect: 'true',
      style: 'black',
      href: 'https://shop.example.com/qr.css',
      appid: 'other',
      x: '1',
    });
    const { location } = await createBrowser().open(`${await redirectUrl('oauth-wechat-web')}&${added}`);
    const { searchParams } = new URL(location);
    expect([...searchParams.keys()].slice(5)).toEqual(['self_redirect', 'style', 'href']);
    expect(searchParams.get('appid')).toBe('sandbox-oauth-wechat-web');
    const odd = new URLSearchParams({ self_redirect: '"', style: 'red;', href: 'javascript:alert(1)' });
    const second = await createBrowser().open(`${await redirectUrl('oauth-wechat-web')}&${odd}`);
    expect([...new URL(second.location).searchParams.keys()]).toHaveLength(5);
  });

  it('comes back to the callback page as it was, with a token', async () => {
    const callback_url = `${page}&referer=http%3A%2F%2Flocalhost%3A8080%2F%3Fa%3D1&token=old`;
    const browser = createBrowser();
    const { status, location, headers } = await browser.open(
      await goToWechat(browser, await redirectUrl('oauth-wechat-web', { callback_url })),
    );
    const { origin, pathname, searchParams } = new URL(location);
    expect([status, origin + pathname]).toEqual([302, 'http://localhost:8080/auth.html']);
    expect(Object.fromEntries(searchParams)).toEqual({
      handler: 'login',
      mode: 'popup-window',
      referer: 'http://localhost:8080/?a=1',
      token: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('Cache-Control')).toBe('no-store');
  });

  it.each([true, false])('binds the login to the browser by a cookie that no script can read (https: %s)', async (https) => {
    const publicUrl = https ? 'https://login.example.com' : undefined;
    server = await startServer(publicUrl === undefined ? {} : { services: { publicUrl } });
    const url = (await redirectUrl('oauth-wechat-web')).replace('https://login.example.com', server.origin);
    const { headers } = await createBrowser().open(url);
    const [cookie = ''] = headers.getSetCookie();
    expect(cookie).toMatch(/; HttpOnly/);
    if (https) expect(cookie).toMatch(/^__Host-web-login=[\w-]{43}; Max-Age=600; Path=\/; .*HttpOnly; Secure; Partitioned; SameSite=None$/);
    else expect(cookie).toMatch(/^web-login=.*SameSite=Lax$/);
  });
});

describe.each(['oauth-wechat-web', 'oauth-wechat-mp'] as const)('a login by %s', (provider) => {
  it('creates a user with the profile, and finds the same one the next time', async () => {
    const { status, body } = await logIn(provider);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      nickname: 'Larry。',
      gender: 1,
      city: 'Huizhou',
      is_authorized: true,
      openid: expect.stringMatching(/^o/),
    });
    expect(body._provider).toEqual({
      [provider]: expect.objectContaining({ openid: body.openid, unionid: body.unionid, nickname: 'Larry。', sex: 1 }),
    });
    const again = (await logIn(provider, {}, { create_user: false })).body;
    expect([again.id, again.openid]).toEqual([body.id, body.openid]);
    expect((await logIn(provider, { person: 'mei' })).body.id).not.toBe(body.id);
    expect(await auditOf(server)).toMatchObject([
      { event: 'registered', method: provider },
      { event: 'login', method: provider },
      { event: 'login', method: provider },
      { event: 'registered' },
      { event: 'login' },
    ]);
  });

  it('stores nothing of a new person if no user may be created', async () => {
    const { status, body } = await logIn(provider, {}, { create_user: false });
    expect([status, body.code]).toEqual([404, 'identity_not_found']);
    expect([await countRows(server), await underWay()]).toEqual([{ users: 0, identities: 0, sessions: 0 }, 0]);
  });

  it('updates the profile as the request says', async () => {
    const { id } = (await logIn(provider)).body;
    await changePerson(server, 'larry', { nickname: 'Lars' });
    const names = async (update_userprofile: unknown) => (await logIn(provider, {}, { update_userprofile })).body;
    expect(await names('setnx')).toMatchObject({ id, nickname: 'Larry。', _provider: { [provider]: { nickname: 'Lars' } } });
    expect(await names(false)).toMatchObject({ nickname: 'Larry。' });
    expect(await names('overwrite')).toMatchObject({ nickname: 'Lars' });
  });

  it("leaves a placeholder's name out", async () => {
    await changePerson(server, 'larry', { anonymous: true });
    expect((await logIn(provider)).body).toMatchObject({ nickname: '', avatar: '', is_authorized: false });
  });

  it('needs the app to have it', async () => {
    server = await startServer({ configure: (app) => ({ ...app, content_check: 'off', platforms: {} }) });
    expect((await begin(provider)).body).toMatchObject({
      code: 'login_method_disabled',
      error_msg: `Please enable ${provider} login first.`,
    });
    const token = 'x'.repeat(43);
    expect((await server.call('loginOnWeb', { params: { provider }, body: { auth_token: token } })).status).toBe(405);
  });

  it("has the app's own server approve new people, and no others", async () => {
    const hook = await startHook();
    server = await startServer({ configure: (app) => ({ ...app, hooks: hooksAt(hook.url) }) });
    hook.decide = () => ({ decision: 'deny' });
    const denied = await logIn(provider);
    expect([denied.status, denied.body.code, (await countRows(server)).users]).toEqual([403, 'request_denied', 0]);
    expect(hook.asked.at(-1)?.data).toMatchObject({ method: provider, openid: expect.stringMatching(/^o/) });
    hook.decide = () => ({ decision: 'allow' });
    expect((await logIn(provider)).status).toBe(201);
    hook.decide = () => ({ decision: 'deny' });
    expect((await logIn(provider)).status).toBe(201);
  });

  it('keeps its token for the answer to a challenge', async () => {
    const hook = await startHook();
    server = await startServer({ configure: (app) => ({ ...app, hooks: hooksAt(hook.url) }) });
    const challenge = { kind: 'captcha' };
    hook.decide = ({ data }) => (data.challenge_response === 'solved' ? { decision: 'allow' } : { decision: 'challenge', challenge });
    const auth_token = await tokenOf(provider);
    const request = { params: { provider }, body: { auth_token } };
    expect((await server.call('loginOnWeb', request)).body).toMatchObject({ code: 'challenge_required', challenge });
    expect((await server.call('loginOnWeb', { ...request, headers: { 'X-Challenge-Response': 'solved' } })).status).toBe(201);
    expect((await server.call('loginOnWeb', request)).body.code).toBe('auth_token_invalid');
  });

  it('stays in its environment', async () => {
    const headers = { 'X-Hydrogen-Env-ID': 'staging' };
    const auth_token = await tokenOf(provider, {}, { headers });
    expect((await server.call('loginOnWeb', { params: { provider }, body: { auth_token } })).status).toBe(400);
    expect((await server.call('loginOnWeb', { params: { provider }, headers, body: { auth_token } })).status).toBe(201);
  });
});

describe('a silent login inside WeChat', () => {
  const silently = async (choice: Choice = {}, more: object = {}) =>
    server.call('silentLoginOnWeb', {
      body: { auth_token: await tokenOf('oauth-wechat-mp', choice, { silent_login: true }), ...more },
    });

  it('opens a session without a profile', async () => {
    const { status, body } = await silently();
    expect(status).toBe(201);
    expect(body).toMatchObject({ user_id: body.user_info.id, openid: body.user_info.openid });
    expect(body.user_info).toMatchObject({ nickname: '', is_authorized: false });
    expect((await silently({}, { create_user: false })).body.user_id).toBe(body.user_id);
    expect((await logIn('oauth-wechat-mp')).body).toMatchObject({ id: body.user_id, nickname: 'Larry。' });
    expect((await silently({ person: 'mei' }, { create_user: false })).status).toBe(404);
  });

  it('asks nothing of a person whom WeChat knows', async () => {
    const browser = createBrowser();
    await tokenFrom(await redirectUrl('oauth-wechat-mp'), {}, browser);
    const { location } = await browser.open(await redirectUrl('oauth-wechat-mp', { silent_login: true }));
    expect(new URL((await browser.open(location)).location).searchParams.has('code')).toBe(true);
  });

  it('is not possible by a QR code', async () => {
    const { status, body } = await begin('oauth-wechat-web', { silent_login: true });
    expect([status, body.errors[0].path]).toEqual([400, '/body/silent_login']);
  });
});

describe('the pages of a login that does not succeed', () => {
  const open = async (url: string, browser = createBrowser(), language = 'en') => browser.open(url, { 'Accept-Language': language });

  it.each([
    ['zh-CN,zh;q=0.9', '您没有同意登录', '重新登录', 'zh-CN'],
    ['en', 'You did not agree to log in', 'Log in again', 'en'],
  ])('say that the person declined, in %s, without a script or anything from elsewhere', async (language, title, again, lang) => {
    const browser = createBrowser();
    const declined = await open(await goToWechat(browser, await redirectUrl('oauth-wechat-web'), { deny: true }), browser, language);
    expect(declined).toMatchObject({ status: 200, location: '' });
    expect(declined.text).toContain(`<html lang="${lang}">`);
    expect(declined.text).toContain(`<title>${title}</title>`);
    expect(declined.text).toContain(`<a href="${page.replaceAll('&', '&amp;')}">${again}</a>`);
    const policy = declined.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('frame-ancestors http://localhost:* http://127.0.0.1:*');
    expect(declined.text).not.toMatch(/<script|src=|<link|@import/);
  });

  it('lead back to the page that began it, with the result that getRedirectResult reads', async () => {
    const callback_url = `http://localhost:8080/auth.html?handler=associate&mode=redirect&referer=${encodeURIComponent('http://localhost:8080/me?a=1')}`;
    const browser = createBrowser();
    const { text } = await open(
      await goToWechat(browser, await redirectUrl('oauth-wechat-web', { callback_url }), { deny: true }),
      browser,
    );
    const [, href = ''] = /<a href="([^"]+)">Go back/.exec(text) ?? [];
    const back = new URL(href.replaceAll('&amp;', '&'));
    expect(back.origin + back.pathname).toBe('http://localhost:8080/me');
    expect(JSON.parse(back.searchParams.get('auth-result') ?? '')).toEqual({
      status: 'fail',
      error: 'You did not agree to log in',
      action: 'associate',
    });
  });

  it.each([true, false])('explain the preview mode, in which the person is made up (silent: %s)', async (silent_login) => {
    const browser = createBrowser();
    const url = await goToWechat(browser, await redirectUrl('oauth-wechat-mp', { silent_login }), { preview: true });
    const { status, text } = await open(url, browser, 'zh');
    expect(status).toBe(403);
    expect(text).toContain('使用完整服务');
    expect([(await countRows(server)).users, await underWay()]).toEqual([0, 0]);
  });

  it('explain the preview mode if WeChat reports it only when asked for the profile', async () => {
    server = await startServer({
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (!String(input).includes('/sns/oauth2/access_token')) return response;
        const { is_snapshotuser: _unsaid, ...reply } = (await response.json()) as Record<string, unknown>;
        return Response.json(reply);
      },
    });
    const browser = createBrowser();
    const { status, text } = await open(await goToWechat(browser, await redirectUrl('oauth-wechat-mp'), { preview: true }), browser);
    expect([status, text.includes('full service')]).toEqual([403, true]);
  });

  it.each([
    '/web-login/start',
    '/web-login/callback',
    '/web-login/callback?app=sandbox',
    '/web-login/callback?app=other&state=x&code=y',
  ])('%s by itself: says that the link is incomplete', async (path) => {
    const { status, text } = await open(server.origin + path);
    expect([status, text.includes('This link is incomplete')]).toEqual([400, true]);
  });

  it('say that no app of the pool needs to be framed elsewhere', async () => {
    server = await startServer({ configure: (app) => ({ ...app, callback_origins: ['https://shop.example.com'] }) });
    const { headers } = await open(`${server.origin}/web-login/callback?app=sandbox`);
    expect(headers.get('Content-Security-Policy')).toMatch(/frame-ancestors https:\/\/shop\.example\.com$/);
    const other = await open(`${server.origin}/web-login/callback?app=none`);
    expect(other.headers.get('Content-Security-Policy')).toMatch(/frame-ancestors 'none'$/);
  });
});

describe('linking on a web page', () => {
  const link = async (token: string, provider: WebProvider, choice: Choice = {}, begun: More = { token }) =>
    server.call('linkOnWeb', { token, params: { provider }, body: { auth_token: await tokenOf(provider, choice, begun) } });

  it.each([
    'oauth-wechat-web',
    'oauth-wechat-mp',
  ] as const)('joins %s to the account of the session, with the profile', async (provider) => {
    const { token, user_id } = await registerUser(server);
    const { status, body } = await link(token, provider);
    expect([status, body]).toEqual([
      200,
      { status: 'ok', message: 'User associated.', openid: expect.any(String), unionid: expect.any(String), user_id },
    ]);
    expect((await link(token, provider)).status).toBe(200);
    expect((await logIn(provider)).body).toMatchObject({ id: user_id, nickname: 'Larry。', _username: 'Mei' });
  });

  it('refuses the WeChat of another user, with a ticket to merge the accounts, and a second one', async () => {
    const mini = await server.login('wechat', 'larry');
    const { token } = await registerUser(server);
    const { status, body } = await link(token, 'oauth-wechat-web');
    expect([status, body.code, typeof body.merge_ticket]).toEqual([409, 'identity_taken', 'string']);
    const preview = await server.call('previewMerge', { token, body: { merge_ticket: body.merge_ticket } });
    expect(preview.body.theirs.id).toBe(mini.user_id);
    expect((await link(token, 'oauth-wechat-web', { person: 'mei' })).status).toBe(200);
    expect((await link(token, 'oauth-wechat-web', { person: 'ada' })).body.code).toBe('platform_already_linked');
  });

  it('refuses anonymous users', async () => {
    const { token } = (await server.call('loginAnonymously')).body;
    expect((await link(token, 'oauth-wechat-web')).body.code).toBe('anonymous_forbidden');
  });

  it('asks for a new login in an old session, and keeps the token for it', async () => {
    const clock = { time: Math.floor(Date.now() / 1000) };
    server = await startServer({ now: () => clock.time });
    const { token } = await registerUser(server);
    clock.time += 3590;
    const auth_token = await tokenOf('oauth-wechat-web', {}, { token });
    clock.time += 20;
    const request = { token, params: { provider: 'oauth-wechat-web' }, body: { auth_token } };
    expect((await server.call('linkOnWeb', request)).body.code).toBe('login_not_fresh');
    expect(await underWay()).toBe(1);
  });
});
