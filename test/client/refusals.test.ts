// @module-tag fault
import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../support/backend.ts';
import { buttonPlatforms, startApp, verbs } from '../support/fakeHost.ts';

let server: Backend;
describe('a refusal of the host', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  /** How hosts say that the person would not: WeChat's texts (docs/platforms.md, 1.2), and what others say or leave out. */
  const denials: object[] = [
    { errMsg: 'getPhoneNumber:fail user deny' },
    { errMsg: 'getPhoneNumber:fail:user deny' },
    { errMsg: 'getPhoneNumber:user deny' },
    { errMsg: 'getUserInfo:fail auth deny' },
    { errMsg: 'getUserInfo:fail:auth denied' },
    { errMsg: 'getUserInfo:fail scope unauthorized' },
    { errMsg: 'getUserProfile:fail auth deny', errno: 0 },
    { errMsg: 'getUserInfo:fail cancel' },
    { errMsg: 'getPhoneNumber:fail user cancelled' },
    { errMsg: 'getUserInfo:fail 用户拒绝授权' },
    {},
  ];
  /** Failures of the host, independent of the person's choice. */
  const failures: { errMsg: string; errno?: number; errCode?: number }[] = [
    { errMsg: 'getPhoneNumber:fail no quota', errno: 1400001 },
    { errMsg: 'getUserInfo:fail api scope is not declared in the privacy agreement', errno: 112 },
    { errMsg: 'getPhoneNumber:fail no permission' },
    { errMsg: 'getUserInfo:fail system permission denied' },
    { errMsg: 'getPhoneNumber:fail jsapi has no permission, event_id=200' },
    { errMsg: 'getUserInfo:fail internal error', errCode: 10001 },
    { errMsg: 'getPhoneNumber:fail' },
    { errMsg: 'getPhoneNumber:ok' },
  ];

  describe.each(buttonPlatforms)('on %s', (platform) => {
    const { login, link } = verbs[platform];
    const ids = platform === 'wechat' ? ['id', 'openid', 'unionid'] : ['id', 'openid'];

    it.each(denials)('for a declined dialog, %j: 603 with the stored ids, no request, no account', async (detail) => {
      const app = await startApp(server, platform);
      for (const options of [undefined, { createUser: false }, { code: 'any' }]) {
        const error = await app.BaaS.auth[login]({ detail }, options).catch((reason: unknown) => reason);
        expect(JSON.parse(JSON.stringify(error))).toEqual({
          code: 603,
          message: 'unauthorized',
          ...Object.fromEntries(ids.map((name) => [name, ''])),
        });
      }
      expect(app.calls).toEqual([]);
      const user = await app.BaaS.auth[login]();
      const calls = app.calls.length;
      const { storage } = app.BaaS;
      await expect(app.BaaS.auth[login]({ detail })).rejects.toMatchObject({ code: 603, id: user.id, openid: storage.get('openid') });
      await expect(user[link]({ detail })).rejects.toMatchObject({ code: 603, id: user.id });
      // An empty argument outside an event looks like options.
      if ('errMsg' in detail) await expect(user[link](detail)).rejects.toMatchObject({ code: 603, id: user.id });
      expect(app.calls).toHaveLength(calls);
    });

    it.each(failures)("for a failed dialog, %j: another code with the host's message, and no request", async (detail) => {
      const app = await startApp(server, platform);
      for (const options of [undefined, { createUser: false }, { code: 'any' }])
        await expect(app.BaaS.auth[login]({ detail }, options)).rejects.toMatchObject({ code: 614, ...detail });
      expect(app.calls).toEqual([]);
      const user = await app.BaaS.auth[login]();
      await expect(user[link]({ detail })).rejects.toMatchObject({ code: 614, ...detail });
      app.offline = true;
      await expect(app.BaaS.auth[login]({ detail })).rejects.toMatchObject({ code: 600, ...detail });
    });

    it.each([
      { errMsg: 'login:fail the applet has been suspended' },
      { errMsg: 'login:fail', errno: 600001 },
      { errMsg: 'login:fail internal', errCode: 10001 },
      { errMsg: 'login:fail system permission denied' },
    ])("of a failed login, %j: 601 with the host's message", async (failure) => {
      const app = await startApp(server, platform);
      const fails = ({ fail }: { fail(failure: object): void }) => fail(failure);
      Object.assign(app.namespace, { login: fails, getLoginCode: fails });
      await expect(app.BaaS.auth[login]()).rejects.toMatchObject({ code: 601, message: 'request timeout', ...failure });
      app.offline = true;
      await expect(app.BaaS.auth[login]()).rejects.toMatchObject({ code: 600, ...failure });
    });

    it.each([{ errMsg: 'login:fail auth deny' }, { errMsg: 'login:fail:cancel' }])('of a declined login, %j: 603', async (failure) => {
      const app = await startApp(server, platform);
      const fails = ({ fail }: { fail(failure: object): void }) => fail(failure);
      Object.assign(app.namespace, { login: fails, getLoginCode: fails });
      await expect(app.BaaS.auth[login]()).rejects.toMatchObject({ code: 603 });
      expect(app.requests).toEqual([]);
    });

    it.each([
      { errMsg: 'request:fail url not in domain list' },
      { errMsg: 'request:fail ssl hand shake error', errno: 600001 },
      { errMsg: 'request:fail -2:net::ERR_FAILED', errCode: -2 },
    ])("of a failed request, %j: 601 with the host's message", async (failure) => {
      const app = await startApp(server, platform);
      app.namespace.request = ({ fail }: { fail(failure: object): void }) => fail(failure);
      await expect(app.BaaS.getServerDate()).rejects.toMatchObject({ code: 601, message: 'request timeout', ...failure });
      await expect(app.BaaS.auth[login]()).rejects.toMatchObject({ code: 601, ...failure });
    });
  });

  describe('the dialog that the client opens itself', () => {
    it.each([
      'kuaishou',
      'jd',
    ] as const)('is declined or fails, on %s: 603 for the one, 614 for the other, nothing is sent', async (platform) => {
      const app = await startApp(server, platform);
      const { login } = verbs[platform];
      for (const [failure, code] of [
        [{ errMsg: 'getUserInfo:fail auth deny' }, 603],
        [{ errMsg: 'getUserInfo:fail cancel' }, 603],
        [undefined, 603],
        [{ errMsg: 'getUserInfo:fail internal error', errno: 5 }, 614],
      ] as const) {
        app.namespace.getUserInfo = ({ fail }: { fail(failure?: object): void }) => fail(failure);
        const error = await app.BaaS.auth[login]({ forceLogin: true, createUser: false }).catch((reason: unknown) => reason);
        expect(error).toMatchObject(code === 603 ? { code } : { code, ...failure });
      }
      expect(app.requests).toEqual([]);
    });

    it("that fails in the first generation of calls: an error with the host's message, not the ids of a decline", async () => {
      const app = await startApp(server, 'wechat');
      const failure = { errMsg: 'getUserInfo:fail api scope is not declared in the privacy agreement', errno: 112 };
      app.namespace.getUserInfo = ({ fail }: { fail(failure: object): void }) => fail(failure);
      await expect(app.BaaS.login()).rejects.toMatchObject({ name: 'HError', code: 614, ...failure });
      await expect(app.BaaS.handleUserInfo({ detail: failure })).rejects.toMatchObject({ name: 'HError', code: 614, ...failure });
      app.namespace.getUserInfo = ({ fail }: { fail(failure: object): void }) => fail({ errMsg: 'x', errno: 104 });
      const declined = await app.BaaS.login().catch((reason: unknown) => reason);
      expect(declined).toEqual({ id: app.BaaS.storage.get('uid'), openid: app.BaaS.storage.get('openid'), unionid: expect.any(String) });
    });
  });

  describe.each(['wechat', 'kuaishou'] as const)('a phone update on %s', (platform) => {
    it('declined or failed: 603 with ids, or 614, and no request', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth[verbs[platform].login]();
      const calls = app.calls.length;
      for (const detail of denials)
        await expect(app.BaaS.auth.updatePhoneNumber({ detail })).rejects.toMatchObject({ code: 603, id: user.id });
      for (const detail of failures)
        await expect(app.BaaS.auth.updatePhoneNumber({ detail })).rejects.toMatchObject({ code: 614, ...detail });
      expect(app.calls).toHaveLength(calls);
    });
  });

  it('of a profile update on WeChat, declined or failed: 603 or 614, and no request', async () => {
    const app = await startApp(server, 'wechat');
    await app.BaaS.auth.loginWithWechat();
    const calls = app.calls.length;
    for (const detail of denials) await expect(app.BaaS.auth.updateUserInfo(detail)).rejects.toMatchObject({ code: 603 });
    for (const detail of failures) await expect(app.BaaS.auth.updateUserInfo(detail)).rejects.toMatchObject({ code: 614, ...detail });
    expect(app.calls).toHaveLength(calls);
  });

  it.each([10003, 10004])('with errCode %d on Baidu, in login and in a button: 603', async (errCode) => {
    const app = await startApp(server, 'baidu');
    app.namespace.getLoginCode = ({ fail }: { fail(failure: object): void }) => fail({ errCode, errMsg: 'fail' });
    await expect(app.BaaS.auth.loginWithBaidu()).rejects.toMatchObject({ code: 603 });
    await expect(app.BaaS.auth.loginWithBaidu({ detail: { errCode, errMsg: 'getUserInfo:fail' } })).rejects.toMatchObject({ code: 603 });
    expect(app.requests).toEqual([]);
  });

  it('as an unsealed placeholder on Baidu: 603, and no request', async () => {
    const app = await startApp(server, 'baidu');
    for (const errMsg of ['getUserInfo:ok', undefined]) {
      const detail = {
        userInfo: { nickName: '百度网友', avatarUrl: 'https://example.com/default.jpg', gender: 0 },
        ...(errMsg && { errMsg }),
      };
      await expect(app.BaaS.auth.loginWithBaidu({ detail })).rejects.toMatchObject({ code: 603 });
    }
    expect(app.calls).toEqual([]);
  });
});
