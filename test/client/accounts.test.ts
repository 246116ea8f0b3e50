import { beforeEach, describe, expect, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { startApp, verbs } from '../support/fakeHost.ts';

let server: Backend;
describe('account verbs', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  let names = 0;
  /** Unused names. */
  const freshNames = () => {
    names++;
    return { username: `User${names}`, email: `User${names}@Example.com`, phone: `1380013${8000 + names}` };
  };

  describe.each(['username', 'email', 'phone'] as const)('by %s', (kind) => {
    itRemembers('registers, is the current user, logs out and in again', async () => {
      const app = await startApp(server, 'qq');
      const credentials = { [kind]: freshNames()[kind], password };
      const user = await app.BaaS.auth.register(credentials);
      expect(user.toJSON()).toMatchObject({
        id: user.id,
        [`_${kind}`]: kind === 'email' ? credentials.email?.toLowerCase() : credentials[kind],
      });
      expect(user.get('token')).toBeUndefined();
      expect(app.BaaS.storage.get('uid')).toBe(user.id);
      expect(app.calls).toHaveLength(1);

      await app.BaaS.auth.logout();
      const again = await Promise.all([app.BaaS.auth.login(credentials), app.BaaS.auth.login(credentials)]);
      expect(again.map(({ id }) => id)).toEqual([user.id, user.id]);
      expect(app.calls).toHaveLength(3);
      expect((await app.BaaS.auth.getCurrentUser()).id).toBe(user.id);
    });
  });

  itRemembers('does not share a login with another person', async () => {
    const app = await startApp(server, 'qq');
    const [one, two] = [freshNames(), freshNames()];
    await app.BaaS.auth.register({ username: one.username, password });
    await app.BaaS.auth.logout();
    const [, wrong] = await Promise.allSettled([
      app.BaaS.auth.login({ username: one.username, password }),
      app.BaaS.auth.login({ username: two.username, password }),
    ]);
    expect(wrong).toMatchObject({ status: 'rejected', reason: { code: 400, error_code: 'credentials_invalid' } });
  });

  it('logs a user in anonymously, who cannot use verbs that need an account', async () => {
    const app = await startApp(server, 'jd');
    const anonymous = await app.BaaS.auth.anonymousLogin();
    expect(app.BaaS.storage.get('is_anonymous_user')).toBe(1);
    const requests = app.calls.length;
    for (const refused of [
      'linkJd',
      'setUsername',
      'setEmail',
      'setMobilePhone',
      'setAccount',
      'requestEmailVerification',
      'verifyMobilePhone',
    ])
      await expect(anonymous[refused]({}), refused).rejects.toMatchObject({ code: 612, message: 'anonymous user is not allowed' });
    await expect(anonymous.updatePassword({ newPassword: password })).rejects.toMatchObject({ code: 612 });
    expect(app.calls).toHaveLength(requests);
  });

  itRemembers('keeps the id of an anonymous person who registers', async () => {
    const app = await startApp(server, 'jd');
    const anonymous = await app.BaaS.auth.anonymousLogin();
    const registered = await app.BaaS.auth.register({ username: freshNames().username, password });
    expect(registered).toMatchObject({ id: anonymous.id, _anonymous: false });
    expect(app.BaaS.storage.get('is_anonymous_user')).toBe(0);
  });

  // Kuaishou and JD send PUT as POST.
  describe.each(['wechat', 'kuaishou', 'jd'] as const)('the current user on %s', (platform) => {
    const { login } = verbs[platform];

    itRemembers('changes the profile and custom fields', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth[login]();
      const reply = await user
        .set('nickname', 'Larry')
        .set({ basket: ['tea'], update: 'daily' })
        .update();
      expect(reply).toMatchObject({ statusCode: 200, data: { id: user.id, nickname: 'Larry', basket: ['tea'] } });
      expect(user.nickname).toBe('Larry');
      expect(user.get('update')).toBe('daily');
      expect(() => user.set(7)).toThrow(expect.objectContaining({ code: 605 }));
      const current = await app.BaaS.auth.getCurrentUser();
      expect(current.toJSON()).toMatchObject({ nickname: 'Larry', basket: ['tea'] });
      expect(JSON.parse(JSON.stringify(current))).toEqual(current.toJSON());
    });

    itRemembers('keeps a change that could not be sent for the next update', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth[login]();
      app.offline = true;
      await expect(user.set('nickname', 'Larry').update()).rejects.toMatchObject({ code: 600 });
      app.offline = false;
      expect((await user.set('avatar', '').update()).data).toMatchObject({ nickname: 'Larry', avatar: '' });
    });

    itRemembers('sets an account and logs in with it, then changes it name by name', async () => {
      const app = await startApp(server, platform);
      const user = await app.BaaS.auth[login]();
      const { username, email } = freshNames();
      const account = { username, email, password };
      expect(await user.setAccount(account)).toBe(user);
      expect(account).toEqual({ username, email, password });
      expect(user).toMatchObject({ _username: username, _email: email.toLowerCase(), _email_verified: false });
      await app.BaaS.auth.logout();

      const same = await app.BaaS.auth.login({ email, password });
      expect(same.id).toBe(user.id);
      const other = freshNames();
      expect((await same.setUsername(other.username))._username).toBe(other.username);
      expect((await same.setEmail(null))._email).toBeNull();
      expect((await same.setMobilePhone(other.phone))._phone).toBe(other.phone);
      expect(await same.updatePassword({ password, newPassword: 'battery staple' })).toBe(same);
      await expect(same.updatePassword({ password, newPassword: 'battery staple' })).rejects.toMatchObject({ code: 400 });
      expect((await app.BaaS.auth.login({ phone: other.phone, password: 'battery staple' })).id).toBe(user.id);
    });
  });

  it('name the login name that is taken', async () => {
    const app = await startApp(server, 'baidu');
    const { username } = freshNames();
    await app.BaaS.auth.register({ username, password });
    app.prefer = 'code=409';
    await expect(app.BaaS.auth.register({ username, password })).rejects.toMatchObject({ code: 409, error_code: 'username_taken' });
  });
});
