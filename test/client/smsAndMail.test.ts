import { beforeEach, describe, expect, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { startApp } from '../support/fakeHost.ts';

let server: Backend;
describe('SMS codes and mails', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  it('reject a login with 404 if no user has the number and none may be created', async () => {
    const app = await startApp(server, 'wechat');
    const phone = '13600136002';
    await app.BaaS.sendSmsCode({ phone });
    app.prefer = 'code=404';
    const attempt = app.BaaS.auth.loginWithSmsVerificationCode(phone, await server.smsCodeTo(phone), { createUser: false });
    await expect(attempt).rejects.toMatchObject({ code: 404, error_code: 'user_not_found' });
  });

  itRemembers('opens an account with a code that came by SMS', async () => {
    const app = await startApp(server, 'qq');
    const phone = '13600136003';
    expect(await app.BaaS.sendSmsCode({ phone })).toMatchObject({ statusCode: 200, data: { status: 'ok' } });
    const user = await app.BaaS.auth.loginWithSmsVerificationCode(phone, await server.smsCodeTo(phone));
    expect(user).toMatchObject({ _phone: phone, _phone_verified: true });
    await expect(app.BaaS.auth.loginWithSmsVerificationCode(phone, '000000')).rejects.toMatchObject({ code: 400 });
  });

  it('check a code without a login', async () => {
    const app = await startApp(server, 'baidu');
    const phone = '13600136004';
    await app.BaaS.sendSmsCode({ phone });
    expect(await app.BaaS.verifySmsCode({ phone, code: await server.smsCodeTo(phone) })).toMatchObject({ statusCode: 200 });
    app.prefer = 'code=400, example=sms_rate_limited';
    await expect(app.BaaS.sendSmsCode({ phone })).rejects.toMatchObject({ code: 400, error_code: 'sms_rate_limited' });
  });

  itRemembers('verifies the current user’s own number', async () => {
    const app = await startApp(server, 'kuaishou');
    const phone = '13600136005';
    const user = await app.BaaS.auth.loginWithKs();
    await user.setMobilePhone(phone);
    await app.BaaS.sendSmsCode({ phone });
    expect(await user.verifyMobilePhone(await server.smsCodeTo(phone))).toMatchObject({ _phone: phone, _phone_verified: true });
    expect((await app.BaaS.auth.getCurrentUser())._phone_verified).toBe(true);
  });

  itRemembers('asks for the mails of an account', async () => {
    const app = await startApp(server, 'wechat');
    const user = await app.BaaS.auth.register({ username: 'Larry', password });
    expect(await user.setEmail('larry@example.com', { sendVerificationEmail: true })).toMatchObject({ _email: 'larry@example.com' });
    expect((await server.mailTo('larry@example.com'))?.text).toContain('http');
    await expect(user.requestEmailVerification()).rejects.toMatchObject({ code: 429, error_code: 'rate_limited' });
    expect(await app.BaaS.auth.requestPasswordReset({ email: 'larry@example.com' })).toMatchObject({
      statusCode: 201,
      data: { status: 'ok' },
    });
  });
});
