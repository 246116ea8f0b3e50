import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MiniprogramPlatform, World } from '../support/fakeHost.ts';
import { miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { startMock } from '../support/mock.ts';

let mock: Awaited<ReturnType<typeof startMock>>;
beforeAll(async () => {
  mock = await startMock();
}, 30_000);
afterAll(() => mock.stop());

/** A host whose codes and grants have the right shape and nothing behind them. */
const sealed = { rawData: '{}', signature: '0'.repeat(40), encryptedData: 'A'.repeat(64), iv: `${'A'.repeat(22)}==`, data: 'A'.repeat(64) };
const start = (platform: MiniprogramPlatform) => {
  const world: World = {
    origin: mock.origin,
    codeFor: async () => '0'.repeat(32),
    granted: async (what) => (what === 'phone' ? sealed : { ...sealed, userInfo: { nickName: 'Larry。' } }),
  };
  return startApp(world, platform);
};

describe.each(miniprogramPlatforms)('against the mock, on %s', (platform) => {
  const { login, link } = verbs[platform];

  it('logs in, reads the user, links and logs out', async () => {
    const app = await start(platform);
    expect((await app.BaaS.auth[login]()).session_expires_at).toBeGreaterThan(Date.now() / 1000);
    const user = await app.BaaS.auth[login](await app.tapProfileButton());
    expect(user.is_authorized).toBe(true);
    expect((await user[link]()).data.message).toBe('User associated.');
    expect((await app.BaaS.auth.getCurrentUser()).id).toBe(61736923);
    expect((await new app.BaaS.User().get(61736923)).statusCode).toBe(200);
    await app.BaaS.auth.logout();
  });

  it('opens an account in every way', async () => {
    const app = await start(platform);
    const password = 'secret';
    for (const name of [{ username: 'mei' }, { email: 'mei@example.com' }, { phone: '13800138000' }]) {
      expect((await app.BaaS.auth.register({ ...name, password })).id).toEqual(expect.any(Number));
      expect((await app.BaaS.auth.login({ ...name, password })).id).toEqual(expect.any(Number));
    }
    expect((await app.BaaS.auth.loginWithSmsVerificationCode('13800138000', '123456', { createUser: false })).id).toEqual(
      expect.any(Number),
    );
    expect((await app.BaaS.auth.anonymousLogin())._anonymous).toBe(true);
  });

  it('sends and takes codes, mails and passwords', async () => {
    const app = await start(platform);
    expect(await app.BaaS.sendSmsCode({ phone: '13800138000', signatureID: 1 })).toMatchObject({ statusCode: 200, data: { status: 'ok' } });
    expect(await app.BaaS.verifySmsCode({ phone: '13800138000', code: '123456' })).toMatchObject({ statusCode: 200 });
    expect(await app.BaaS.auth.requestPasswordReset({ email: 'mei@example.com' })).toMatchObject({ statusCode: 201 });
    expect(Date.parse((await app.BaaS.getServerDate()).data.time)).toBeGreaterThan(0);
    const user = await app.BaaS.auth[login]();
    expect(await user.requestEmailVerification()).toBe(user);
    expect((await user.verifyMobilePhone('123456'))._phone_verified).toBe(true);
  });
});
