// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const phone = '13800138000';

async function takeOver(server: TestServer, token: string) {
  await server.call('sendSmsCode', { body: { phone } });
  return server.call('verifyPhone', { token, body: { phone, code: await server.smsCodeTo(phone) } });
}

const events = async ({ store, services }: TestServer) => {
  await services.audit.flush();
  const entries = await store.selectFrom('audit_entries').select(['event', 'user_id']).orderBy('at').orderBy('id').execute();
  return entries.map(({ event, user_id }) => [event, user_id]);
};

describe('a number that another user verifies by SMS', () => {
  it.each([
    ['a username and a password', { username: 'Old', password_hash: 'any' }],
    ['a proved address', { email: 'old@example.com', email_verified: 1 }],
    ['an address that is claimed and a password', { email: 'old@example.com', password_hash: 'any' }],
  ] as const)('moves from one who has %s too; both are in the audit trail', async (_case, ways) => {
    const server = await startServer();
    const owner = await addUser(server, { phone, phone_verified: 1, ...ways });
    const { id, token } = await registerUser(server);
    expect((await takeOver(server, token)).status).toBe(200);
    expect(await readUser(server, id)).toMatchObject({ phone, phone_verified: 1 });
    expect(await readUser(server, owner.id)).toMatchObject({ phone: null, phone_verified: 0 });
    expect(await events(server)).toEqual(
      expect.arrayContaining([
        ['phone_released', owner.id],
        ['phone_proved', id],
      ]),
    );
  });

  it('moves from an owner who also has a platform identity, and SMS logins with it', async () => {
    const server = await startServer();
    const { user_info: owner } = await server.login('jd', 'old');
    await server.store.updateTable('users').set({ phone, phone_verified: 1 }).execute();
    await server.store.insertInto('login_names').values({ tenant_id: 'sandbox', kind: 'phone', value: phone, user_id: owner.id }).execute();
    const { id, token } = await registerUser(server);
    expect((await takeOver(server, token)).status).toBe(200);
    const found = await server.store.selectFrom('login_names').select('user_id').where('kind', '=', 'phone').execute();
    expect(found).toEqual([{ user_id: id }]);
    expect((await server.login('jd', 'old')).user_info.id).toBe(owner.id);
  });

  it('is reported to its previous owner at the verified address', async () => {
    const server = await startServer();
    await addUser(server, { phone, phone_verified: 1, email: 'old@example.com', email_verified: 1 });
    const { token } = await registerUser(server);
    await takeOver(server, token);
    expect((await server.mailTo('old@example.com'))?.subject).toContain('手机号已被他人验证');
  });

  it('leaves its previous owner the new number that awaits verification', async () => {
    const server = await startServer();
    const owner = await addUser(server, { phone, phone_verified: 1, username: 'Old', password_hash: 'any' });
    await server.call('updateAccount', { token: owner.token, body: { phone: '13900139000' } });
    const { token } = await registerUser(server);
    expect((await takeOver(server, token)).status).toBe(200);
    expect(await readUser(server, owner.id)).toMatchObject({ phone: '13900139000', phone_verified: 0, phone_proved: null });
  });

  it.each([
    ['nothing', {}, {}],
    ['a username without a password', { username: 'Old' }, {}],
    [
      'a username and a password in an app without username logins',
      { username: 'Old', password_hash: 'any' },
      { login_methods: ['phone', 'sms', 'email'] },
    ],
  ] as const)('stays with one who has %s else: 409, and nothing is changed', async (_case, ways, settings) => {
    const server = await startServer({ configure: (app) => ({ ...app, ...settings }) });
    const owner = await addUser(server, { phone, phone_verified: 1, ...ways });
    const { id, token } = await server.login('wechat', 'mei').then(({ user_info, token }) => ({ id: user_info.id, token }));
    expect(await takeOver(server, token)).toMatchObject({ status: 409, body: { code: 'phone_sole_login' } });
    expect(await readUser(server, owner.id)).toMatchObject({ phone, phone_verified: 1 });
    expect(await readUser(server, id)).toMatchObject({ phone: null });
  });

  it('with a code that was sent to another number: refused', async () => {
    const server = await startServer();
    const owner = await addUser(server, { phone, phone_verified: 1, username: 'Old', password_hash: 'any' });
    const { token } = await registerUser(server);
    await server.call('sendSmsCode', { body: { phone: '13900139000' } });
    const body = { phone, code: await server.smsCodeTo('13900139000') };
    expect(await server.call('verifyPhone', { token, body })).toMatchObject({ status: 400, body: { code: 'sms_code_invalid' } });
    expect(await readUser(server, owner.id)).toMatchObject({ phone, phone_verified: 1 });
  });
});

it('an SMS login with a number that changed hands: logs in to the account that has verified it', async () => {
  const server = await startServer();
  const owner = await addUser(server, { phone, phone_verified: 1, username: 'Old', password_hash: 'any' });
  await server.call('sendSmsCode', { body: { phone } });
  const { body } = await server.call('loginBySmsCode', { body: { phone, code: await server.smsCodeTo(phone) } });
  expect(body.id).toBe(owner.id);
});

it('registering with a number that another user has verified: refused', async () => {
  const server = await startServer();
  await addUser(server, { phone, phone_verified: 1, username: 'Old', password_hash: 'any' });
  expect(await server.call('registerByPhone', { body: { phone, password } })).toMatchObject({ status: 409, body: { code: 'phone_taken' } });
});
