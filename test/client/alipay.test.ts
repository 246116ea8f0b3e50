import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { type FakeHost, startApp } from '../support/fakeHost.ts';

const silent = 'POST /hserve/v2.5/idp/alipay/silent-login/';
const authorized = 'POST /hserve/v2.5/idp/alipay/authenticate/';
const link = 'POST /hserve/v2.0/idp/alipay/user-associate/';

let server: Backend;
let app: FakeHost;
/** The requests that the app sent, without the host's own calls. */
const sent = () => app.calls.filter((call) => call.startsWith('POST'));
const bodyOf = (place: string) => app.requests.findLast(({ url, method }) => `${method} ${new URL(url).pathname}` === place)?.data;

describe('my.BaaS', () => {
  beforeEach(async () => {
    server = await startBackend();
    app = await startApp(server, 'alipay');
  });

  it('logs in silently, with the scope auth_base', async () => {
    const scopes = recordScopes();
    const user = await app.BaaS.auth.loginWithAlipay();
    expect(user.id).toEqual(expect.any(Number));
    expect([scopes, sent()]).toEqual([['auth_base'], [silent]]);
  });

  it('asks for the profile, and other scopes, if the app says so', async () => {
    const scopes = recordScopes();
    const options = { forceLogin: true, scopes: ['order_service'], createUser: true, syncUserProfile: 'overwrite' };
    expect((await app.BaaS.auth.loginWithAlipay(options)).is_authorized).toBe(true);
    expect([scopes, sent()]).toEqual([[['order_service', 'auth_user']], [authorized]]);
    expect(bodyOf(authorized)).toMatchObject({ create_user: true, update_userprofile: 'overwrite' });
  });

  it.each([
    ['11, a refusal', { error: 11, errorMessage: '用户取消授权' }],
    ["3, Android's back key", { error: 3 }],
    ['"11", as text', { error: '11' }],
  ])('after the error %s: logs in silently, with the same createUser', async (_case, failure) => {
    refuseWith((options) => options.fail(failure));
    await expectSilentLogin();
  });

  it("after the developer tools' success without a code: logs in silently, with the same createUser", async () => {
    refuseWith((options) => options.success({ authErrorScopes: { auth_user: '20001' } }));
    await expectSilentLogin();
  });

  it.each([
    ['12, a failed network', { error: 12, errorMessage: '网络异常' }, 600],
    ['10, an empty code', { error: 10 }, 614],
    ['another', { error: 20, errorMessage: 'system error' }, 601],
  ])('after the error %s: rejects and sends nothing', async (_case, failure, code) => {
    refuseWith((options) => options.fail(failure));
    await expect(app.BaaS.auth.loginWithAlipay({ forceLogin: true })).rejects.toMatchObject({ code, errno: failure.error });
    expect(sent()).toEqual([]);
  });

  it('after an empty code: rejects with 614', async () => {
    app.namespace.getAuthCode = ({ success }: Callbacks) => success({ authCode: '' });
    await expect(app.BaaS.auth.loginWithAlipay()).rejects.toMatchObject({ code: 614 });
  });

  it("takes the app's own code, silently or with the profile", async () => {
    const code = () => server.codeFor('alipay', app.person);
    const user = await app.BaaS.auth.loginWithAlipay({ code: await code() });
    const granted = await app.BaaS.auth.loginWithAlipay({ forceLogin: true, code: await code() });
    expect([granted.id === user.id, granted.is_authorized, sent()]).toEqual([true, true, [silent, authorized]]);
    expect(app.calls).not.toContain('login');
  });

  it('passes on an HTTP error that the host reports as a failure', async () => {
    app.prefer = 'code=404';
    const attempt = app.BaaS.auth.loginWithAlipay({ createUser: false });
    await expect(attempt).rejects.toMatchObject({ code: 404, error_code: 'identity_not_found' });
  });

  it('rejects with 600 without a network', async () => {
    app.offline = true;
    await expect(app.BaaS.auth.loginWithAlipay()).rejects.toMatchObject({ code: 600 });
  });

  itRemembers('links by a POST that becomes a PUT, with or without the profile', async () => {
    const { BaaS } = app;
    const user = await BaaS.auth.register({ username: `u${Date.now()}`, password: 'plum-rain-june' });
    const { data } = await user.linkAlipay({ forceLogin: true, syncUserProfile: 'setnx' });
    expect(data).toMatchObject({ status: 'ok', user_id: user.id, alipay_user_id: expect.stringMatching(/^2088/) });
    expect(app.requests.at(-1)?.header['X-Hydrogen-Request-Method']).toBe('PUT');
    expect(bodyOf(link)).toMatchObject({ authorized: true, update_userprofile: 'setnx' });
    expect((await BaaS.auth.getCurrentUser()).is_authorized).toBe(true);
    app.allows = false;
    expect((await user.linkAlipay({ forceLogin: true })).statusCode).toBe(200);
    expect(bodyOf(link)).toEqual({ code: expect.any(String), authorized: false });
  });

  itRemembers('logs in and updates with a phone number, with a code from after the tap', async () => {
    const { response } = Object((await app.tapPhoneButton()).detail);
    const user = await app.BaaS.auth.loginWithAlipay({ response });
    expect(user).toMatchObject({ _phone: expect.stringMatching(/\d{11}$/), _phone_verified: true });
    expect((await app.BaaS.auth.updatePhoneNumber({ response })).id).toBe(user.id);
    await app.BaaS.auth.logout();
    await expect(app.BaaS.auth.updatePhoneNumber({ response })).rejects.toMatchObject({ code: 604 });
  });

  it('stores a session under the names that the published SDK uses', async () => {
    const user = await app.BaaS.auth.loginWithAlipay();
    expect(app.storage.get('ifx_baas_uid')).toBe(user.id);
    expect(app.BaaS.storage.get('openid')).toBe(user.openid);
  });
});

interface Callbacks {
  success(result: object): void;
  fail(failure: object): void;
}

/** The scopes of each request for a code from now on. */
function recordScopes(): unknown[] {
  const scopes: unknown[] = [];
  const { getAuthCode } = app.namespace;
  app.namespace.getAuthCode = (options: { scopes: unknown }) => {
    scopes.push(options.scopes);
    getAuthCode(options);
  };
  return scopes;
}

/** Refuses each request for the profile, and answers others as usual. */
function refuseWith(refuse: (options: Callbacks) => void): void {
  const { getAuthCode } = app.namespace;
  app.namespace.getAuthCode = (options: Callbacks & { scopes: string | string[] }) =>
    [options.scopes].flat().includes('auth_user') ? refuse(options) : getAuthCode(options);
}

async function expectSilentLogin(): Promise<void> {
  app.prefer = 'code=404';
  const refused = app.BaaS.auth.loginWithAlipay({ forceLogin: true, createUser: false });
  await expect(refused).rejects.toMatchObject({ code: 404 });
  expect([sent(), bodyOf(silent)]).toMatchObject([[silent], { create_user: false }]);
  app.prefer = undefined;
  expect((await app.BaaS.auth.loginWithAlipay({ forceLogin: true, createUser: true })).is_authorized).toEqual(expect.any(Boolean));
  expect(sent().at(-1)).toBe(silent);
}
