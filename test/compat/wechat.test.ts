import { describe, expect, it } from 'vitest';
import { codeBlocksOf } from '../support/markdown.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { createFakeWx } from './fakeWx.ts';
import { runPublishedSdk } from './publishedSdk.ts';
import { startApp } from './startApp.ts';

describe('the published SDK on WeChat', () => {
  it('changes the account and links in an old session, after it has logged in by itself, or reports the error if that is off', async () => {
    const clock = { time: Math.floor(Date.now() / 1000) };
    const server = await startServer({ now: () => clock.time });
    const { BaaS, requests } = startApp(server, 'larry', { autoLogin: true });
    const user = await BaaS.auth.loginWithWechat();
    await user.setAccount({ username: 'Larry', password: 'plum-rain-june' });
    clock.time += 3601;
    requests.length = 0;
    expect((await user.setUsername('Larry2'))._username).toBe('Larry2');
    const change = 'PUT /hserve/v2.2/user/account/';
    expect(requests).toEqual([change, 'POST /hserve/v2.5/idp/wechat/silent-login/', change]);

    clock.time += 3601;
    requests.length = 0;
    await user.linkWechat();
    const link = 'POST /hserve/v2.4/idp/wechat/user-associate/';
    expect(requests).toEqual([link, 'POST /hserve/v2.5/idp/wechat/silent-login/', link]);

    const off = startApp(server);
    const same = await off.BaaS.auth.loginWithWechat();
    clock.time += 3601;
    await expect(same.setUsername('Larry3')).rejects.toMatchObject({ code: 401 });
  });

  it('logs in silently, reads the current user, logs out, and has no session afterwards', async () => {
    const server = await startServer();
    const { BaaS, storage } = startApp(server);

    const user = await BaaS.auth.loginWithWechat();
    expect(user.toJSON()).toMatchObject({ id: user.id, _anonymous: false, is_authorized: false });
    expect(user.openid).toBe(storage.get('ifx_baas_openid'));
    expect(storage.get('ifx_baas_uid')).toBe(user.id);
    expect(user.session_expires_at).toBeGreaterThan(Date.now() / 1000 + 2_591_000);

    expect((await BaaS.auth.getCurrentUser()).id).toBe(user.id);

    await BaaS.auth.logout();
    await expect(BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
  });

  it('logs in again as the same user', async () => {
    const server = await startServer();
    const first = await startApp(server).BaaS.auth.loginWithWechat();
    const second = await startApp(server).BaaS.auth.loginWithWechat();
    expect(second.id).toBe(first.id);
  });

  it('gives a stranger 404 if no user may be created', async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    await expect(BaaS.auth.loginWithWechat(null, { createUser: false })).rejects.toMatchObject({ code: 404 });
  });

  it('logs in in the first generation of calls (seed 002)', async () => {
    const server = await startServer();
    const { BaaS, storage } = startApp(server);
    expect(await BaaS.login(false)).toMatchObject({ id: storage.get('ifx_baas_uid'), openid: storage.get('ifx_baas_openid') });
    await BaaS.logout();
  });

  it('reports a wrong client id', async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    BaaS._config.CLIENT_ID = 'unknown';
    await expect(BaaS.auth.loginWithWechat()).rejects.toMatchObject({ code: 401, message: '401: 认证失败，请检查 AppID、ClientID 配置' });
  });

  it('logs in by itself before a call that needs a session', async () => {
    const server = await startServer();
    const { user_info: mei } = await server.login('wechat', 'mei');
    const { BaaS, requests } = startApp(server, 'larry', { autoLogin: true });
    expect((await new BaaS.User().get(mei.id)).data).toEqual({ id: mei.id, nickname: '', avatar: '' });
    expect(requests[0]).toBe('POST /hserve/v2.5/idp/wechat/silent-login/');
  });

  it('reads the server time', async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    expect(Date.parse((await BaaS.getServerDate()).data.time)).toBeGreaterThan(1_790_000_000_000);
  });

  describe('a person who grants profile and number', () => {
    /** A host of before base library 2.16.0, which gives neither a signed profile nor a phone code. */
    const olderHost = { getSystemInfoSync: () => ({ platform: 'ios', SDKVersion: '2.15.0' }) };
    /** The code first, then the tap, as the SDK's documents ask. */
    const tap = async (server: TestServer, what: 'profile' | 'phone') => {
      const code = await server.codeFor('wechat', 'larry');
      return { code, detail: await server.granted(what, 'wechat', 'larry') };
    };

    it.each([
      ['', {}],
      [' on an older host', olderHost],
    ])('updates the profile%s', async (_case, host) => {
      const server = await startServer();
      const { BaaS, wx } = startApp(server);
      Object.assign(wx, host);
      const { id } = await BaaS.auth.loginWithWechat();
      const { code, detail } = await tap(server, 'profile');
      const user = await BaaS.auth.updateUserInfo(detail, { code, syncUserProfile: 'overwrite' });
      expect(user.toJSON()).toMatchObject({ id, nickname: 'Larry。', city: 'Huizhou', is_authorized: true });
    });

    it('learns that the app does not allow profile updates', async () => {
      const server = await startServer({ configure: (app) => ({ ...app, profile_update_from_sdk: false }) });
      const { BaaS } = startApp(server);
      await BaaS.auth.loginWithWechat();
      const { code, detail } = await tap(server, 'profile');
      await expect(BaaS.auth.updateUserInfo(detail, { code })).rejects.toMatchObject({ code: 616 });
    });

    it.each([
      ['', {}, 'v2.7'],
      [' on an older host', olderHost, 'v2.5'],
    ])('logs in with the phone number%s', async (_case, host, version) => {
      const server = await startServer();
      const { BaaS, wx, storage, requests } = startApp(server);
      Object.assign(wx, host);
      const { code, detail } = await tap(server, 'phone');
      const user = await BaaS.auth.loginWithWechat({ detail }, { code });
      expect(user.toJSON()).toMatchObject({ id: storage.get('ifx_baas_uid'), _phone: '13800138000', _phone_verified: true });
      expect(requests[0]).toBe(`POST /hserve/${version}/idp/wechat/phone-login/`);
    });

    it('gets a 404 if a phone login may create no user', async () => {
      const server = await startServer();
      const { BaaS } = startApp(server);
      const { code, detail } = await tap(server, 'phone');
      await expect(BaaS.auth.loginWithWechat({ detail }, { code, createUser: false })).rejects.toMatchObject({ code: 404 });
    });

    it.each([
      ['', {}],
      [' on an older host', olderHost],
    ])('updates the phone number%s', async (_case, host) => {
      const server = await startServer();
      const { BaaS, wx } = startApp(server);
      Object.assign(wx, host);
      await BaaS.auth.loginWithWechat();
      const user = await BaaS.auth.updatePhoneNumber({ detail: await server.granted('phone', 'wechat', 'larry') });
      expect(user.toJSON()).toMatchObject({ _phone: '13800138000', _phone_verified: true });
      await server.store.updateTable('users').set({ phone: '13000000000' }).execute();
      const again = { detail: await server.granted('phone', 'wechat', 'larry') };
      await expect(BaaS.auth.updatePhoneNumber(again, { overwrite: false })).rejects.toMatchObject({ code: 400 });
    });

    it('needs a session to update the phone number', async () => {
      const server = await startServer();
      const { BaaS } = startApp(server);
      const detail = await server.granted('phone', 'wechat', 'larry');
      await expect(BaaS.auth.updatePhoneNumber({ detail })).rejects.toMatchObject({ code: 604 });
    });
  });

  describe('an account of another platform', () => {
    const startWithAccount = async () => {
      const server = await startServer();
      const { token, user_info } = await server.login('qq', 'larry');
      const { BaaS, storage } = startApp(server);
      storage.set('ifx_baas_auth_token', token);
      storage.set('ifx_baas_uid', user_info.id);
      storage.set('ifx_baas_session_expires_at', Math.floor(Date.now() / 1000) + 1000);
      return { server, BaaS, account: user_info };
    };

    it.each([{}, { withUnionID: true }])('links WeChat (%j), and can be logged in to by WeChat afterwards', async (options) => {
      const { server, BaaS, account } = await startWithAccount();
      const { statusCode, data } = await (await BaaS.auth.getCurrentUser()).linkWechat(options);
      expect([statusCode, data.status, data.user_id]).toEqual([200, 'ok', account.id]);
      expect((await startApp(server).BaaS.auth.loginWithWechat()).id).toBe(account.id);
    });

    it("cannot link another user's", async () => {
      const { server, BaaS } = await startWithAccount();
      await server.login('wechat', 'larry');
      await expect((await BaaS.auth.getCurrentUser()).linkWechat()).rejects.toMatchObject({ code: 409 });
    });
  });

  it("logs in with the developer tools' mock code and the README's two lines", async () => {
    const server = await startServer();
    const { globals, wx } = createFakeWx(async () => 'the code is a mock one');
    const evaluate = runPublishedSdk('3.23.6', 'wechat', globals);
    const lines = codeBlocksOf('README.md').find(({ language }) => language === 'js')?.code ?? '';
    evaluate(lines.replace('http://127.0.0.1:3000', server.origin).replace('console.log(user.id)', 'wx.shown = user.id'));
    await expect.poll(() => wx.shown, { timeout: 10_000 }).toEqual(expect.any(Number));
  });
});
