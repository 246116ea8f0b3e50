import { describe, expect, it } from 'vitest';
import type { Passwords } from '../../../server/accounts/passwords.ts';
import { loginNames, password } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';

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

describe.each(loginNames)('login by $kind', ({ kind, name, register, login }) => {
  it('opens a session of the user, however the name is written', async () => {
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

  it('says and costs the same for a wrong password, for nobody and for a user without a password', async () => {
    const checked: (string | null | undefined)[] = [];
    const passwords: Passwords = {
      hash: async (text) => `hash of ${text}`,
      async verify(hashed, text) {
        checked.push(hashed);
        return hashed === `hash of ${text}`;
      },
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

  it('is a 405 where the app has disabled it', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, login_methods: ['anonymous'] }) });
    const reply = await server.call(login, { body: { [kind]: name, password } });
    expect(reply).toMatchObject({ status: 405, body: { code: 'login_method_disabled', error_msg: `Please enable ${kind} login first.` } });
  });
});

describe('anonymous login', () => {
  it('makes a new user every time', async () => {
    const server = await startServer();
    const [first, second] = [await server.call('loginAnonymously', { body: {} }), await server.call('loginAnonymously')];
    expect(first).toMatchObject({ status: 201, body: { _anonymous: true, _username: null, _provider: {} } });
    expect(second.body.id).not.toBe(first.body.id);
    expect((await server.call('getUser', { token: first.body.token, userId: first.body.id })).body._anonymous).toBe(true);
  });

  it('is a 405 where the app has disabled it', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, login_methods: [] }) });
    const reply = await server.call('loginAnonymously');
    expect(reply).toMatchObject({ status: 405, body: { error_msg: 'Please enable anonymous login first.' } });
  });
});
