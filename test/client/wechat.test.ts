import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { type FakeHost, startApp } from '../support/fakeHost.ts';

let server: Backend;
describe('the WeChat client', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  /** The profile of `wx.getUserProfile()` after a `wx.login()`, with that login's code. */
  async function askProfile(app: FakeHost) {
    const code = await app.run('new Promise((resolve) => wx.login({ success: (result) => resolve(result.code) }))');
    return { code, profile: (await app.tapProfileButton()).detail };
  }

  itRemembers('updates the profile with what getUserProfile() gave, sealed or plain', async () => {
    const app = await startApp(server, 'wechat');
    await app.BaaS.auth.loginWithWechat();
    const { code, profile } = await askProfile(app);
    expect((await app.BaaS.auth.updateUserInfo(profile, { code })).nickname).toBe(app.person);
    const plain = { userInfo: { nickName: 'Plain', avatarUrl: '' } };
    expect((await app.BaaS.auth.updateUserInfo(plain)).nickname).toBe(app.person);
    expect((await app.BaaS.auth.updateUserInfo(plain, { syncUserProfile: 'overwrite' })).nickname).toBe('Plain');
  });

  it('refuses a profile update without profile, code or session', async () => {
    const app = await startApp(server, 'wechat');
    const { code, profile } = await askProfile(app);
    await expect(app.BaaS.auth.updateUserInfo(profile, { code })).rejects.toMatchObject({ code: 604 });
    await expect(app.BaaS.auth.updateUserInfo(profile)).rejects.toMatchObject({ code: 605 });
    await expect(app.BaaS.auth.updateUserInfo({ errMsg: 'getUserProfile:fail auth deny' })).rejects.toMatchObject({ code: 603 });
  });

  it('rejects with 616 if the app does not let clients update profiles', async () => {
    const strict = await startBackend({ configure: (app) => Object.assign(app, { profile_update_from_sdk: false }) });
    const app = await startApp(strict, 'wechat');
    await app.BaaS.auth.loginWithWechat();
    const { code, profile } = await askProfile(app);
    app.prefer = 'code=403, example=profile_update_forbidden';
    await expect(app.BaaS.auth.updateUserInfo(profile, { code })).rejects.toMatchObject({ code: 616 });
  });

  it('finds the user by unionid if asked to', async () => {
    const app = await startApp(server, 'wechat');
    await app.BaaS.auth.loginWithWechat(null, { withUnionID: true });
    expect(app.requests[0]?.data).toMatchObject({ login_with_unionid: true });
    const { user_info } = await server.login('wechat', app.person);
    expect(user_info.id).toBe(app.BaaS.storage.get('uid'));
    const user = await app.BaaS.auth.getCurrentUser();
    await user.linkWechat(null, { withUnionID: true });
    expect(app.requests.at(-1)?.data).toMatchObject({ associate_with_unionid: true });
  });

  it('accepts a getUserInfo event in auth.handleUserInfo too, with options', async () => {
    const app = await startApp(server, 'wechat', { person: 'larry' });
    const event = await app.tapProfileButton();
    app.prefer = 'code=404';
    await expect(app.BaaS.auth.handleUserInfo({ ...event, createUser: false })).rejects.toMatchObject({ code: 404 });
    app.prefer = undefined;
    expect((await app.BaaS.auth.handleUserInfo(event)).nickname).toBe('Larry。');
  });
});
