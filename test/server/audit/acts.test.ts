import { describe, expect, it } from 'vitest';
import { loginNames, password, registerEmail, registerUser } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { keepingNothing } from '../../support/database.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const phone = '13800138000';
const email = 'mei@example.com';

/** The trail's acts, without time, address and request. */
const actsOf = async (server: TestServer) =>
  (await auditOf(server)).map(({ event, user_id, method, operation }) => ({ event, user_id, method, operation }));

/** The acts that a call adds to the trail. */
async function actsDuring(server: TestServer, act: () => Promise<unknown>) {
  const before = (await actsOf(server)).length;
  await act();
  return (await actsOf(server)).slice(before);
}

describe('the audit trail', () => {
  it('shows who logged in, how, when, from where and in which request', async () => {
    const server = await startServer({ now: () => 1_700_000_000 });
    const { body, headers } = await server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'larry') } });
    const login = {
      tenant_id: 'sandbox',
      at: 1_700_000_000,
      id: expect.any(Number),
      event: 'login',
      user_id: body.user_info.id,
      method: 'wechat',
      error_code: null,
      operation: 'silentLoginWechat',
      ip: '127.0.0.1',
      request_id: headers.get('X-Request-Id'),
      own_request_id: null,
      done_by: null,
    };
    expect(await auditOf(server)).toEqual([{ ...login, event: 'registered' }, login]);
  });

  it.each([
    ["the client's address behind a trusted proxy", ['loopback'], '203.0.113.7'],
    ["the proxy's address if the proxy is not trusted", [], '127.0.0.1'],
  ])('shows %s', async (_case, trustProxy, ip) => {
    const server = await startServer({ trustProxy });
    await server.call('loginAnonymously', { headers: { 'X-Forwarded-For': '203.0.113.7' } });
    expect(await auditOf(server)).toMatchObject([{ event: 'login', ip }]);
  });

  describe.each(loginNames)('a person with a $kind', ({ kind, name, register, login }) => {
    const body = { [kind]: name, password };

    it('registers', async () => {
      const server = await startServer();
      const { id } = (await server.call(register, { body })).body;
      const entry = { user_id: id, method: kind, operation: register };
      expect(await actsOf(server)).toEqual([
        { event: 'registered', ...entry },
        { event: 'login', ...entry },
      ]);
    });

    it('logs in, with a wrong password and with the right one', async () => {
      const server = await startServer();
      const { id } = (await server.call(register, { body })).body;
      const acts = await actsDuring(server, async () => {
        await server.call(login, { body: { ...body, password: 'wrong password' } });
        await server.call(login, { body });
      });
      const entry = { user_id: id, method: kind, operation: login };
      expect(acts).toEqual([
        { event: 'login_failed', ...entry },
        { event: 'login', ...entry },
      ]);
    });

    it('fails if the audit entry cannot be written', async () => {
      const server = await startServer();
      const { store } = server;
      server.services.store = keepingNothing(store);
      expect((await server.call(register, { body })).status).toBe(500);
      server.services.store = store;
      await server.call(register, { body });
      server.services.store = keepingNothing(store);
      const acts = await actsDuring(server, async () => {
        expect((await server.call(login, { body })).status).toBe(500);
      });
      expect(acts).toEqual([]);
      expect(await actsOf(server)).toHaveLength(2);
    });
  });

  it('does not store an unknown name, which may be a password', async () => {
    const server = await startServer();
    await server.call('loginByUsername', { body: { username: 'Tr0ub4dor3', password } });
    const [entry] = await auditOf(server);
    expect(entry).toMatchObject({ event: 'login_failed', user_id: null, method: 'username' });
    expect(JSON.stringify(entry)).not.toContain('Tr0ub4dor3');
  });

  it('shows logins without a password, and logouts', async () => {
    const server = await startServer();
    const { token, id } = (await server.call('loginAnonymously')).body;
    await server.call('logout', { token });
    await server.call('sendSmsCode', { body: { phone } });
    const sms = (await server.call('loginBySmsCode', { body: { phone, code: await server.smsCodeTo(phone) } })).body.id;
    expect(await actsOf(server)).toEqual([
      { event: 'login', user_id: id, method: 'anonymous', operation: 'loginAnonymously' },
      { event: 'logout', user_id: id, method: null, operation: 'logout' },
      { event: 'registered', user_id: sms, method: 'sms', operation: 'loginBySmsCode' },
      { event: 'phone_proved', user_id: sms, method: null, operation: 'loginBySmsCode' },
      { event: 'login', user_id: sms, method: 'sms', operation: 'loginBySmsCode' },
    ]);
  });

  it('records links once, and nothing if a link is refused', async () => {
    const server = await startServer();
    const { token, id } = await registerUser(server);
    const link = async (person: string) => server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', person) } });
    const acts = await actsDuring(server, async () => {
      for (const person of ['larry', 'larry', 'mei']) await link(person);
    });
    expect(acts).toEqual([{ event: 'identity_linked', user_id: id, method: 'wechat', operation: 'linkWechat' }]);
  });

  it('shows a phone login that finds the owner of the number: the link, the number and the login', async () => {
    const server = await startServer();
    const { id } = await addUser(server, { phone, phone_verified: 1 });
    const code = await server.codeFor('kuaishou', 'larry');
    const body = { ...(await server.granted('phone', 'kuaishou', 'larry')), code };
    const entry = { user_id: id, operation: 'phoneLoginKuaishou' };
    expect(await actsDuring(server, () => server.call('phoneLoginKuaishou', { body }))).toEqual([
      { event: 'identity_linked', ...entry, method: 'kuaishou' },
      { event: 'phone_proved', ...entry, method: null },
      { event: 'login', ...entry, method: 'kuaishou' },
    ]);
  });

  it('records every change of an account, and none if one of them is refused', async () => {
    const server = await startServer();
    await registerEmail(server, email);
    const { token, id } = await registerUser(server);
    const change = (body: object) => actsDuring(server, () => server.call('updateAccount', { token, body }));
    const event = (name: string) => ({ event: name, user_id: id, method: null, operation: 'updateAccount' });
    expect(await change({ username: 'Larry', phone, password, new_password: 'another password' })).toEqual(
      ['password_changed', 'username_changed', 'phone_changed'].map(event),
    );
    expect(await change({ username: 'Mei', password: 'wrong password', new_password: 'a third one' })).toEqual([
      { ...event('login_failed'), method: 'password' },
    ]);
    expect(await change({ email: null })).toEqual([event('email_changed')]);
  });

  describe('a mailed link', () => {
    const linkTo = async (server: TestServer) => /^https?:\S+$/m.exec((await server.mailTo(email))?.text ?? '')?.[0] ?? '';
    const press = (link: string, fields = {}) => fetch(link, { method: 'POST', body: new URLSearchParams(fields) });

    it('verifies an address', async () => {
      const server = await startServer();
      const { token, id } = await addUser(server, { email });
      await server.call('sendVerificationEmail', { token });
      const link = await linkTo(server);
      expect(await actsDuring(server, () => press(link))).toEqual([
        { event: 'email_proved', user_id: id, method: null, operation: '/email-verification' },
      ]);
    });

    it('is requested and resets a password', async () => {
      const server = await startServer();
      const { id } = await addUser(server, { email, email_verified: 1 });
      await server.call('requestPasswordReset', { body: { email } });
      const link = await linkTo(server);
      await press(link, { password: 'a new password', again: 'a new password' });
      const operation = '/password-reset';
      expect(await actsOf(server)).toEqual([
        { event: 'password_reset_requested', user_id: id, method: null, operation: 'requestPasswordReset' },
        { event: 'email_proved', user_id: id, method: null, operation },
        { event: 'password_reset', user_id: id, method: null, operation },
      ]);
      expect((await auditOf(server)).map(({ ip }) => ip)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
    });
  });
});
