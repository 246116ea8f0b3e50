import { beforeEach, describe, expect, it } from 'vitest';
import type { components } from '../../generated/client/types.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { type FakeHost, miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';

let server: Backend;
let mei: components['schemas']['CurrentUser'];
describe('automatic login', () => {
  beforeEach(async () => {
    server = await startBackend();
    mei = (await server.login('wechat', 'mei')).user_info;
  });

  /** Reads another user's record: a call that needs any session. */
  const readMei = (app: FakeHost) => new app.BaaS.User().get(mei.id);
  /** Ends the session without the app's knowledge. */
  const endOnServer = (app: FakeHost) => server.call('logout', { token: String(app.storage.get('ifx_baas_auth_token')) });
  const endByClock = (app: FakeHost) => app.storage.set('ifx_baas_session_expires_at', 1);
  const loginsOf = (app: FakeHost) => app.requests.filter(({ url }) => url.includes('silent-login'));

  it('is on for WeChat and off elsewhere, unless init sets it', async () => {
    for (const platform of miniprogramPlatforms) {
      const app = await startApp(server, platform);
      await (platform === 'wechat' ? readMei(app) : expect(readMei(app)).rejects.toMatchObject({ code: 401 }));
    }
    const off = await startApp(server, 'wechat', { init: { autoLogin: false } });
    await expect(readMei(off)).rejects.toMatchObject({ code: 401 });
  });

  describe.each(miniprogramPlatforms)('on %s', (platform) => {
    const { login } = verbs[platform];
    const start = () => startApp(server, platform, { init: { autoLogin: true } });

    it('logs in once before the first calls that need a session', async () => {
      const app = await start();
      const replies = await Promise.all([readMei(app), readMei(app), app.BaaS.auth[login](), readMei(app)]);
      expect(replies[0]).toMatchObject({ statusCode: 200, data: { id: mei.id } });
      expect(loginsOf(app)).toHaveLength(1);
      expect(loginsOf(app)[0]?.data).toMatchObject({ create_user: true });
    });

    itRemembers.each([
      { how: 'on the server', end: endOnServer },
      { how: 'by the clock', end: endByClock },
    ])('makes one login for all calls, and no new user, if the session ended $how', async ({ end }) => {
      const app = await start();
      const user = await app.BaaS.auth[login]();
      await end(app);
      const [current, ...others] = await Promise.all([app.BaaS.auth.getCurrentUser(), readMei(app), readMei(app)]);
      expect(current.id).toBe(user.id);
      expect(others.map(({ data }) => data.id)).toEqual([mei.id, mei.id]);
      expect(loginsOf(app).map(({ data }) => data)).toEqual([
        expect.objectContaining({ create_user: true }),
        expect.objectContaining({ create_user: false }),
      ]);
    });

    itRemembers('never replaces a session by one of another user', async () => {
      const app = await start();
      await app.BaaS.auth[login]();
      await endOnServer(app);
      const stranger = app.person;
      app.person = 'mei';
      await server.login(platform, 'mei');
      await expect(readMei(app)).rejects.toMatchObject({ code: 401 });
      app.person = stranger;
      await readMei(app);
    });

    itRemembers('does not try for ever when the login fails too', async () => {
      const app = await start();
      await app.BaaS.auth[login]();
      await endOnServer(app);
      app.person = 'new-person';
      await expect(readMei(app)).rejects.toMatchObject({ code: 401 });
      expect(loginsOf(app)).toHaveLength(2);
    });

    it('does not log in again after a logout', async () => {
      const app = await start();
      await app.BaaS.auth[login]();
      await app.BaaS.auth.logout();
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
    });
  });

  itRemembers.each(miniprogramPlatforms)(
    'logs in once by itself to change the account and to link in an old session, on %s',
    async (platform) => {
      const clock = { time: Math.floor(Date.now() / 1000) };
      const aging = await startBackend({ now: () => clock.time });
      const app = await startApp(aging, platform, { init: { autoLogin: true } });
      const { login, link } = verbs[platform];
      const user = await app.BaaS.auth[login]();
      await user.setAccount({ username: 'Larry', password: 'plum-rain-june' });
      clock.time += 3601;
      expect((await user.setUsername('Larry2'))._username).toBe('Larry2');
      clock.time += 3601;
      await user[link]();
      expect(loginsOf(app).map(({ data }) => data)).toMatchObject([{ create_user: true }, { create_user: false }, { create_user: false }]);

      const off = await startApp(aging, platform, { init: { autoLogin: false } });
      off.person = app.person;
      const same = await off.BaaS.auth[login]();
      clock.time += 3601;
      await expect(same.setUsername('Larry3')).rejects.toMatchObject({ code: 401 });
    },
  );

  describe('off', () => {
    itRemembers.each([
      { how: 'on the server', end: endOnServer, code: 401 },
      { how: 'by the clock', end: endByClock, code: 604 },
    ])('reports that the session ended $how, and a login by name opens another', async ({ end, code }) => {
      const app = await startApp(server, 'qq');
      const user = await app.BaaS.auth.loginWithQQ();
      await end(app);
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code });
      expect((await app.BaaS.auth.loginWithQQ()).id).toBe(user.id);
    });
  });
});
