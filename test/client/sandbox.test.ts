import express from 'express';
import { beforeEach, describe, expect, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { type MiniprogramPlatform, miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { factsOf, phonePlatforms } from '../support/platforms.ts';
import { changePerson } from '../support/sandbox.ts';
import { listen } from '../support/server.ts';
import { openWebPage } from '../support/webPage.ts';

let server: Backend;
describe('a client in the sandbox', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  /** An app on a host of a test account: it knows no one, and its phone button is not permitted. */
  async function startBare(platform: MiniprogramPlatform, init: object = {}) {
    const app = await startApp(server, platform, { init: null });
    app.silent = ['login', 'getUserInfo'];
    app.BaaS.init({ host: server.origin, sandbox: 'larry', ...init });
    return app;
  }
  const notPermitted = { detail: { errMsg: 'getPhoneNumber:fail no permission' } };
  const anonymous = {
    detail: { errMsg: 'getUserInfo:ok', userInfo: { nickName: '微信用户' }, rawData: '{}', signature: '00', encryptedData: 'AA', iv: 'AA' },
  };

  describe.each(miniprogramPlatforms)('on %s', (platform) => {
    const { login, link } = verbs[platform];

    itRemembers('logs in as the person that init names, and never asks the host', async () => {
      const app = await startBare(platform);
      const user = await app.BaaS.auth.login();
      expect((await app.BaaS.auth[login](null, { code: 'the code is a mock one' })).id).toBe(user.id);
      expect((await app.BaaS.auth.refreshSession()).id).toBe(user.id);
      expect(await app.BaaS.auth.loginWithProfile()).toMatchObject({ id: user.id, nickname: 'Larry。', is_authorized: true });
      expect(app.calls).not.toContain('login');
      expect(app.calls).not.toContain('getUserInfo');
      expect((await server.login(platform, 'larry')).user_info.id).toBe(user.id);
    });

    itRemembers("takes the person's profile for whatever a button gives", async () => {
      const app = await startBare(platform, { sandbox: 'mei' });
      const user = await app.BaaS.auth[login](anonymous, { code: 'the code is a mock one', syncUserProfile: 'overwrite' });
      expect(user).toMatchObject({ nickname: 'Mei', is_authorized: true });
      await changePerson(server, 'mei', { nickname: 'Mei Mei' });
      const again = await app.BaaS.auth.loginWithProfile({ detail: {} }, { syncUserProfile: 'overwrite' });
      expect(again).toMatchObject({ id: user.id, nickname: 'Mei Mei' });
    });

    itRemembers('links the identity of the person', async () => {
      const app = await startBare(platform);
      const user = await app.BaaS.auth.register({ username: 'larry', password });
      await user.link();
      await user[link](factsOf(platform).asksForCode ? { forceLogin: true } : anonymous);
      expect((await server.login(platform, 'larry')).user_info.id).toBe(user.id);
    });

    itRemembers('rejects with 603 if the person declines there, or the button at the host', async () => {
      const app = await startBare(platform);
      await changePerson(server, 'larry', { declines: true });
      if (factsOf(platform).asksForCode) expect(await app.BaaS.auth.loginWithProfile()).toMatchObject({ is_authorized: false });
      else await expect(app.BaaS.auth.loginWithProfile()).rejects.toMatchObject({ code: 603 });
      const declined = { detail: { errMsg: 'getUserInfo:fail auth deny' } };
      await expect(app.BaaS.auth.loginWithProfile(declined)).rejects.toMatchObject({ code: 603 });
    });

    itRemembers('becomes someone else by another init', async () => {
      const app = await startBare(platform);
      const larry = await app.BaaS.auth.login();
      app.BaaS.init('sandbox', { host: server.origin, sandbox: 'mei' });
      await app.BaaS.auth.logout();
      expect((await app.BaaS.auth.login()).id).not.toBe(larry.id);
    });

    it('says that a server has no sandbox', async () => {
      const app = await startBare(platform, { host: await listen(express()) });
      const hint = expect.stringMatching(/^unsupported function: sandbox: http.* has none/);
      await expect(app.BaaS.auth.login()).rejects.toMatchObject({ code: 611, message: hint });
      await expect(app.BaaS.auth.loginWithProfile()).rejects.toMatchObject({ code: 611, message: hint });
      const pages = express().use((_request, response) => void response.send('<!doctype html>'));
      app.BaaS.init({ host: await listen(pages), sandbox: 'larry' });
      await expect(app.BaaS.auth.login()).rejects.toMatchObject({ code: 611, message: hint });
    });
  });

  describe.each(phonePlatforms)('with the phone button of %s', (platform) => {
    itRemembers('logs in with the number of the person, which the host does not have to permit', async () => {
      const app = await startBare(platform);
      const user = await app.BaaS.auth.loginWithPhone(notPermitted);
      expect(user).toMatchObject({ _phone: '13800138000', _phone_verified: true });
      expect((await app.BaaS.auth[verbs[platform].login](notPermitted, { code: 'the code is a mock one' })).id).toBe(user.id);
      expect(app.calls).not.toContain('login');
    });

    itRemembers('updates the number, with and without a code of the app', async () => {
      const app = await startBare(platform);
      const user = await app.BaaS.auth.login();
      const event = platform === 'alipay' ? { response: 'of the real host' } : notPermitted;
      expect(await app.BaaS.auth.updatePhoneNumber(event)).toMatchObject({ id: user.id, _phone: '13800138000' });
      await changePerson(server, 'larry', { phone: '13800138001' });
      const updated = await app.BaaS.auth.updatePhoneNumber(event, { code: 'the code is a mock one' });
      expect(updated).toMatchObject({ id: user.id, _phone: '13800138001' });
    });

    itRemembers('rejects with 603 if the person declines', async () => {
      const app = await startBare(platform);
      await changePerson(server, 'larry', { declines: true });
      await expect(app.BaaS.auth.loginWithPhone(notPermitted)).rejects.toMatchObject({ code: 603 });
    });
  });

  itRemembers("updates WeChat's profile with the person's", async () => {
    const app = await startBare('wechat');
    await app.BaaS.auth.login();
    const updated = await app.BaaS.auth.updateUserInfo(anonymous.detail, { code: 'the code is a mock one' });
    expect(updated).toMatchObject({ nickname: 'Larry。' });
  });

  itRemembers('has the verbs of WeChat on a page, as the person is there', async () => {
    const { BaaS } = await openWebPage({ host: server.origin, sandbox: 'larry' });
    const user = await BaaS.auth.login();
    expect(await BaaS.auth.loginWithProfile({ detail: 1 })).toMatchObject({ id: user.id, nickname: 'Larry。' });
    expect(await BaaS.auth.loginWithPhone({ detail: {} })).toMatchObject({ id: user.id, _phone: '13800138000' });
    expect((await server.login('wechat', 'larry')).user_info.id).toBe(user.id);
    await BaaS.auth.logout();
    const registered = await BaaS.auth.register({ username: 'mei', password });
    BaaS.init('sandbox', { host: server.origin, sandbox: 'mei' });
    await BaaS.auth.login({ username: 'mei', password });
    expect((await registered.link()).data).toMatchObject({ openid: expect.any(String) });
    BaaS.init('sandbox', { host: server.origin });
    await BaaS.auth.logout();
    await expect(BaaS.auth.login()).rejects.toMatchObject({ code: 611 });
  });

  it('refuses a person that has no name', async () => {
    const app = await startApp(server, 'wechat', { init: null });
    expect(() => app.BaaS.init({ sandbox: true })).toThrow(expect.objectContaining({ code: 605 }));
    expect(() => app.BaaS.init({ sandbox: '' })).toThrow(expect.objectContaining({ code: 605 }));
    expect(() => app.BaaS.init({ host: server.origin })).toThrow(expect.objectContaining({ code: 605 }));
  });

  itRemembers('passes on what the sandbox says of a name that it cannot have', async () => {
    const app = await startBare('wechat', { sandbox: 'Larry and Mei' });
    await expect(app.BaaS.auth.login()).rejects.toMatchObject({ code: 400, message: expect.stringContaining('person') });
  });

  it('goes to the server that npm start starts, as the app sandbox, unless init says otherwise', async () => {
    const app = await startApp(server, 'wechat', { init: null });
    app.BaaS.init({ sandbox: 'larry' });
    app.silent = ['request'];
    void app.BaaS.auth.login();
    await expect.poll(() => app.requests[0]?.url).toBe('http://127.0.0.1:3000/sandbox/wechat/login');
  });
});
