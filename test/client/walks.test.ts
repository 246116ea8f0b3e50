import { beforeEach, describe, expect, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { type Backend, startBackend } from '../support/backend.ts';
import { miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';

let server: Backend;
describe('the client', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  // Calls every verb once, and expects nothing that needs stored state, so that it runs against the mock too.
  describe.each(miniprogramPlatforms)('on %s', (platform) => {
    const { login, link } = verbs[platform];

    it('logs in, reads the user, links, changes the user and logs out', async () => {
      const app = await startApp(server, platform);
      expect((await app.BaaS.auth[login]()).session_expires_at).toBeGreaterThan(Date.now() / 1000);
      const user = await app.BaaS.auth[login](await app.tapProfileButton());
      expect(user.is_authorized).toBe(true);
      expect((await user[link]()).data.message).toBe('User associated.');
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(user.id);
      expect((await new app.BaaS.User().get(user.id)).statusCode).toBe(200);
      expect((await user.set('nickname', 'Larry').update()).statusCode).toBe(200);
      expect((await app.BaaS.auth.logout()).statusCode).toBe(201);
    });

    it('registers in every way, and changes the account', async () => {
      const app = await startApp(server, platform);
      for (const name of [{ username: 'mei' }, { email: 'mei@example.com' }, { phone: '13800138000' }]) {
        expect((await app.BaaS.auth.register({ ...name, password })).id).toEqual(expect.any(Number));
        const user = await app.BaaS.auth.login({ ...name, password });
        expect(await user.updatePassword({ password, newPassword: 'battery staple' })).toBe(user);
      }
      expect((await app.BaaS.auth.anonymousLogin())._anonymous).toBe(true);
    });

    it('requests and redeems codes and mails', async () => {
      const app = await startApp(server, platform);
      const [phone, own] = ['13600136000', '13700137000'];
      for (const number of [phone, own]) expect(await app.BaaS.sendSmsCode({ phone: number })).toMatchObject({ statusCode: 200 });
      expect(await app.BaaS.verifySmsCode({ phone, code: await server.smsCodeTo(phone) })).toMatchObject({ statusCode: 200 });
      const user = await app.BaaS.auth.loginWithSmsVerificationCode(own, await server.smsCodeTo(own));
      expect(user._phone_verified).toBe(true);
      await user.setEmail('mei@example.com');
      expect(await user.requestEmailVerification()).toBe(user);
      expect(await app.BaaS.auth.requestPasswordReset({ email: 'mei@example.com' })).toMatchObject({ statusCode: 201 });
      expect(Date.parse((await app.BaaS.getServerDate()).data.time)).toBeGreaterThan(0);
    });
  });

  it.each(['wechat', 'kuaishou'] as const)('logs in and updates the number with the phone button, on %s', async (platform) => {
    const app = await startApp(server, platform);
    const code = await server.codeFor(platform, app.person);
    const user = await app.BaaS.auth[verbs[platform].login](await app.tapPhoneButton(), { code });
    expect(user._phone_verified).toBe(true);
    expect((await app.BaaS.auth.updatePhoneNumber(await app.tapPhoneButton()))._phone_verified).toBe(true);
  });

  it('updates the profile on WeChat', async () => {
    const app = await startApp(server, 'wechat');
    await app.BaaS.auth.loginWithWechat();
    const code = await server.codeFor('wechat', app.person);
    const { detail } = await app.tapProfileButton();
    expect((await app.BaaS.auth.updateUserInfo(detail, { code })).is_authorized).toBe(true);
  });
});
