import { beforeEach, describe, expect, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { factsOf, phonePlatforms } from '../support/platforms.ts';
import { openWebPage } from '../support/webPage.ts';

let server: Backend;
describe('the neutral verbs', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  describe.each(miniprogramPlatforms)('on %s', (platform) => {
    const { login, link } = verbs[platform];
    const { asksForCode } = factsOf(platform);

    it("log in as the platform's own verb does, once while the session lasts", async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth.login();
      expect((await app.BaaS.auth[login]()).id).toBe(user.id);
      expect((await app.BaaS.auth.login({ createUser: false })).id).toBe(user.id);
      expect(app.calls.filter((call) => call === 'login')).toHaveLength(1);
    });

    it('create no account if they must not', async () => {
      const app = await startApp(server, platform);
      app.prefer = 'code=404';
      for (const verb of ['login', 'loginWithProfile'])
        await expect(app.BaaS.auth[verb](verb === 'login' ? { createUser: false } : null, { createUser: false })).rejects.toMatchObject({
          code: 404,
        });
      expect(app.storage.size).toBe(0);
    });

    itRemembers('log in with a password, too', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth.register({ username: `mei-${platform}`, password });
      await app.BaaS.auth.logout();
      expect((await app.BaaS.auth.login({ username: `mei-${platform}`, password })).id).toBe(user.id);
      expect(app.calls).not.toContain('login');
    });

    it("log in with the profile of the host's dialog, or of a button", async () => {
      const app = await startApp(server, platform, { person: 'larry' });
      expect(await app.BaaS.auth.loginWithProfile()).toMatchObject({ nickname: 'Larry。', is_authorized: true });
      const button = asksForCode ? { detail: {} } : await app.tapProfileButton();
      expect(await app.BaaS.auth.loginWithProfile(button, { syncUserProfile: 'overwrite' })).toMatchObject({ nickname: 'Larry。' });
      expect(await app.BaaS.auth.loginWithProfile(asksForCode ? button : button.detail)).toMatchObject({ nickname: 'Larry。' });
    });

    it('reject with 603 if the person declines, or log in without the profile if the platform can', async () => {
      const app = await startApp(server, platform);
      app.allows = false;
      if (asksForCode) {
        expect(await app.BaaS.auth.loginWithProfile()).toMatchObject({ is_authorized: false });
      } else {
        await expect(app.BaaS.auth.loginWithProfile()).rejects.toMatchObject({ code: 603 });
        await expect(app.BaaS.auth.loginWithProfile(await app.tapProfileButton())).rejects.toMatchObject({ code: 603 });
      }
    });

    it('link the identity, and its profile', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth.register({ username: `ada-${platform}`, password });
      expect(await user.link()).toMatchObject({ data: { openid: expect.any(String) } });
      expect((await user.link(await app.tapProfileButton(), { syncUserProfile: 'overwrite' })).data).toMatchObject({
        openid: expect.any(String),
      });
      expect((await user[link]()).statusCode).toBe(200);
      expect(await user.link({ forceLogin: true })).toMatchObject({ statusCode: 200 });
    });

    it('reject with 605 for an argument that no host gives, before any request', async () => {
      const app = await startApp(server, platform);
      const { auth } = app.BaaS;
      const calls = [() => auth.login('larry'), () => auth.login({ username: 'larry' }), () => auth.loginWithProfile('larry')];
      if (phonePlatforms.includes(platform))
        calls.push(
          () => auth.loginWithPhone(),
          () => auth.loginWithPhone('13800138000'),
        );
      for (const call of calls) await expect(call(), call.toString()).rejects.toMatchObject({ code: 605 });
      expect(app.calls).toEqual([]);
    });
  });

  describe.each(phonePlatforms)('with the phone button of %s', (platform) => {
    it('log in with the number', async () => {
      const app = await startApp(server, platform);
      const code = await server.codeFor(platform, app.person);
      const { detail } = await app.tapPhoneButton();
      const { _phone } = await app.BaaS.auth.loginWithPhone({ detail }, { code });
      expect(_phone).toMatch(/\d{11}$/);
      expect(app.calls).toEqual([expect.stringContaining('phone-login')]);
    });

    it('reject with 603 if the person declines, and take nothing but a number', async () => {
      const app = await startApp(server, platform);
      app.allows = false;
      await expect(app.BaaS.auth.loginWithPhone(await app.tapPhoneButton())).rejects.toMatchObject({ code: 603 });
      app.allows = true;
      await expect(app.BaaS.auth.loginWithPhone(await app.tapProfileButton(), { code: 'any' })).rejects.toMatchObject({
        code: expect.toBeOneOf([603, 614]),
      });
      expect(app.calls).not.toContainEqual(expect.stringContaining('phone-login'));
    });
  });

  it.each(
    miniprogramPlatforms.filter((platform) => !phonePlatforms.includes(platform)),
  )('reject a phone login with 611 on %s, whose host gives no number', async (platform) => {
    const app = await startApp(server, platform);
    await expect(app.BaaS.auth.loginWithPhone({ detail: {} })).rejects.toMatchObject({ code: 611 });
  });

  it('return the user of the session on the web, and otherwise reject with 611', async () => {
    const { BaaS } = await openWebPage({ host: server.origin });
    await expect(BaaS.auth.login()).rejects.toMatchObject({ code: 611 });
    await expect(BaaS.auth.loginWithProfile()).rejects.toMatchObject({ code: 611 });
    await expect(BaaS.auth.loginWithPhone({ detail: {} })).rejects.toMatchObject({ code: 611 });
    const user = await BaaS.auth.register({ username: 'mei-web', password });
    expect((await BaaS.auth.login()).id).toBe(user.id);
    await expect(user.link()).rejects.toMatchObject({ code: 611 });
  });
});
