import { sql } from 'kysely';
import { describe, expect, inject, it, vi } from 'vitest';
import type { Passwords } from '../../../server/accounts/passwords.ts';
import { loginNames, password } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

it('a logout ends its session and no other', async () => {
  const server = await startServer();
  const [first, second] = [await server.login('jd', 'larry'), await server.login('jd', 'larry')];
  expect(await server.call('logout', { token: first.token, body: {} })).toMatchObject({
    status: 201,
    body: { status: 'ok', message: 'Destroy succeed.' },
  });
  const userId = first.user_info.id;
  expect(await server.call('getUser', { token: first.token, userId })).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
  expect((await server.call('getUser', { token: second.token, userId })).status).toBe(200);
});

it('a logout needs no body', async () => {
  const server = await startServer();
  const { token } = await server.login('jd', 'larry');
  expect((await server.call('logout', { token })).status).toBe(201);
});

it('a session expires after thirty days', async () => {
  let time = 1_800_000_000;
  const server = await startServer({ now: () => time });
  const { token, expires_in, user_info } = await server.login('wechat', 'larry');
  expect(expires_in).toBe(2_592_000);
  time += expires_in - 1;
  expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(200);
  time += 1;
  expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(401);
});

it('no token is in the store', async () => {
  const server = await startServer();
  const { token } = await server.login('wechat', 'larry');
  expect(JSON.stringify(await server.store.selectFrom('sessions').selectAll().execute())).not.toContain(token);
});

describe.each(loginNames)('login by $kind', ({ kind, name, register, login }) => {
  it('opens a session, with any spelling of the name', async () => {
    const server = await startServer();
    const { body: registered } = await server.call(register, { body: { [kind]: name, password } });
    const { status, body } = await server.call(login, { body: { [kind]: name.toUpperCase(), password } });
    expect([status, body.id]).toEqual([201, registered.id]);
    expect(body.token).not.toBe(registered.token);
    expect(await server.call('getUser', { token: body.token, userId: body.id })).toMatchObject({
      status: 200,
      body: { [`_${kind}`]: name },
    });
  });

  it('returns the same, after the same time, for a wrong password, an unknown name and a user without a password', async () => {
    const checked: (string | null | undefined)[] = [];
    const passwords: Passwords = {
      hash: async (text) => `hash of ${text}`,
      async verify(hashed, text) {
        checked.push(hashed);
        return hashed === `hash of ${text}`;
      },
      digest: async () => Buffer.of(),
    };
    const server = await startServer({ passwords });
    await server.call(register, { body: { [kind]: name, password } });
    const attempt = async (given: string) => {
      const { status, body } = await server.call(login, { body: { [kind]: given, password: 'wrong' } });
      return { status, code: body.code, error_msg: body.error_msg };
    };
    const wrong = await attempt(name);
    expect(wrong).toMatchObject({ status: 400, code: 'credentials_invalid' });
    expect(await attempt(name.replace(/^../, '15'))).toEqual(wrong);
    await server.store.updateTable('users').set({ password_hash: null }).execute();
    expect(await attempt(name)).toEqual(wrong);
    expect(checked).toEqual([`hash of ${password}`, undefined, null]);
  });

  it('is refused if the password changes while it is checked', async () => {
    const server: TestServer = await startServer({
      passwords: {
        hash: async (text) => `hash of ${text}`,
        async verify(hashed, text) {
          await server.store.updateTable('users').set({ password_hash: 'another' }).execute();
          return hashed === `hash of ${text}`;
        },
        digest: async () => Buffer.of(),
      },
    });
    await server.call(register, { body: { [kind]: name, password } });
    await server.store.deleteFrom('sessions').execute();
    const reply = await server.call(login, { body: { [kind]: name, password } });
    expect(reply).toMatchObject({ status: 400, body: { code: 'credentials_invalid' } });
    expect(await server.store.selectFrom('sessions').selectAll().execute()).toEqual([]);
  });

  it('is a 405 if the app has disabled it', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, login_methods: ['anonymous'] }) });
    const reply = await server.call(login, { body: { [kind]: name, password } });
    expect(reply).toMatchObject({ status: 405, body: { code: 'login_method_disabled', error_msg: `Please enable ${kind} login first.` } });
  });
});

describe('anonymous login', () => {
  it('creates a new user every time', async () => {
    const server = await startServer();
    const [first, second] = [await server.call('loginAnonymously', { body: {} }), await server.call('loginAnonymously')];
    expect(first).toMatchObject({ status: 201, body: { _anonymous: true, _username: null, _provider: {} } });
    expect(second.body.id).not.toBe(first.body.id);
    expect((await server.call('getUser', { token: first.body.token, userId: first.body.id })).body._anonymous).toBe(true);
  });

  it('is a 405 if the app has disabled it', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, login_methods: [] }) });
    const reply = await server.call('loginAnonymously');
    expect(reply).toMatchObject({ status: 405, body: { error_msg: 'Please enable anonymous login first.' } });
  });
});

describe('login by SMS code', () => {
  const phone = '13800138000';
  const login = async (server: TestServer, more: object = {}) => {
    await server.call('sendSmsCode', { body: { phone } });
    return server.call('loginBySmsCode', { body: { phone, code: await server.smsCodeTo(phone), ...more } });
  };
  const countUsers = async ({ store }: TestServer) => (await store.selectFrom('users').select('id').execute()).length;

  it('creates a user with a verified number, and finds it again', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const first = await login(server);
    expect(first).toMatchObject({ status: 201, body: { expires_in: 2_592_000, _phone: phone, _phone_verified: true, _anonymous: false } });
    clock.time += 60;
    const second = await login(server, { phone: '+8613800138000' });
    expect(second).toMatchObject({ status: 201, body: { user_id: first.body.user_id } });
    expect((await server.call('getUser', { token: second.body.token, userId: second.body.id })).status).toBe(200);
  });

  it('refuses a wrong code, creates no user and opens no session', async () => {
    const server = await startServer();
    expect(await login(server, { code: 'x' })).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
    expect(await login(server, { code: '1234567' })).toMatchObject({ status: 400, body: { code: 'sms_code_invalid' } });
    expect(await countUsers(server)).toBe(0);
  });

  it('uses up the code', async () => {
    const server = await startServer();
    await login(server);
    const body = { phone, code: await server.smsCodeTo(phone) };
    expect(await server.call('loginBySmsCode', { body })).toMatchObject({ status: 400, body: { code: 'sms_code_invalid' } });
  });

  it('refuses a stranger if no user may be created, and a known person logs in', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    expect(await login(server, { create_user: false })).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
    expect(await countUsers(server)).toBe(0);
    const { id } = await addUser(server, { phone, phone_verified: 1 });
    clock.time += 60;
    expect(await login(server, { create_user: false })).toMatchObject({ status: 201, body: { id } });
  });

  it('never logs in a user who only claimed the number, and ends the claim', async () => {
    const server = await startServer();
    const claimant = await addUser(server, { phone, username: 'larry' });
    const reply = await login(server);
    expect(reply).toMatchObject({ status: 201, body: { _phone: phone, _phone_verified: true, _username: null } });
    expect(reply.body.id).not.toBe(claimant.id);
    expect(await readUser(server, claimant.id)).toMatchObject({ phone: null, username: 'larry' });
  });

  it('is refused if the app disables it', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, login_methods: ['username'] }) });
    const reply = await server.call('loginBySmsCode', { body: { phone, code: '000000' } });
    expect(reply).toMatchObject({ status: 405, body: { error_msg: 'Please enable sms login first.' } });
  });
});

// SQLite has one writer: nothing else is written while another password is set.
it.skipIf(inject('postgres') === undefined)('waits while another password is set, and is refused then', async () => {
  const server = await startServer();
  await server.call('registerByUsername', { body: { username: 'larry', password } });
  const waiting = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const { login } = await server.store.transaction().execute(async (transaction) => {
    await transaction.updateTable('users').set({ password_hash: 'another' }).execute();
    await transaction.deleteFrom('sessions').execute();
    const login = server.call('loginByUsername', { body: { username: 'larry', password } });
    await vi.waitFor(async () => expect((await waiting.execute(server.store)).rows).toHaveLength(1), { timeout: 20_000 });
    return { login };
  });
  expect(await login).toMatchObject({ status: 400, body: { code: 'credentials_invalid' } });
  expect(await server.store.selectFrom('sessions').selectAll().execute()).toEqual([]);
});
