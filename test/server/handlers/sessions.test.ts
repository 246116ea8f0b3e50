import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

it('ends the session that logs out and no other', async () => {
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

it('takes a logout without a body', async () => {
  const server = await startServer();
  const { token } = await server.login('jd', 'larry');
  expect((await server.call('logout', { token })).status).toBe(201);
});

it('ends a session after thirty days', async () => {
  let time = 1_800_000_000;
  const server = await startServer({ now: () => time });
  const { token, expires_in, user_info } = await server.login('wechat', 'larry');
  expect(expires_in).toBe(2_592_000);
  time += expires_in - 1;
  expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(200);
  time += 1;
  expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(401);
});

it('keeps no token in the store', async () => {
  const server = await startServer();
  const { token } = await server.login('wechat', 'larry');
  expect(JSON.stringify(await server.store.selectFrom('sessions').selectAll().execute())).not.toContain(token);
});

describe('login by SMS code', () => {
  const phone = '13800138000';
  const login = async (server: TestServer, more: object = {}) => {
    await server.call('sendSmsCode', { body: { phone } });
    return server.call('loginBySmsCode', { body: { phone, code: await server.smsCodeTo(phone), ...more } });
  };
  const countUsers = async ({ store }: TestServer) => (await store.selectFrom('users').select('id').execute()).length;

  it('makes a user whose number is verified, and finds it again', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const first = await login(server);
    expect(first).toMatchObject({ status: 201, body: { expires_in: 2_592_000, _phone: phone, _phone_verified: true, _anonymous: false } });
    clock.time += 60;
    const second = await login(server, { phone: '+8613800138000' });
    expect(second).toMatchObject({ status: 201, body: { user_id: first.body.user_id } });
    expect((await server.call('getUser', { token: second.body.token, userId: second.body.id })).status).toBe(200);
  });

  it('refuses a wrong code, makes no user and opens no session', async () => {
    const server = await startServer();
    expect(await login(server, { code: 'x' })).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
    expect(await login(server, { code: '1234567' })).toMatchObject({ status: 400, body: { code: 'sms_code_invalid' } });
    expect(await countUsers(server)).toBe(0);
  });

  it('spends the code', async () => {
    const server = await startServer();
    await login(server);
    const body = { phone, code: await server.smsCodeTo(phone) };
    expect(await server.call('loginBySmsCode', { body })).toMatchObject({ status: 400, body: { code: 'sms_code_invalid' } });
  });

  it('refuses a stranger when no user may be created, and a known person logs in', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    expect(await login(server, { create_user: false })).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
    expect(await countUsers(server)).toBe(0);
    const { id } = await addUser(server, { phone, phone_verified: 1 });
    clock.time += 60;
    expect(await login(server, { create_user: false })).toMatchObject({ status: 201, body: { id } });
  });

  it('is never that of somebody who merely claimed the number, who loses it', async () => {
    const server = await startServer();
    const claimant = await addUser(server, { phone, username: 'larry' });
    const reply = await login(server);
    expect(reply).toMatchObject({ status: 201, body: { _phone: phone, _phone_verified: true, _username: null } });
    expect(reply.body.id).not.toBe(claimant.id);
    expect(await readUser(server, claimant.id)).toMatchObject({ phone: null, username: 'larry' });
  });

  it('is refused where the app does not offer it', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, login_methods: ['username'] }) });
    expect(await login(server)).toMatchObject({ status: 405, body: { error_msg: 'Please enable sms login first.' } });
  });
});
