import { describe, expect, it } from 'vitest';
import { verifyLoginName } from '../../../server/accounts/claims.ts';
import { normalizeLoginName } from '../../../server/accounts/loginNames.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import type { LoginNameKind } from '../../../server/store/schema.ts';
import { loginNames, password, registerEmail, registerUser } from '../../support/accounts.ts';
import { deadlockingOnce } from '../../support/database.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const countUsers = async ({ store }: TestServer) => (await store.selectFrom('users').select('id').execute()).length;

/** Adds the owner of a name: an address or number is proved. */
const addOwner = (server: TestServer, kind: LoginNameKind, name: string) =>
  addUser(server, { [kind]: name, ...(kind !== 'username' && { [`${kind}_verified`]: 1 }) });

describe.each(loginNames)('registration by $kind', ({ kind, name, register, login }) => {
  it('creates a user with a session', async () => {
    const server = await startServer();
    const { status, body } = await server.call(register, { body: { [kind]: name, password } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ [`_${kind}`]: name, _email_verified: false, _phone_verified: false, _anonymous: false, openid: '' });
    expect(await server.call('getUser', { token: body.token, userId: body.id })).toMatchObject({ status: 200, body: { id: body.user_id } });
  });

  it('is refused for a taken name', async () => {
    const server = await startServer();
    await addOwner(server, kind, name);
    const reply = await server.call(register, { body: { [kind]: name.toUpperCase(), password } });
    expect(reply).toMatchObject({ status: 409, body: { code: `${kind}_taken` } });
    expect(await countUsers(server)).toBe(1);
  });

  it('upgrades an anonymous user, whose id stays and whose earlier sessions end', async () => {
    const server = await startServer();
    const { body: anonymous } = await server.call('loginAnonymously');
    await server.call('updateUser', { token: anonymous.token, body: { basket: ['tea'] } });
    const { status, body } = await server.call(register, { token: anonymous.token, body: { [kind]: name, password } });
    expect([status, body.id, body._anonymous, body.basket]).toEqual([201, anonymous.id, false, ['tea']]);
    expect((await server.call('getUser', { token: body.token, userId: body.id })).body._anonymous).toBe(false);
    expect((await server.call('getUser', { token: anonymous.token, userId: body.id })).status).toBe(401);
    expect((await server.call(login, { body: { [kind]: name, password } })).body.id).toBe(anonymous.id);
  });

  it('leaves an anonymous user anonymous if the name is taken', async () => {
    const server = await startServer();
    await addOwner(server, kind, name);
    const { body: anonymous } = await server.call('loginAnonymously');
    expect((await server.call(register, { token: anonymous.token, body: { [kind]: name, password } })).status).toBe(409);
    const { body } = await server.call('getUser', { token: anonymous.token, userId: anonymous.id });
    expect(body).toMatchObject({ _anonymous: true, [`_${kind}`]: null });
  });

  it('is a 405 if the app has disabled it', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, login_methods: ['sms'] }) });
    const reply = await server.call(register, { body: { [kind]: name, password } });
    expect(reply).toMatchObject({ status: 405, body: { code: 'login_method_disabled', error_msg: `Please enable ${kind} login first.` } });
  });
});

describe('a registration', () => {
  it('with the session of an account creates another user', async () => {
    const server = await startServer();
    const mei = await registerUser(server);
    const { status, body } = await server.call('registerByUsername', { token: mei.token, body: { username: 'larry', password } });
    expect(status).toBe(201);
    expect(body.id).not.toBe(mei.id);
  });

  it('with an unknown token is one without a session', async () => {
    const server = await startServer();
    expect((await server.call('registerByUsername', { token: 'old', body: { username: 'Mei', password } })).status).toBe(201);
  });

  it('of one username by many at once succeeds once', async () => {
    const server = await startServer({ rateLimited: false });
    const attempts = Array.from({ length: 50 }, () => server.call('registerByUsername', { body: { username: 'Mei', password } }));
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(49);
    expect(await countUsers(server)).toBe(1);
  });

  it('of a compatible spelling of a username is refused', async () => {
    const server = await startServer();
    await registerUser(server, 'larry');
    const reply = await server.call('registerByUsername', { body: { username: 'ＬＡＲＲＹ', password } });
    expect(reply).toMatchObject({ status: 409, body: { code: 'username_taken' } });
  });

  it('of a username whose normalised form is too long names the field', async () => {
    const server = await startServer();
    const reply = await server.call('registerByUsername', { body: { username: '\ufdfa'.repeat(64), password } });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: '/body/username' }] } });
  });

  it('stores an address in lower case', async () => {
    const server = await startServer();
    expect((await registerEmail(server, 'Mei@Example.COM'))._email).toBe('mei@example.com');
  });

  it.each([
    ['a short password', 'registerByUsername', { username: 'Mei', password: '12345' }, '/body/password'],
    ['an address for a username', 'registerByUsername', { username: 'mei@example.com', password }, '/body/username'],
    ['no address', 'registerByEmail', { email: 'mei', password }, '/body/email'],
    ['letters for a number', 'registerByPhone', { phone: 'one-two-three', password }, '/body/phone'],
  ] as const)('with %s names the field', async (_case, operation, body, path) => {
    const server = await startServer();
    expect(await server.call(operation, { body })).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });
});

it('no password is logged or stored, and no number or address is logged', async () => {
  const server = await startServer();
  for (const { kind, name, register, login } of loginNames) {
    await server.call(register, { body: { [kind]: name, password } });
    await server.call(register, { body: { [kind]: name, password } });
    await server.call(login, { body: { [kind]: name, password: `${password}!` } });
  }
  const log = JSON.stringify(server.logLines());
  for (const secret of [password, 'mei@example.com', '13800138000']) expect(log).not.toContain(secret);
  expect(JSON.stringify(await server.store.selectFrom('users').selectAll().execute())).not.toContain(password);
});

describe('updateAccount', () => {
  it('sets login names', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    const change = { username: 'Larry', email: 'Larry@Example.com', phone: '13900139000', new_password: password };
    const { status, body } = await server.call('updateAccount', { token, body: change });
    expect(status).toBe(200);
    expect(body).toMatchObject({ username: 'Larry', email: 'larry@example.com', email_verified: false, phone: '13900139000' });
    expect(body).toMatchObject({ id: user_info.id, openid: user_info.openid, _username: 'Larry', _email: 'larry@example.com' });
    expect((await server.call('loginByUsername', { body: { username: 'larry', password } })).body.id).toBe(user_info.id);
    expect((await server.call('loginByEmail', { body: { email: 'larry@example.com', password } })).body.id).toBe(user_info.id);
    expect((await server.call('loginByPhone', { body: { phone: '13900139000', password } })).body.id).toBe(user_info.id);
  });

  it('is forbidden to an anonymous user', async () => {
    const server = await startServer();
    const { body: anonymous } = await server.call('loginAnonymously');
    const reply = await server.call('updateAccount', { token: anonymous.token, body: { username: 'Mei' } });
    expect(reply).toMatchObject({ status: 403, body: { code: 'anonymous_forbidden' } });
  });
});

describe('a change of names', () => {
  it('releases the old one', async () => {
    const server = await startServer();
    const { token } = await registerUser(server, 'Mei');
    expect((await server.call('updateAccount', { token, body: { username: 'mei2' } })).body.username).toBe('mei2');
    expect((await server.call('loginByUsername', { body: { username: 'mei', password } })).status).toBe(400);
    await registerUser(server, 'mei');
  });

  it('succeeds although a deadlock ends the first attempt', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    server.services.store = deadlockingOnce(server.store);
    expect(await server.call('updateAccount', { token, body: { username: 'larry' } })).toMatchObject({
      status: 200,
      body: { username: 'larry' },
    });
  });

  it('may change the spelling of the same username', async () => {
    const server = await startServer();
    const { token } = await registerUser(server, 'Mei');
    expect((await server.call('updateAccount', { token, body: { username: 'MEI' } })).body.username).toBe('MEI');
  });

  it('clears a name with null', async () => {
    const server = await startServer();
    const { token } = await registerEmail(server, 'mei@example.com');
    await server.call('updateAccount', { token, body: { username: 'Mei' } });
    const { body } = await server.call('updateAccount', { token, body: { email: null } });
    expect(body).toMatchObject({ email: null, _email: null, email_verified: false });
    expect((await server.call('loginByEmail', { body: { email: 'mei@example.com', password } })).status).toBe(400);
  });

  it('to a taken username changes nothing at all', async () => {
    const server = await startServer();
    await registerUser(server, 'larry');
    const mei = await registerUser(server, 'Mei');
    const body = { email: 'mei@example.com', username: 'LARRY', password, new_password: 'another-password' };
    expect(await server.call('updateAccount', { token: mei.token, body })).toMatchObject({ status: 409, body: { code: 'username_taken' } });
    expect((await server.call('getUser', { token: mei.token, userId: mei.id })).body).toMatchObject({ _username: 'Mei', _email: null });
    expect((await server.call('loginByUsername', { body: { username: 'Mei', password } })).status).toBe(201);
  });

  it.each([
    ['email', 'mei@example.com', 'new@example.com'],
    ['phone', '13800138000', '13900139000'],
  ] as const)('to another %s makes it unverified, to the same keeps it verified', async (kind, verified, other) => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const changeTo = async (value: string) =>
      (await server.call('updateAccount', { token, body: { [kind]: value } })).body[`${kind}_verified`];
    const { body } = await server.call('updateAccount', { token, body: { [kind]: verified } });
    await inTransaction(server.tenant, (tx) => verifyLoginName(tx, body.id, kind, normalizeLoginName(kind, verified)));
    expect(await changeTo(verified)).toBe(true);
    expect(await changeTo(other)).toBe(false);
  });

  it('to an address that another user has verified is refused', async () => {
    const server = await startServer();
    await addOwner(server, 'email', 'larry@example.com');
    const { token } = await registerUser(server);
    const reply = await server.call('updateAccount', { token, body: { email: 'Larry@example.com' } });
    expect(reply).toMatchObject({ status: 409, body: { code: 'email_taken' } });
  });

  it('to an address that another user only claims is a claim too, and each logs in with it and their own password', async () => {
    const server = await startServer();
    const larry = await registerEmail(server, 'larry@example.com');
    const own = 'staple-battery-9';
    const { body: mei } = await server.call('registerByUsername', { body: { username: 'Mei', password: own } });
    const { status, body } = await server.call('updateAccount', { token: mei.token, body: { email: 'larry@example.com' } });
    expect([status, body.email]).toEqual([200, 'larry@example.com']);
    const login = (password: string) => server.call('loginByEmail', { body: { email: 'larry@example.com', password } });
    expect((await login(password)).body.id).toBe(larry.id);
    expect((await login(own)).body.id).toBe(mei.id);
    expect((await login('neither of both')).status).toBe(400);
  });

  it('by many at once to one username succeeds once', async () => {
    const server = await startServer();
    const sessions = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => registerUser(server, name)));
    const replies = await Promise.all(sessions.map(({ token }) => server.call('updateAccount', { token, body: { username: 'Mei' } })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  });
});

describe('a new password', () => {
  const changed = 'staple-battery-9';

  it('requires the current one, closes the other sessions and keeps this one', async () => {
    const server = await startServer();
    const mei = await registerUser(server);
    const { body: other } = await server.call('loginByUsername', { body: { username: 'Mei', password } });
    const change = { password, new_password: changed };
    expect((await server.call('updateAccount', { token: mei.token, body: change })).status).toBe(200);
    expect((await server.call('getUser', { token: other.token, userId: mei.id })).status).toBe(401);
    expect((await server.call('getUser', { token: mei.token, userId: mei.id })).status).toBe(200);
    expect((await server.call('loginByUsername', { body: { username: 'Mei', password } })).status).toBe(400);
    expect((await server.call('loginByUsername', { body: { username: 'Mei', password: changed } })).status).toBe(201);
  });

  it.each([
    ['a wrong one', { password: 'wrong', new_password: changed }],
    ['none', { new_password: changed }],
  ])('with %s changes nothing', async (_case, change) => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const reply = await server.call('updateAccount', { token, body: { ...change, username: 'mei2' } });
    expect(reply).toMatchObject({ status: 400, body: { code: 'credentials_invalid' } });
    expect((await server.call('loginByUsername', { body: { username: 'Mei', password } })).status).toBe(201);
  });

  it('is set once by concurrent requests with the current one', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const changes = ['first-new-one', 'other-new-one'].map((new_password) =>
      server.call('updateAccount', { token, body: { password, new_password } }),
    );
    expect((await Promise.all(changes)).map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  it('is not set by `password` alone', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    expect((await server.call('updateAccount', { token, body: { password: 'whatever' } })).status).toBe(200);
    expect((await server.call('loginByUsername', { body: { username: 'Mei', password } })).status).toBe(201);
  });
});
