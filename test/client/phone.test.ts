import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { type FakeHost, type MiniprogramPlatform, namespaces, phoneButtonPlatforms, startApp, verbs } from '../support/fakeHost.ts';

let server: Backend;
describe('phone verbs', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  /** A code that the app itself gets from the host's `login`. */
  const codeFrom = (app: FakeHost, platform: MiniprogramPlatform): Promise<string> =>
    app.run(`new Promise((resolve) => ${namespaces[platform]}.login({ success: (result) => resolve(result.code) }))`);

  describe.each(phoneButtonPlatforms)('on %s', (platform) => {
    const { login } = verbs[platform];

    it('logs in with the phone number and the code from before the tap, and requests no other code', async () => {
      const app = await startApp(server, platform);
      const code = await codeFrom(app, platform);
      const button = await app.tapPhoneButton();
      const user = await app.BaaS.auth[login](button, { code });
      expect(user._phone).toMatch(/\d{11}$/);
      expect(user._phone_verified).toBe(true);
      expect(app.calls).toEqual(['login', expect.stringContaining('phone-login')]);
    });

    itRemembers('updates the number with a key that the app changed, given the code or after refreshSession()', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth[login]();
      /** Data of older hosts: no phone code. */
      const tapSealed = async () => ({ detail: { ...(await app.tapPhoneButton()).detail, code: undefined } });
      await codeFrom(app, platform);
      await expect(app.BaaS.auth.updatePhoneNumber(await tapSealed())).rejects.toMatchObject({
        code: 400,
        error_code: 'sealed_data_invalid',
        message: expect.stringContaining('refreshSession'),
      });
      const code = await codeFrom(app, platform);
      const token = app.storage.get('ifx_baas_auth_token');
      expect((await app.BaaS.auth.updatePhoneNumber(await tapSealed(), { code }))._phone).toMatch(/\d{11}$/);
      expect(app.storage.get('ifx_baas_auth_token')).toBe(token);
      await codeFrom(app, platform);
      await app.BaaS.auth.refreshSession();
      app.BaaS.init('sandbox', { host: server.origin });
      const another = await tapSealed();
      expect((await app.BaaS.auth.updatePhoneNumber(another)).id).toBe(user.id);
    });

    itRemembers('logs in with a sealed tap whose key the client itself brought, after the app fetched its code', async () => {
      const app = await startApp(server, platform, { init: { autoLogin: true } });
      const user = await app.BaaS.auth[login]();
      const code = await codeFrom(app, platform); // in onLoad
      app.storage.set('ifx_baas_session_expires_at', 1);
      await app.BaaS.auth.getCurrentUser(); // renews by itself
      const { detail } = await app.tapPhoneButton();
      const logged = await app.BaaS.auth[login]({ detail: { ...detail, code: undefined } }, { code });
      expect(logged).toMatchObject({ id: user.id, _phone: expect.stringMatching(/\d{11}$/) });
      expect((await app.BaaS.auth.getCurrentUser())._phone).toBe(logged._phone);
    });

    it('rejects with 404 for a stranger if no user may be created', async () => {
      const app = await startApp(server, platform);
      app.prefer = 'code=404';
      const code = await codeFrom(app, platform);
      const attempt = app.BaaS.auth[login](await app.tapPhoneButton(), { code, createUser: false });
      await expect(attempt).rejects.toMatchObject({ code: 404 });
    });

    it('needs that code if the number is sealed', async () => {
      const app = await startApp(server, platform);
      const { detail } = await app.tapPhoneButton();
      await expect(app.BaaS.auth[login]({ detail: { ...detail, code: undefined } })).rejects.toMatchObject({ code: 605 });
      expect(app.calls).toEqual([]);
    });

    it("rejects with 603 and the user's ids if the person declines", async () => {
      const app = await startApp(server, platform);
      app.allows = false;
      const code = await codeFrom(app, platform);
      const error = await app.BaaS.auth[login](await app.tapPhoneButton(), { code }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 603, id: app.BaaS.storage.get('uid'), openid: app.BaaS.storage.get('openid') });
    });

    itRemembers('updates the number of the current user, and keeps an existing one with overwrite: false', async () => {
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

    it("rejects with 604 without a session, and does not log in by itself, which would invalidate the button's data", async () => {
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

  describe('a phone code on WeChat', () => {
    const tap = async (app: FakeHost, errMsg: string) => {
      const { code = 'any' } = Object((await app.tapPhoneButton()).detail); // the mock seals only
      return { detail: { code, errMsg, errno: 0 } };
    };

    it.each([
      'getPhoneNumber:ok',
      'getRealtimePhoneNumber:ok',
      'getSomethingNewer:ok',
    ])('without sealed data, "%s": logs in and updates, with the client\'s code or the app\'s', async (errMsg) => {
      const app = await startApp(server, 'wechat');
      const user = await app.BaaS.auth.loginWithWechat(await tap(app, errMsg));
      expect(user).toMatchObject({ _phone: expect.stringMatching(/\d{11}$/), _phone_verified: true });
      expect(app.calls).toEqual(['login', expect.stringContaining('v2.7/idp/wechat/phone-login')]);
      const code = await codeFrom(app, 'wechat');
      expect((await app.BaaS.auth.loginWithWechat(await tap(app, errMsg), { code })).openid).toBe(user.openid);
      const updated = await app.BaaS.auth.updatePhoneNumber(await tap(app, errMsg));
      expect(updated._phone_verified).toBe(true);
      expect(app.calls.filter((call) => call === 'login')).toHaveLength(2);
    });

    it('without a status: logs in', async () => {
      const app = await startApp(server, 'wechat');
      const { detail } = await tap(app, '');
      expect((await app.BaaS.auth.loginWithWechat({ detail: { code: detail.code } }))._phone_verified).toBe(true);
    });

    it('of a failed tap: is not sent', async () => {
      const app = await startApp(server, 'wechat');
      const { detail } = await tap(app, 'getRealtimePhoneNumber:fail no quota');
      await expect(app.BaaS.auth.loginWithWechat({ detail })).rejects.toMatchObject({ code: 614, errMsg: detail.errMsg });
      expect(app.calls).toEqual([]);
    });
  });
});
