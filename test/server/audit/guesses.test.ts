// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const phone = '13800138000';

async function entries({ store, services }: TestServer) {
  await services.audit.flush();
  return store.selectFrom('audit_entries').selectAll().where('event', '!=', 'login').where('event', '!=', 'registered').execute();
}

describe('guesses', () => {
  it('wrong current passwords with a stolen session: each is in the audit trail', async () => {
    const server = await startServer();
    const { id, token } = await registerUser(server);
    for (let guess = 0; guess < 5; guess++) {
      await server.call('updateAccount', { token, body: { password: `guess-${guess}`, new_password: password } });
    }
    const expected = { event: 'login_failed', user_id: id, method: 'password', operation: 'updateAccount' };
    expect(await entries(server)).toMatchObject(Array.from({ length: 5 }, () => expected));
  });

  it.each([
    ['loginBySmsCode', { phone, code: '000000' }],
    ['checkSmsCode', { phone, code: '000000' }],
  ] as const)('wrong codes to %s: each is in the audit trail, with the owner of the number', async (operation, body) => {
    const server = await startServer();
    const { id } = await addUser(server, { phone, phone_verified: 1 });
    await server.call(operation, { body });
    await server.call(operation, { body: { ...body, phone: '13900139000' } });
    expect(await entries(server)).toMatchObject([
      { event: 'login_failed', user_id: id, method: 'sms', operation },
      { event: 'login_failed', user_id: null, method: 'sms', operation },
    ]);
  });

  it('wrong codes to verifyPhone: each is in the audit trail, with the user who tries', async () => {
    const server = await startServer();
    const { id, token } = await addUser(server);
    await server.call('verifyPhone', { token, body: { phone, code: '000000' } });
    expect(await entries(server)).toMatchObject([{ event: 'login_failed', user_id: id, method: 'sms', operation: 'verifyPhone' }]);
  });

  it('a changed openid or unionid of an identity: it is in the audit trail', async () => {
    const server = await startServer();
    const { user_info } = await server.login('wechat', 'mei');
    await server.store.updateTable('identities').set({ openid: 'of-another-app' }).execute();
    await server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'mei'), login_with_unionid: true } });
    expect(await entries(server)).toMatchObject([{ event: 'identity_renamed', user_id: user_info.id, method: 'wechat' }]);
  });

  it("a request with another request's id: audit trail and log have the server's id too", async () => {
    const server = await startServer();
    const given = { 'X-Request-Id': 'another-requests-id' };
    const body = { username: 'unknown', password: 'wrong' };
    for (const headers of [given, given, {}]) await server.call('loginByUsername', { body, headers });
    const [first, second, third] = await entries(server);
    expect([first?.request_id, second?.request_id]).toEqual(['another-requests-id', 'another-requests-id']);
    expect(new Set([first?.own_request_id, second?.own_request_id]).size).toBe(2);
    expect(third).toMatchObject({ request_id: expect.stringMatching(/^[\w-]{36}$/), own_request_id: null });
    const logged = server.logLines().flatMap(({ own_request_id }) => own_request_id ?? []);
    expect(logged).toEqual([first?.own_request_id, second?.own_request_id]);
  });
});
