// @module-tag fault
import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { type FakeHost, miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';

let server: Backend;
describe('the stored session', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  const tokensOf = (app: FakeHost) => app.requests.map(({ header }) => header.Authorization?.replace('Hydrogen-r1 ', ''));

  describe.each(miniprogramPlatforms)('on %s', (platform) => {
    const { login } = verbs[platform];

    itRemembers.each([
      { what: 'another server', clientID: 'sandbox', init: { host: 'another' } },
      { what: 'another client id', clientID: 'another', init: {} },
      { what: 'another environment', clientID: 'sandbox', init: { env: 'trial' } },
    ])('init with $what: the stored session is not used or sent, and the next login replaces it', async ({ clientID, init }) => {
      const other = await startBackend({ configure: (app) => Object.assign(app, { environments: ['trial'] }) });
      const app = await startApp(server, platform, { init: { autoLogin: true } });
      await app.BaaS.auth[login]();
      const token = app.storage.get('ifx_baas_auth_token');
      app.BaaS.init(clientID, { ...init, host: 'host' in init ? other.origin : server.origin, autoLogin: true });
      for (const key of ['uid', 'openid', 'unionid', 'auth_token', 'userinfo', 'session_expires_at'])
        expect(app.BaaS.storage.get(key), key).toBe('');
      app.requests.length = 0;
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
      await expect(app.BaaS.auth.refreshSession()).rejects.toMatchObject({ code: 604 });
      await Promise.allSettled([app.BaaS.auth[login](), app.BaaS.auth.logout(), app.BaaS.getServerDate()]);
      expect(tokensOf(app)).not.toContain(token);
    });

    itRemembers('two servers in turn: each login replaces the session of the other, none is mixed up', async () => {
      const [one, other] = [server, await startBackend()];
      const app = await startApp(one, platform);
      const given: Record<string, unknown[]> = { [one.origin]: [undefined], [other.origin]: [undefined] };
      for (const { origin, codeFor } of [one, other, one, other]) {
        const hostLogin = ({ success }: { success(result: object): void }) =>
          void codeFor(platform, app.person).then((code) => success({ code }));
        const getAuthCode = ({ success }: { success(result: object): void }) =>
          hostLogin({ success: ({ code }: { code?: string }) => success({ authCode: code }) });
        Object.assign(app.namespace, { login: hostLogin, getLoginCode: hostLogin, getAuthCode });
        app.BaaS.init('sandbox', { host: `${origin}/` });
        await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
        const { id } = await app.BaaS.auth[login]();
        given[origin]?.push(app.storage.get('ifx_baas_auth_token'));
        app.BaaS.init('sandbox', { host: origin });
        expect((await app.BaaS.auth.getCurrentUser()).id).toBe(id);
      }
      for (const { url, header } of app.requests)
        expect(given[new URL(url).origin]).toContain(header.Authorization?.replace('Hydrogen-r1 ', ''));
    });

    itRemembers('init names another server while a login is under way: what the first answers is not kept as the other’s', async () => {
      const other = await startBackend();
      const app = await startApp(server, platform);
      const { request } = app.namespace;
      app.namespace.request = (options: object) => {
        request(options);
        app.BaaS.init('sandbox', { host: other.origin });
      };
      await expect(app.BaaS.auth[login]()).rejects.toMatchObject({ code: 602, message: expect.stringContaining('init') });
      app.namespace.request = request;
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
      app.BaaS.init('sandbox', { host: server.origin });
      expect((await app.BaaS.auth[login]()).openid).not.toBe('');
    });

    itRemembers('the same init again: nothing is lost, not even a login under way', async () => {
      const app = await startApp(server, platform);
      const underway = app.BaaS.auth[login]();
      app.BaaS.init('sandbox', { host: server.origin, logLevel: 'debug' });
      const { id } = await underway;
      app.BaaS.init('sandbox', { host: `${server.origin}/`, timeout: 5000 });
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(id);
    });
  });

  describe('a session stored by the published SDK', () => {
    const published = async () => {
      const { token, user_info } = await server.login('wechat', 'larry');
      return {
        id: user_info.id,
        token,
        values: new Map<string, unknown>([
          ['ifx_baas_uid', user_info.id],
          ['ifx_baas_openid', user_info.openid],
          ['ifx_baas_unionid', user_info.unionid],
          ['ifx_baas_auth_token', token],
          ['ifx_baas_userinfo', { id: user_info.id }],
          ['ifx_baas_session_expires_at', Math.floor(Date.now() / 1000) + 1000],
          ['ifx_baas_is_logined_baas', '1'],
          ['ifx_baas_is_anonymous_user', 0],
        ]),
      };
    };

    itRemembers('is taken over by the server that init names first, and by no other', async () => {
      const { id, values, token } = await published();
      const app = await startApp(server, 'wechat', { init: null });
      for (const [key, value] of values) app.storage.set(key, value);
      const other = await startBackend();
      app.BaaS.init('sandbox', { host: server.origin });
      app.BaaS.init('sandbox', { host: other.origin });
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
      expect(tokensOf(app)).not.toContain(token);
      app.BaaS.init('sandbox', { host: server.origin });
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(id);
    });

    itRemembers('is taken over once: what it keeps later, in another release of the app, goes nowhere', async () => {
      const app = await startApp(server, 'wechat');
      await app.BaaS.auth.loginWithWechat();
      const { token, values } = await published();
      const keepAgain = () => {
        for (const [key, value] of values) app.storage.set(key, value);
      };
      keepAgain();
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
      await app.BaaS.auth.loginWithWechat();
      await app.BaaS.auth.logout();
      keepAgain();
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
      expect(tokensOf(app)).not.toContain(token);
    });
  });

  describe.each(['wechat', 'jd'] as const)('a storage on %s', (platform) => {
    const { login } = verbs[platform];
    const kinds: Record<string, (app: FakeHost) => object> = {
      'that throws': () => ({
        getStorageSync() {
          throw new Error('storage');
        },
        setStorageSync() {
          throw new Error('storage');
        },
      }),
      'that keeps nothing and says nothing': () => ({ getStorageSync: () => '', setStorageSync: () => undefined }),
      'that answers with promises': (app) => ({
        getStorageSync: async (key: string) => app.storage.get(key) ?? '',
        setStorageSync: async (key: string, value: unknown) => void app.storage.set(key, value),
      }),
      'that gives null for what it does not have': (app) => ({ getStorageSync: (key: string) => app.storage.get(key) ?? null }),
      'that can only be read': (app) => ({
        setStorageSync() {
          throw new Error(`full: ${app.storage.size}`);
        },
      }),
    };
    itRemembers.each(Object.entries(kinds))('%s: logs in, is the current user, logs out', async (_kind, storage) => {
      const app = await startApp(server, platform, { init: { autoLogin: true } });
      Object.assign(app.namespace, storage(app));
      const user = await app.BaaS.auth[login]();
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(user.id);
      expect(app.calls.filter((call) => call === 'login')).toHaveLength(1);
      expect(app.BaaS.storage.get('uid')).toBe(user.id);
      await app.BaaS.auth.logout();
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
    });
  });

  it('holds nonsense: the user is logged out, and can log in', async () => {
    for (const value of [{}, [], true, 'undefined', Number.NaN, Promise.resolve('x')]) {
      const app = await startApp(server, 'qq');
      for (const key of ['uid', 'auth_token', 'session_expires_at', 'userinfo', 'session_owner']) app.storage.set(`ifx_baas_${key}`, value);
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
      expect((await app.BaaS.auth.loginWithQQ()).openid).not.toBe('');
    }
  });
});
