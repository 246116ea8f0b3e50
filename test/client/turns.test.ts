// @module-tag fault
import { beforeEach, describe, expect } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { type FakeHost, miniprogramPlatforms, namespaces, phoneButtonPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { factsOf } from '../support/platforms.ts';

let server: Backend;
describe('concurrent calls', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  const endByClock = (app: FakeHost) => app.storage.set('ifx_baas_session_expires_at', 1);
  const endOnServer = (app: FakeHost) => server.call('logout', { token: String(app.storage.get('ifx_baas_auth_token')) });
  const silentLoginsOf = (app: FakeHost) => app.requests.filter(({ url }) => url.includes('silent-login'));
  /** A login code that the app fetches itself. */
  const codeFrom = (app: FakeHost, platform: keyof typeof namespaces): Promise<string> =>
    app.run(`new Promise((resolve) => ${namespaces[platform]}.login({ success: (result) => resolve(result.code) }))`);

  type Verb = (app: FakeHost) => Promise<unknown>;
  /** Every call that uses a code or sealed data, prepared with earlier data. */
  async function verbsOf(app: FakeHost, platform: (typeof miniprogramPlatforms)[number]): Promise<Record<string, Verb>> {
    const { login, link } = verbs[platform];
    const user = await app.BaaS.auth[login]();
    const profile = await app.tapProfileButton();
    const hasPhone = phoneButtonPlatforms.includes(platform);
    const code = hasPhone ? await codeFrom(app, platform) : '';
    const phone = hasPhone ? await app.tapPhoneButton() : undefined;
    const sealed = Object(phone?.detail);
    const { auth } = app.BaaS;
    return {
      silentLogin: () => auth.silentLogin(),
      'silentLogin without createUser': () => auth.silentLogin({ createUser: false }),
      getCurrentUser: () => auth.getCurrentUser(),
      refreshSession: () => auth.refreshSession(),
      'login with a button': () => auth[login](profile),
      link: () => user[link](),
      'link with a button': () => user[link](profile),
      ...(factsOf(platform).forcedLogin && { 'forced login': () => auth[login]({ forceLogin: true }) }),
      ...(hasPhone && { 'phone login': () => auth[login]({ detail: { ...sealed, code: undefined } }, { code }) }),
    };
  }

  describe.each(miniprogramPlatforms)('on %s', (platform) => {
    itRemembers('any two verbs at once, in any order: neither spoils the key of the other', async () => {
      const start = () => startApp(server, platform, { init: { autoLogin: true } });
      const names = Object.keys(await verbsOf(await start(), platform));
      for (const first of names) {
        const app = await start(); // another person for every verb, as the server limits how often one person logs in
        for (const second of names) {
          const known = await verbsOf(app, platform);
          const uid = app.BaaS.storage.get('uid');
          const outcomes = await Promise.allSettled([known[first]?.(app), known[second]?.(app)]);
          // A code counts once, so the second phone login with the same is shared.
          expect(outcomes, `${first}, ${second}`).toEqual([
            expect.objectContaining({ status: 'fulfilled' }),
            expect.objectContaining({ status: 'fulfilled' }),
          ]);
          expect(app.BaaS.storage.get('uid')).toBe(uid);
        }
      }
    });

    itRemembers.each([
      { how: 'by the clock', end: endByClock },
      { how: 'on the server', end: endOnServer },
    ])('make one host login, and no account, for silentLogin and getCurrentUser after the session ended $how', async ({ end }) => {
      for (const calls of [
        ['silentLogin', 'getCurrentUser'],
        ['getCurrentUser', 'silentLogin'],
      ]) {
        const app = await startApp(server, platform, { init: { autoLogin: true } });
        const { id } = await app.BaaS.auth.silentLogin();
        await end(app);
        const users = await Promise.all(calls.map((verb) => app.BaaS.auth[verb]()));
        expect(users.map((user) => user.id)).toEqual([id, id]);
        expect(silentLoginsOf(app).map(({ data }) => data)).toEqual([
          expect.objectContaining({ create_user: true }),
          expect.objectContaining({ create_user: false }),
        ]);
        expect(app.calls.filter((call) => call === 'login')).toHaveLength(2);
      }
    });

    itRemembers('the account was deleted when its session expired: getCurrentUser creates no other one, a login by name does', async () => {
      const app = await startApp(server, platform, { init: { autoLogin: true } });
      const { id } = await app.BaaS.auth.silentLogin();
      endByClock(app);
      app.person = `${app.person}-again`;
      const [current, login] = await Promise.allSettled([app.BaaS.auth.getCurrentUser(), app.BaaS.auth.silentLogin()]);
      expect(current.status).toBe('rejected');
      expect(login).toMatchObject({ status: 'fulfilled' });
      expect(app.BaaS.storage.get('uid')).not.toBe(id);
      const another = await startApp(server, platform, { init: { autoLogin: true } });
      await another.BaaS.auth.silentLogin();
      endByClock(another);
      another.person = `${another.person}-again`;
      await expect(another.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 401 });
      await expect(another.BaaS.auth.silentLogin({ createUser: false })).rejects.toMatchObject({ code: 404 });
      expect(silentLoginsOf(another).filter(({ data }) => Object(data).create_user)).toHaveLength(1);
    });

    itRemembers('a logout during a renewal: the app stays logged out', async () => {
      const app = await startApp(server, platform, { init: { autoLogin: true } });
      await app.BaaS.auth.silentLogin();
      endByClock(app);
      const renewing = app.BaaS.auth.getCurrentUser().catch(() => undefined);
      await app.BaaS.auth.logout();
      await renewing;
      expect([...app.storage.values()].filter(Boolean)).toEqual([]);
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
    });

    itRemembers('a login by password during a renewal: the session is theirs, and the call that waited is not made in it', async () => {
      const app = await startApp(server, platform, { init: { autoLogin: true } });
      const mei = await app.BaaS.auth.register({ username: `mei-${platform}`, password: 'correct horse' });
      await app.BaaS.auth.logout();
      const user = await app.BaaS.auth.silentLogin();
      endByClock(app);
      const update = user.set('nickname', 'Larry').update();
      const [updated] = await Promise.allSettled([update, app.BaaS.auth.login({ username: `mei-${platform}`, password: 'correct horse' })]);
      expect(app.BaaS.storage.get('uid')).toBe(mei.id);
      const { nickname } = await app.BaaS.auth.getCurrentUser();
      expect(nickname).toBe('');
      if (updated.status === 'rejected') expect(updated.reason).toMatchObject({ code: expect.any(Number) });
    });

    itRemembers('a login in an anonymous session: the person of the platform, not the anonymous user', async () => {
      for (const call of [
        (app: FakeHost) => app.BaaS.auth[verbs[platform].login](),
        (app: FakeHost) => app.BaaS.auth.silentLogin(),
        async (app: FakeHost) => app.BaaS.auth[verbs[platform].login](await app.tapProfileButton()),
        ...(factsOf(platform).forcedLogin ? [(app: FakeHost) => app.BaaS.auth[verbs[platform].login]({ forceLogin: false })] : []),
      ]) {
        const app = await startApp(server, platform);
        const anonymous = await app.BaaS.auth.anonymousLogin();
        const user = await call(app);
        expect(user).toMatchObject({ _anonymous: false, openid: expect.stringMatching(/./) });
        expect(user.id).not.toBe(anonymous.id);
        expect(app.BaaS.storage.get('is_anonymous_user')).toBe(0);
        expect((await app.BaaS.auth.getCurrentUser()).id).toBe(user.id);
      }
      const app = await startApp(server, platform);
      const anonymous = await app.BaaS.auth.anonymousLogin();
      await expect(app.BaaS.auth[verbs[platform].login](null, { createUser: false })).rejects.toMatchObject({ code: 404 });
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(anonymous.id);
    });
  });
});
