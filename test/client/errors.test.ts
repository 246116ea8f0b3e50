import express from 'express';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../support/backend.ts';
import { miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { listen } from '../support/server.ts';

let server: Backend;
describe('errors of the client', () => {
  beforeEach(async () => {
    server = await startBackend();
  });
  const unreachable = { host: 'http://127.0.0.1:1' };

  describe.each(miniprogramPlatforms)('on %s', (platform) => {
    const { login } = verbs[platform];

    it.each([false, true])('have code 600 offline (the host gives a reason: %s)', async (talkative) => {
      const app = await startApp(server, platform);
      Object.assign(app, { offline: true, terse: !talkative });
      await expect(app.BaaS.auth[login]()).rejects.toMatchObject({ code: 600, message: 'network disconnected' });
      await expect(app.BaaS.getServerDate()).rejects.toMatchObject({ code: 600 });
    });

    it.each([false, true])('have code 601 without an answer (the host gives a reason: %s)', async (talkative) => {
      const app = await startApp(server, platform, { init: unreachable });
      app.terse = !talkative;
      await expect(app.BaaS.auth[login]()).rejects.toMatchObject({ code: 601, message: 'request timeout' });
    });

    it('have code 601 if the host never calls back, and leave no timer otherwise', async () => {
      const app = await startApp(server, platform);
      await app.BaaS.getServerDate();
      expect(app.timers.size).toBe(0);
      app.mute = true;
      const date = app.BaaS.getServerDate();
      await expect.poll(() => app.timers.size, { timeout: 4000 }).toBe(1);
      for (const run of app.timers.values()) run();
      await expect(date).rejects.toMatchObject({ code: 601 });
    });

    it('have code 602 before init, and 605 for an init without a client id or an address', async () => {
      const app = await startApp(server, platform, { init: null });
      for (const call of [
        () => app.BaaS.auth[login](),
        () => app.BaaS.auth.getCurrentUser(),
        () => app.BaaS.auth.login({ username: 'mei', password: 'secret' }),
        () => app.BaaS.getServerDate(),
      ])
        await expect(call()).rejects.toMatchObject({ code: 602 });
      expect(app.calls).toEqual([]);
      expect(() => app.BaaS.init()).toThrow(expect.objectContaining({ code: 605 }));
      for (const host of [undefined, '', '127.0.0.1:3000', 'localhost:3000', '//shop.example.com', 'ws://shop.example.com'])
        expect(() => app.BaaS.init('sandbox', { host }), host).toThrow(
          expect.objectContaining({ code: 605, message: expect.stringContaining('with http:// or https://') }),
        );
    });

    it('have code 605 for an argument of the wrong type, before any request', async () => {
      const app = await startApp(server, platform);
      for (const call of [
        () => app.BaaS.auth[login]('data'),
        () => app.BaaS.auth[login](null, { createUser: 'no' }),
        () => app.BaaS.auth[login]({ detail: { userInfo: {} } }, { syncUserProfile: 'sometimes' }),
        () => app.BaaS.auth.login({ username: 'mei' }),
        () => app.BaaS.auth.register({ email: 7, password: 'secret' }),
        () => app.BaaS.auth.loginWithSmsVerificationCode(),
        () => app.BaaS.auth.requestPasswordReset(),
        () => app.BaaS.sendSmsCode(),
        () => app.BaaS.verifySmsCode({}),
        () => new app.BaaS.User().get('larry'),
      ])
        await expect(call(), call.toString()).rejects.toMatchObject({
          code: 605,
          message: expect.stringContaining('incorrect parameter type'),
        });
      expect(app.calls).toEqual([]);
    });

    it('have code 611 for the verbs of other platforms', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth[login]();
      for (const [other, names] of Object.entries(verbs)) {
        if (other === platform) continue;
        await expect(app.BaaS.auth[names.login]()).rejects.toMatchObject({ code: 611 });
        await expect(user[names.link]()).rejects.toMatchObject({ code: 611 });
      }
    });

    it("are instances of the runtime's Error, and serialise to JSON", async () => {
      const app = await startApp(server, platform);
      const error = await app.BaaS.auth.getCurrentUser().catch((reason: unknown) => reason);
      expect(app.run('error instanceof Error', { error })).toBe(true);
      expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 604, message: 'session missing' });
      expect(String(error)).toBe('HError: session missing');
    });

    it('are reported if the host throws or gives no usable reason', async () => {
      const app = await startApp(server, platform);
      app.namespace.request = () => {
        throw new Error('host');
      };
      await expect(app.BaaS.getServerDate()).rejects.toMatchObject({ code: 601 });
      app.namespace.getNetworkType = ({ fail }: { fail(): void }) => fail();
      await expect(app.BaaS.getServerDate()).rejects.toMatchObject({ code: 601 });
      app.namespace.login = ({ success }: { success(result: object): void }) => success({ errMsg: 'login:ok' });
      app.namespace.getLoginCode = app.namespace.login;
      app.namespace.getAuthCode = app.namespace.login;
      await expect(app.BaaS.auth[login]()).rejects.toMatchObject({ code: 614 });
    });

    it('do not occur with a storage that stores nothing', async () => {
      const app = await startApp(server, platform);
      app.full = true;
      const user = await app.BaaS.auth[login]();
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(user.id);
      expect(app.BaaS.storage.get('openid')).toBe(user.openid);
      await app.BaaS.auth.logout();
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
    });
  });

  it("have the server's code, message and request id", async () => {
    const app = await startApp(server, 'wechat');
    const { calls } = app;
    await app.BaaS.auth.loginWithWechat();
    await expect(new app.BaaS.User().get(2 ** 60)).rejects.toMatchObject({
      code: 400,
      error_code: 'request_invalid',
      errors: [{ path: '/params/user_id', message: expect.any(String) }],
      request_id: expect.any(String),
    });
    expect(calls).toHaveLength(3);
  });

  it('have code 601 if something other than the server answers', async () => {
    const app = await startApp(server, 'qq', {
      init: { host: await listen(express().use((_request, response) => void response.send('<html>'))) },
    });
    await expect(app.BaaS.getServerDate()).rejects.toMatchObject({
      code: 601,
      message: expect.stringContaining('is not from the server'),
    });
  });

  it('are logged to the console with each request, without secrets, in debug mode', async () => {
    const app = await startApp(server, 'qq', { init: { logLevel: 'debug' } });
    await app.BaaS.auth.loginWithQQ();
    expect(app.logged).toEqual(['POST /hserve/v2.5/idp/qq/silent-login/ -> 201']);
  });
});
