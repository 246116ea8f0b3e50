// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { operationOn, platformNames } from '../../support/platforms.ts';
import { type ServerOptions, startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const stale = { status: 401, body: { code: 'login_not_fresh' } };

/** A server whose clock the test moves. */
async function startWithClock(options: ServerOptions = {}) {
  const clock = { time: 1_800_000_000 };
  return { server: await startServer({ ...options, now: () => clock.time }), clock };
}

const linkBody = async (server: TestServer, platform: string) => ({ code: await server.codeFor(platform, 'thief') });

describe('a stolen session that is older than an hour', () => {
  it.each(platformNames)("links the thief's identity on %s: refused, and the code stays valid", async (platform) => {
    const { server, clock } = await startWithClock();
    const { token } = await registerUser(server);
    clock.time += 3601;
    const body = await linkBody(server, platform);
    expect(await server.call(operationOn('link', platform), { token, body })).toMatchObject(stale);
    expect(await server.store.selectFrom('identities').selectAll().execute()).toEqual([]);

    const again = await server.call('loginByUsername', { body: { username: 'Mei', password } });
    expect((await server.call(operationOn('link', platform), { token: again.body.token, body })).status).toBe(200);
  });

  it.each([
    ['an address', { email: 'thief@example.com' }],
    ['a number', { phone: '13900139000' }],
    ['a username', { username: 'thief' }],
    ['nothing in place of the username', { username: null }],
    ['a number with an empty password', { phone: '13900139000', password: '' }],
  ])('sets %s: refused, and nothing changes', async (_case, body) => {
    const { server, clock } = await startWithClock();
    const { id, token } = await registerUser(server);
    const before = await readUser(server, id);
    clock.time += 3601;
    expect([400, 401]).toContain((await server.call('updateAccount', { token, body })).status);
    expect(await readUser(server, id)).toEqual(before);
  });

  it('verifies a number that was set in time: refused, and the code stays valid', async () => {
    const { server, clock } = await startWithClock();
    const { token } = await registerUser(server);
    await server.call('updateAccount', { token, body: { phone: '13900139000' } });
    clock.time += 3601;
    await server.call('sendSmsCode', { body: { phone: '13900139000' } });
    const body = { code: await server.smsCodeTo('13900139000') };
    expect(await server.call('verifyPhone', { token, body })).toMatchObject(stale);
    const again = await server.call('loginByUsername', { body: { username: 'Mei', password } });
    expect((await server.call('verifyPhone', { token: again.body.token, body })).status).toBe(200);
  });

  it.each([
    ['address', { email: 'mei@example.com', email_verified: 1 }],
    ['number', { phone: '13800138000', phone_verified: 1 }],
  ] as const)('sets the first password of an account with a verified %s: refused', async (_case, columns) => {
    const { server, clock } = await startWithClock();
    const { token } = await addUser(server, columns);
    clock.time += 3601;
    expect(await server.call('updateAccount', { token, body: { new_password: password } })).toMatchObject(stale);
  });
});

describe('a session of exactly an hour', () => {
  it('is recent enough', async () => {
    const { server, clock } = await startWithClock();
    const { token } = await registerUser(server);
    clock.time += 3600;
    expect((await server.call('updateAccount', { token, body: { phone: '13900139000' } })).status).toBe(200);
  });
});

it('a session that was opened in the future by a wrong clock: refused', async () => {
  const { server, clock } = await startWithClock();
  clock.time += 86_400;
  const { token } = await registerUser(server);
  clock.time -= 86_400;
  expect((await server.call('updateAccount', { token, body: { phone: '13900139000' } })).status).toBe(401);
});

describe('the owner', () => {
  it('can change the account with the current password, in a session of any age', async () => {
    const { server, clock } = await startWithClock();
    const { token } = await registerUser(server);
    clock.time += 86_400;
    const wrong = await server.call('updateAccount', { token, body: { username: 'mei2', password: 'wrong' } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'credentials_invalid' } });
    expect((await server.call('updateAccount', { token, body: { username: 'mei2', password } })).status).toBe(200);
  });

  it('can change the password with the current one, in a session of any age', async () => {
    const { server, clock } = await startWithClock();
    const { token } = await registerUser(server);
    clock.time += 86_400;
    expect((await server.call('updateAccount', { token, body: { password, new_password: 'staple-battery-9' } })).status).toBe(200);
  });

  it.each(platformNames)('with only an identity on %s can set the first names and password in a session of any age', async (platform) => {
    const { server, clock } = await startWithClock();
    const { token } = await server.login(platform, 'larry');
    clock.time += 20 * 86_400;
    const first = { username: 'Larry', email: 'larry@example.com', new_password: password };
    expect((await server.call('updateAccount', { token, body: first })).status).toBe(200);
    expect(await server.call('updateAccount', { token, body: { username: 'thief' } })).toMatchObject(stale);
  });
});

describe('fresh_login_seconds of an app', () => {
  it('limits the age of a session', async () => {
    const { server, clock } = await startWithClock({ configure: (app) => ({ ...app, fresh_login_seconds: 60 }) });
    const { token } = await registerUser(server);
    clock.time += 61;
    expect(await server.call('updateAccount', { token, body: { username: 'thief' } })).toMatchObject(stale);
  });

  it('allows sessions of any age if it is 0', async () => {
    const { server, clock } = await startWithClock({ configure: (app) => ({ ...app, fresh_login_seconds: 0 }) });
    const { token } = await registerUser(server);
    clock.time += 29 * 86_400;
    expect((await server.call('linkQq', { token, body: await linkBody(server, 'qq') })).status).toBe(200);
    expect((await server.call('updateAccount', { token, body: { username: 'mei2' } })).status).toBe(200);
  });
});

describe('a change whose session ends while it waits', () => {
  it.each(
    platformNames,
  )('a link on %s that waited for the platform while the owner set a new password: 401, and nothing changes', async (platform) => {
    const waiting = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const server = await startServer({
      async fetch(input, init) {
        asked.resolve();
        await waiting.promise;
        return fetch(input, init);
      },
    });
    const owner = await registerUser(server);
    const stolen = await server.call('loginByUsername', { body: { username: 'Mei', password } });
    const link = server.call(operationOn('link', platform), { token: stolen.body.token, body: await linkBody(server, platform) });
    await asked.promise;
    await server.call('updateAccount', { token: owner.token, body: { password, new_password: 'staple-battery-9' } });
    waiting.resolve();
    expect(await link).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
    expect(await server.store.selectFrom('identities').selectAll().execute()).toEqual([]);
  });

  it('a first password that was being hashed while the session was closed: 401, and nothing changes', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    const passwords = server.services.passwords;
    server.services.passwords = {
      ...passwords,
      async hash(text) {
        await server.store.deleteFrom('sessions').execute();
        return passwords.hash(text);
      },
    };
    const reply = await server.call('updateAccount', { token, body: { username: 'thief', new_password: password } });
    expect(reply).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
    expect(await readUser(server, user_info.id)).toMatchObject({ username: null, password_hash: null });
  });
});
