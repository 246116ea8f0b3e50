// @module-tag fault
import { beforeEach, describe, expect, it } from 'vitest';
import { placeholderNames } from '../../server/platforms/saidProfile.ts';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { buttonPlatforms, type FakeHost, namespaces, startApp, verbs } from '../support/fakeHost.ts';
import { showsBodyOf } from '../support/platforms.ts';

let server: Backend;
describe('host keys', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  /** A login code that the app fetches itself; on every platform but Baidu's it changes the key. */
  const codeFrom = (app: FakeHost, platform: keyof typeof namespaces): Promise<string> =>
    app.run(`new Promise((resolve) => ${namespaces[platform]}.login({ success: (result) => resolve(result.code) }))`);
  /** The developer tools' code in a project without its own app id. */
  const mock = 'the code is a mock one';
  function giveMockCode({ namespace }: FakeHost): void {
    const login = ({ success }: { success(result: object): void }) => success({ code: mock, errMsg: 'login:ok' });
    Object.assign(namespace, { login, getLoginCode: login });
  }
  const hostLogins = (app: FakeHost) => app.calls.filter((call) => call === 'login').length;

  describe.each(buttonPlatforms)('on %s', (platform) => {
    const { login, link } = verbs[platform];

    it("a login with the app's own code: the host is asked for no other", async () => {
      const app = await startApp(server, platform);
      const code = await codeFrom(app, platform);
      const user = await app.BaaS.auth[login](null, { code });
      expect(user.openid).not.toBe('');
      expect(Object(app.requests.at(-1)?.data).code).toBe(code);
      expect((await app.BaaS.auth.silentLogin({ code: await codeFrom(app, platform) })).id).toBe(user.id);
      const profileCode = await codeFrom(app, platform);
      const granted = await app.BaaS.auth[login](await app.tapProfileButton(), { code: profileCode });
      expect(granted).toMatchObject({ id: user.id, is_authorized: true });
      expect(app.calls).not.toContain('getUserInfo');
      const linkCode = await codeFrom(app, platform);
      expect((await granted[link](null, { code: linkCode })).statusCode).toBe(200);
      expect(hostLogins(app)).toBe(4);
    });

    itRemembers('options that stand first, as the published client has them in places: are options, not a decline', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth[login]({ createUser: true });
      expect((await user[link]({})).statusCode).toBe(200);
      expect((await user[link]({ withUnionID: false })).statusCode).toBe(200);
      await app.BaaS.auth.logout();
      app.person = `${app.person}-unknown`;
      await expect(app.BaaS.auth[login]({ createUser: false })).rejects.toMatchObject({ code: 404 });
    });

    it("the developer tools' mock code: an error that says what to do, and no request", async () => {
      const app = await startApp(server, platform, { clientID: 'shop' });
      giveMockCode(app);
      const named = expect.objectContaining({ code: 614, message: expect.stringMatching(/developer tools.*mock.*AppID/) });
      await expect(app.BaaS.auth[login]()).rejects.toEqual(named);
      await expect(app.BaaS.auth[login](null, { code: mock })).rejects.toEqual(named);
      await expect(app.BaaS.auth[login](await app.tapProfileButton())).rejects.toEqual(named);
      await expect(app.BaaS.auth[login](await app.tapProfileButton(), { code: mock })).rejects.toEqual(named);
      expect(app.requests).toEqual([]);
    });

    itRemembers("the developer tools give their mock code to the sandbox's app: the device's owner, each time", async () => {
      const app = await startApp(server, platform);
      giveMockCode(app);
      const user = await app.BaaS.auth[login]();
      await app.BaaS.auth.logout();
      expect((await app.BaaS.auth[login](null, { createUser: false })).id).toBe(user.id);
    });

    itRemembers('refreshSession: a new code and a new session for the same user', async () => {
      const app = await startApp(server, platform);
      await expect(app.BaaS.auth.refreshSession()).rejects.toMatchObject({ code: 604 });
      const user = await app.BaaS.auth[login]();
      const token = app.storage.get('ifx_baas_auth_token');
      const [one, two] = await Promise.all([app.BaaS.auth.refreshSession(), app.BaaS.auth.refreshSession()]);
      expect([one.id, two.id]).toEqual([user.id, user.id]);
      expect(app.storage.get('ifx_baas_auth_token')).not.toBe(token);
      expect(hostLogins(app)).toBe(2);
      expect(app.requests.at(-1)?.data).toMatchObject({ create_user: false });
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(user.id);
    });

    itRemembers('refreshSession with another person at the host, or one without an account: refused, and the session stays', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth[login]();
      await server.login(platform, 'mei');
      app.person = 'mei';
      await expect(app.BaaS.auth.refreshSession()).rejects.toMatchObject({ code: 614, message: expect.stringContaining('another user') });
      app.person = `${app.person}-unknown`;
      await expect(app.BaaS.auth.refreshSession()).rejects.toMatchObject({ code: 404 });
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(user.id);
      await app.BaaS.auth.logout();
      const calls = app.calls.length;
      await app.BaaS.auth.anonymousLogin();
      await expect(app.BaaS.auth.refreshSession()).rejects.toMatchObject({ code: 612 });
      expect(app.calls).toHaveLength(calls + 1);
    });

    itRemembers('a stale login is refused as not fresh: one silent login, the call again, whatever the verb', async () => {
      let time = Math.floor(Date.now() / 1000);
      const aging = await startBackend({ now: () => time });
      const app = await startApp(aging, platform, { init: { autoLogin: true } });
      const user = await app.BaaS.auth[login]();
      await user.setAccount({ username: `u-${platform}`, password });
      const verbsOfUser: [string, () => Promise<unknown>][] = [
        ['setUsername', () => user.setUsername(`v-${platform}`)],
        ['setEmail', () => user.setEmail(`${platform}@example.com`)],
        ['setMobilePhone', () => user.setMobilePhone('13700137000')],
        ['setAccount', () => user.setAccount({ username: `w-${platform}` })],
        ['link', () => user[link]()],
      ];
      for (const [verb, call] of verbsOfUser) {
        time += 7200;
        app.requests.length = 0;
        await call();
        const renewals = app.requests.filter(({ url }) => url.includes('silent-login'));
        expect(
          renewals.map(({ data }) => data),
          verb,
        ).toEqual([expect.objectContaining({ create_user: false })]);
        expect(app.requests, verb).toHaveLength(3);
      }
      app.BaaS.init('sandbox', { host: aging.origin, autoLogin: false });
      time += 7200;
      for (const [verb, call] of verbsOfUser.slice(0, 3))
        await expect(call(), verb).rejects.toMatchObject({
          code: 401,
          ...(showsBodyOf(platform, 401) && { error_code: 'login_not_fresh' }),
        });
    });
  });

  describe.each(['wechat', 'qq', 'kuaishou'] as const)('on %s, whose sealed data a later code invalidates', (platform) => {
    const { login } = verbs[platform];

    itRemembers('a profile whose key the client itself brought, after the app fetched its code: is accepted nevertheless', async () => {
      const app = await startApp(server, platform, { person: 'larry', init: { autoLogin: true } });
      const user = await app.BaaS.auth[login]();
      const code = await codeFrom(app, platform);
      app.storage.set('ifx_baas_session_expires_at', 1);
      await app.BaaS.auth.getCurrentUser();
      const button = await app.tapProfileButton();
      if (platform === 'wechat') {
        const updated = await app.BaaS.auth.updateUserInfo(button.detail, { code });
        expect(updated).toMatchObject({ id: user.id, nickname: 'Larry。' });
        await updated.set('nickname', '').update();
      }
      const again = platform === 'wechat' ? await codeFrom(app, platform) : code;
      if (platform === 'wechat') await app.BaaS.auth.refreshSession();
      const granted = await app.BaaS.auth[login](await app.tapProfileButton(), { code: again, syncUserProfile: 'overwrite' });
      expect(granted).toMatchObject({ id: user.id, nickname: 'Larry。', is_authorized: true });
    });

    itRemembers('getUserInfo gives only what is sealed, without userInfo: it is sent', async () => {
      const app = await startApp(server, platform, { person: 'larry' });
      const button = await app.tapProfileButton();
      const { getUserInfo } = app.namespace;
      app.namespace.getUserInfo = (options: { success(result: object): void }) =>
        getUserInfo({ ...options, success: (result: object) => options.success({ ...result, userInfo: undefined }) });
      const user = await app.BaaS.auth[login]({ detail: { ...button.detail, userInfo: undefined } });
      expect(user).toMatchObject({ nickname: 'Larry。', is_authorized: true });
    });

    itRemembers.each(['', ...placeholderNames])(
      'getUserInfo returns the placeholder "%s" although the button returned a name: the placeholder is ignored',
      async (nickName) => {
        for (const code of [false, true]) {
          const app = await startApp(server, platform, { person: 'larry' });
          const options = code ? { code: await codeFrom(app, platform) } : {};
          const button = await app.tapProfileButton();
          app.namespace.getUserInfo = ({ success }: { success(result: object): void }) =>
            success({ ...button.detail, userInfo: { nickName, gender: 0, avatarUrl: '', city: '' } });
          const user = await app.BaaS.auth[login](button, options);
          expect(user.nickname).toBe(code ? 'Larry。' : '');
          expect(app.BaaS.storage.get('userinfo')).toMatchObject({ nickName: 'Larry。' });
          await app.BaaS.auth.logout();
        }
      },
    );
  });
});
