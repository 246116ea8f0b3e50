import { describe, expect, it } from 'vitest';
import { startServer } from '../support/server.ts';
import { addUser, readUser } from '../support/users.ts';
import { startApp } from './startApp.ts';

const phone = '13800138000';

async function startWithCode() {
  const server = await startServer();
  const app = startApp(server);
  expect((await app.BaaS.sendSmsCode({ phone })).data).toEqual({ status: 'ok' });
  return { server, ...app, code: await server.smsCodeTo(phone) };
}

describe('an SMS code', () => {
  it('is sent and checked', async () => {
    const { BaaS, code } = await startWithCode();
    expect((await BaaS.verifySmsCode({ phone, code })).data).toEqual({ status: 'ok' });
    await expect(BaaS.verifySmsCode({ phone, code })).rejects.toMatchObject({ code: 400 });
  });

  it('is not sent twice within a minute, and the developer gets an error', async () => {
    const { BaaS } = await startWithCode();
    await expect(BaaS.sendSmsCode({ phone })).rejects.toMatchObject({ code: 400, message: expect.stringContaining('one a minute') });
  });

  it('logs in', async () => {
    const { BaaS, code, storage } = await startWithCode();
    const user = await BaaS.auth.loginWithSmsVerificationCode(phone, code);
    expect(user.toJSON()).toMatchObject({ _phone: phone, _phone_verified: true });
    expect(storage.get('ifx_baas_uid')).toBe(user.id);
    expect((await BaaS.auth.getCurrentUser()).id).toBe(user.id);
  });

  it('does not log a stranger in if no user may be created', async () => {
    const { BaaS, code } = await startWithCode();
    await expect(BaaS.auth.loginWithSmsVerificationCode(phone, code, { createUser: false })).rejects.toMatchObject({ code: 404 });
  });

  it("verifies the current user's number", async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    const user = await BaaS.auth.loginWithWechat();
    await server.store.updateTable('users').set({ phone }).execute();
    await BaaS.sendSmsCode({ phone });
    await user.verifyMobilePhone(await server.smsCodeTo(phone));
    expect(await readUser(server, user.id)).toMatchObject({ phone, phone_verified: 1 });
  });
});

describe('a mail', () => {
  const email = 'mei@example.com';

  it('resets a password', async () => {
    const server = await startServer();
    await addUser(server, { email, email_verified: 1 });
    const { BaaS } = startApp(server);
    expect((await BaaS.auth.requestPasswordReset({ email })).data).toEqual({ status: 'ok' });
    expect((await server.mailTo(email))?.text).toContain('/password-reset?token=');
  });

  it("verifies the current user's address", async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    const user = await BaaS.auth.loginWithWechat();
    await server.store.updateTable('users').set({ email }).execute();
    await user.requestEmailVerification();
    expect((await server.mailTo(email))?.text).toContain('/email-verification?token=');
  });
});
