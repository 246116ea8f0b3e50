import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { type FakeHost, startApp, verbs } from '../support/fakeHost.ts';

let server: Backend;
beforeEach(async () => {
  server = await startBackend();
});

/** What `wx.login()` and `ks.login()` give the app itself. */
const codeFrom = (app: FakeHost, namespace: string): Promise<string> =>
  app.run(`new Promise((resolve) => ${namespace}.login({ success: (result) => resolve(result.code) }))`);

describe.each([
  { platform: 'wechat', namespace: 'wx' },
  { platform: 'kuaishou', namespace: 'ks' },
] as const)('on $platform', ({ platform, namespace }) => {
  const { login } = verbs[platform];

  it('logs in with the phone number and the code from before the tap, and asks the host for no other', async () => {
    const app = await startApp(server, platform);
    const code = await codeFrom(app, namespace);
    const button = await app.tapPhoneButton();
    const user = await app.BaaS.auth[login](button, { code });
    expect(user._phone).toMatch(/\d{11}$/);
    expect(user._phone_verified).toBe(true);
    expect(app.calls).toEqual(['login', expect.stringContaining('phone-login')]);
  });

  it('is a 404 for a stranger where no user may be created', async () => {
    const app = await startApp(server, platform);
    app.prefer = 'code=404';
    const code = await codeFrom(app, namespace);
    const attempt = app.BaaS.auth[login](await app.tapPhoneButton(), { code, createUser: false });
    await expect(attempt).rejects.toMatchObject({ code: 404 });
  });

  it('needs that code where the number is sealed', async () => {
    const app = await startApp(server, platform);
    const { detail } = await app.tapPhoneButton();
    await expect(app.BaaS.auth[login]({ detail: { ...detail, code: undefined } })).rejects.toMatchObject({ code: 605 });
    expect(app.calls).toEqual([]);
  });

  it('is 603 with who it was when the person declines', async () => {
    const app = await startApp(server, platform);
    app.allows = false;
    const code = await codeFrom(app, namespace);
    const error = await app.BaaS.auth[login](await app.tapPhoneButton(), { code }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 603, id: app.BaaS.storage.get('uid'), openid: app.BaaS.storage.get('openid') });
  });

  itRemembers('updates the number of the current user, and keeps another one when told to', async () => {
    const app = await startApp(server, platform);
    const user = await app.BaaS.auth[login]();
    await user.setMobilePhone('13700137000');
    const kept = app.BaaS.auth.updatePhoneNumber(await app.tapPhoneButton(), { overwrite: false });
    await expect(kept).rejects.toMatchObject({ code: 400, error_code: 'phone_already_bound' });
    const updated = await app.BaaS.auth.updatePhoneNumber(await app.tapPhoneButton());
    expect(updated).toMatchObject({ id: user.id, _phone_verified: true });
    expect(updated._phone).not.toBe('13700137000');
    app.allows = false;
    const declined = app.BaaS.auth.updatePhoneNumber(await app.tapPhoneButton());
    await expect(declined).rejects.toMatchObject({ code: 603, message: 'unauthorized', id: user.id, openid: user.openid });
  });

  it('is 604 without a session, never logged in by itself: that would spoil the button’s data', async () => {
    const app = await startApp(server, platform, { init: { autoLogin: true } });
    const button = await app.tapPhoneButton();
    await expect(app.BaaS.auth.updatePhoneNumber(button)).rejects.toMatchObject({ code: 604 });
    await app.BaaS.auth[login]();
    await server.call('logout', { token: app.BaaS.storage.get('auth_token') });
    app.prefer = `code=${platform === 'kuaishou' ? 403 : 401}`;
    const calls = app.calls.length;
    await expect(app.BaaS.auth.updatePhoneNumber(button)).rejects.toMatchObject({ code: 604 });
    expect(app.calls).toHaveLength(calls + 1);
  });
});
