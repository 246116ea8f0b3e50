import { beforeEach, describe, expect, it } from 'vitest';
import { version } from '../../client/core/version.ts';
import { type Backend, startBackend } from '../support/backend.ts';
import { miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { showsBodyOf } from '../support/platforms.ts';

let server: Backend;
describe('silent login', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  describe.each(miniprogramPlatforms)('on %s', (platform) => {
    const { login } = verbs[platform];

    it('logs in, reads the current user, logs out repeatedly, and has no session afterwards', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth[login]();
      expect(user.toJSON()).toMatchObject({ id: user.id, user_id: user.id, openid: user.openid, _anonymous: false, is_authorized: false });
      expect(user.get('_provider')).toBe(user._provider);
      expect(user.session_expires_at).toBeGreaterThan(Date.now() / 1000 + 2_591_000);
      expect(app.BaaS.storage.get('uid')).toBe(user.id);
      expect(app.storage.get('ifx_baas_openid')).toBe(user.openid);
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(user.id);

      expect(await app.BaaS.auth.logout()).toMatchObject({ statusCode: 201, data: { status: 'ok' } });
      expect([...app.storage.values()].filter(Boolean)).toEqual([]);
      await app.BaaS.auth.logout();
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604, message: 'session missing' });
    });

    it('logs in as the same user again, without another login while the session lasts', async () => {
      const app = await startApp(server, platform);
      const first = await app.BaaS.auth[login]();
      expect((await app.BaaS.auth[login]()).id).toBe(first.id);
      expect((await app.BaaS.auth.silentLogin()).id).toBe(first.id);
      expect(app.calls.filter((call) => call === 'login')).toHaveLength(1);
      const another = await startApp(server, platform, { person: app.person });
      expect((await another.BaaS.auth[login](null, { createUser: true })).id).toBe(first.id);
    });

    it('rejects with 404 for a stranger if no user may be created', async () => {
      const app = await startApp(server, platform);
      app.prefer = 'code=404';
      await expect(app.BaaS.auth[login](null, { createUser: false })).rejects.toMatchObject({ code: 404 });
      expect(app.storage.size).toBe(0);
    });

    it('makes one request for any number of simultaneous logins', async () => {
      const app = await startApp(server, platform);
      const users = await Promise.all([
        app.BaaS.auth[login](),
        app.BaaS.auth.silentLogin(),
        app.BaaS.auth[login](null, { createUser: true }),
      ]);
      expect(new Set(users.map(({ id }) => id)).size).toBe(1);
      expect(app.calls).toHaveLength(2);
    });

    it('reports a wrong client id', async () => {
      const app = await startApp(server, platform, { clientID: 'unknown' });
      app.prefer = 'code=401, example=client_unknown';
      await expect(app.BaaS.auth[login]()).rejects.toMatchObject(
        // JD's runtime reports the status without the body, and so does Kuaishou's for a 401.
        showsBodyOf(platform, 401)
          ? { code: 401, message: '认证失败，请检查 AppID、ClientID 配置', error_code: 'client_unknown', request_id: expect.any(String) }
          : { code: 401 },
      );
    });

    it('sends client id, version and platform with every request', async () => {
      const app = await startApp(server, platform, { init: { env: 'staging' } });
      await app.BaaS.auth[login]();
      await app.BaaS.auth.getCurrentUser();
      expect(app.requests[0]?.header).toEqual({
        'Content-Type': 'application/json',
        'X-Hydrogen-Client-ID': 'sandbox',
        'X-Hydrogen-Client-Platform': platform === 'jd' ? 'JINGDONG' : platform.toUpperCase(),
        'X-Hydrogen-Client-SDK-Type': 'file',
        'X-Hydrogen-Client-Version': version,
        'X-Hydrogen-Env-ID': 'staging',
      });
      expect(app.requests[1]?.header.Authorization).toBe(`Hydrogen-r1 ${app.storage.get('ifx_baas_auth_token')}`);
    });
  });
});
