import { beforeEach, describe, expect, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { buttonPlatforms, forcedLoginPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { showsBodyOf } from '../support/platforms.ts';

let server: Backend;
describe('authorised login', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  describe.each(buttonPlatforms)('on %s', (platform) => {
    const { login, link } = verbs[platform];

    it("logs in with the button's profile, requested again after the code", async () => {
      const app = await startApp(server, platform, { person: 'larry' });
      const button = await app.tapProfileButton();
      const user = await app.BaaS.auth[login](button);
      expect(user).toMatchObject({ nickname: 'Larry。', is_authorized: true });
      expect(app.calls.slice(0, 2)).toEqual(['login', 'getUserInfo']);
      expect(app.calls).toHaveLength(3);
      expect(app.BaaS.storage.get('userinfo')).toMatchObject({ id: user.id, openid: user.openid, nickName: 'Larry。' });
    });

    it('makes one login for several fast taps', async () => {
      const app = await startApp(server, platform);
      const button = await app.tapProfileButton();
      const users = await Promise.all([app.BaaS.auth[login](button), app.BaaS.auth[login](button)]);
      expect(users[0].id).toBe(users[1].id);
      expect(app.calls).toHaveLength(3);
    });

    itRemembers('writes the profile as syncUserProfile says', async () => {
      const app = await startApp(server, platform);
      const button = await app.tapProfileButton();
      const user = await app.BaaS.auth[login](button, { syncUserProfile: 'false' });
      expect(user).toMatchObject({ nickname: '', is_authorized: true });
      await user.set('nickname', 'Own name').update();
      expect((await app.BaaS.auth[login](button)).nickname).toBe('Own name');
      expect((await app.BaaS.auth[login](button, { syncUserProfile: 'overwrite' })).nickname).toBe(app.person);
    });

    it.each([false, true])("rejects with 603 and the user's ids if the person declines (logged in before: %s)", async (before) => {
      const app = await startApp(server, platform);
      const known = before ? await app.BaaS.auth[login]() : undefined;
      app.allows = false;
      const calls = app.calls.length;
      const error = await app.BaaS.auth[login](await app.tapProfileButton()).catch((reason: unknown) => reason);
      const { storage } = app.BaaS;
      expect(app.calls).toHaveLength(calls);
      expect(JSON.parse(JSON.stringify(error))).toEqual({
        code: 603,
        message: 'unauthorized',
        id: known?.id ?? storage.get('uid'),
        openid: storage.get('openid'),
        ...(platform === 'wechat' && { unionid: storage.get('unionid') }),
      });
    });

    it('rejects with 404 for a stranger if no user may be created, and with 603 if the person declines', async () => {
      const app = await startApp(server, platform);
      app.prefer = 'code=404';
      await expect(app.BaaS.auth[login](await app.tapProfileButton(), { createUser: false })).rejects.toMatchObject({ code: 404 });
      app.allows = false;
      await expect(app.BaaS.auth[login](await app.tapProfileButton(), { createUser: false })).rejects.toMatchObject({ code: 603 });
    });

    itRemembers.each(['no profile', 'the event', 'its detail'])('links an identity with %s', async (what) => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth.register({ username: `${platform}-${app.person}`, password });
      const event = await app.tapProfileButton();
      const data = what === 'the event' ? event : what === 'its detail' ? event.detail : undefined;
      const reply = await user[link](data, { syncUserProfile: 'overwrite' });
      expect(reply).toMatchObject({ statusCode: 200, data: { status: 'ok', message: 'User associated.', user_id: user.id } });
      expect(app.BaaS.storage.get('openid')).toBe(reply.data.openid);
      expect((await app.BaaS.auth.getCurrentUser()).nickname).toBe(data ? app.person : '');
      await app.BaaS.auth.logout();
      expect((await app.BaaS.auth[login]()).id).toBe(user.id);
    });

    it('names the owner of an identity that cannot be linked', async () => {
      const app = await startApp(server, platform);
      await app.BaaS.auth[login]();
      await app.BaaS.auth.logout();
      const other = await app.BaaS.auth.register({ username: `${platform}-${app.person}`, password });
      app.prefer = 'code=409, example=identity_taken';
      await expect(other[link]()).rejects.toMatchObject({ code: 409, ...(showsBodyOf(platform, 409) && { error_code: 'identity_taken' }) });
    });
  });

  describe.each(forcedLoginPlatforms)('with { forceLogin } alone, on %s', (platform) => {
    const { login } = verbs[platform];

    it('opens the dialog itself if forced to', async () => {
      const app = await startApp(server, platform, { person: 'larry' });
      expect(await app.BaaS.auth[login]({ forceLogin: true })).toMatchObject({ nickname: 'Larry。', is_authorized: true });
      expect(app.calls.slice(0, 2)).toEqual(['login', 'getUserInfo']);
    });

    it("rejects with 603 and the user's ids if the person declines then, and with 600 offline", async () => {
      const app = await startApp(server, platform);
      app.allows = false;
      const user = await app.BaaS.auth[login]({ forceLogin: false });
      const { id, openid } = user;
      await expect(app.BaaS.auth[login]({ forceLogin: true })).rejects.toMatchObject({ code: 603, id, openid });
      app.offline = true;
      await expect(app.BaaS.auth[login]({ forceLogin: true })).rejects.toMatchObject({ code: 600 });
    });
  });

  it("uses the button's profile if swan.getUserInfo() returns a placeholder", async () => {
    const app = await startApp(server, 'baidu');
    const button = await app.tapProfileButton();
    app.namespace.getUserInfo = ({ success }: { success(grant: object): void }) => success({ userInfo: { nickName: '百度网友' } });
    await app.BaaS.auth.loginWithBaidu(button).catch(() => undefined);
    expect(app.requests.at(-1)?.data).toMatchObject({ data: Object(button.detail).data, iv: Object(button.detail).iv });
  });

  it('treats a refused login on Baidu as a decline', async () => {
    const app = await startApp(server, 'baidu');
    app.namespace.getLoginCode = ({ fail }: { fail(failure: object): void }) => fail({ errCode: 10004 });
    await expect(app.BaaS.auth.loginWithBaidu()).rejects.toMatchObject({ code: 603 });
  });

  it('falls back to swan.login() if there is no swan.getLoginCode()', async () => {
    const app = await startApp(server, 'baidu');
    delete app.namespace.getLoginCode;
    expect((await app.BaaS.auth.loginWithBaidu()).openid).not.toBe('');
  });
});
