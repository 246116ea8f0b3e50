// @module-tag fault
import { describe, expect, it } from 'vitest';
import { phoneNumberOf } from '../../../server/accounts/phoneNumber.ts';
import { password } from '../../support/accounts.ts';
import { altering } from '../../support/platformReplies.ts';
import { startServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

/** A server on which all WeChat users have the same unionid. */
const startWithOneUnionid = () =>
  startServer({ rateLimited: false, fetch: altering('/sns/jscode2session', (reply) => ({ ...reply, unionid: 'one-person' })) });

describe('races', () => {
  it('concurrent first logins with one unionid and many openids: one user', async () => {
    const server = await startWithOneUnionid();
    for (let round = 0; round < 10; round++) {
      const codes = await Promise.all(['a', 'b', 'c'].map((person) => server.codeFor('wechat', `${person}${round}`)));
      const replies = await Promise.all(
        codes.map((code) => server.call('silentLoginWechat', { body: { code, login_with_unionid: true } })),
      );
      expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(new Set(replies.map(({ body }) => body.user_info.id)).size).toBe(1);
    }
    expect(await server.store.selectFrom('users').select('id').execute()).toHaveLength(1);
  });

  it('concurrent profiles of one identity: no field is lost', async () => {
    const server = await startServer({ rateLimited: false });
    const { token, user_info } = await server.login('wechat', 'mei');
    for (let round = 0; round < 10; round++) {
      await server.store.updateTable('identities').set({ profile: '{}' }).execute();
      const fields = [{ city: 'Huizhou' }, { province: 'Guangdong' }, { country: 'China' }];
      const replies = await Promise.all(fields.map((body) => server.call('updateProfileWechatV25', { token, body })));
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
      const { body } = await server.call('getUser', { token, userId: user_info.id });
      expect(body._provider.wechat).toMatchObject(Object.assign({}, ...fields));
    }
  });

  it('a number that is claimed by registrations while it is verified: no claim remains', async () => {
    const server = await startServer({ rateLimited: false });
    for (let round = 0; round < 5; round++) {
      const phone = phoneNumberOf(`1380013800${round}`);
      const owner = await addUser(server, { phone });
      await server.call('sendSmsCode', { body: { phone } });
      const body = { code: await server.smsCodeTo(phone) };
      const register = () => server.call('registerByPhone', { body: { phone, password } });
      const replies = await Promise.all([register(), register(), server.call('verifyPhone', { token: owner.token, body }), register()]);
      expect(replies[2]?.status).toBe(200);
      const claims = await server.store.selectFrom('login_claims').selectAll().where('value', '=', phone).execute();
      const shown = await server.store.selectFrom('users').select('id').where('phone', '=', phone).execute();
      expect([claims, shown]).toEqual([[], [{ id: owner.id }]]);
    }
  });

  it('two users who verify one number at the same time: one has it, the other gets an error', async () => {
    const server = await startServer({ rateLimited: false });
    const phone = phoneNumberOf('13800138000');
    const users = await Promise.all([1, 2, 3, 4].map(() => addUser(server)));
    await server.call('sendSmsCode', { body: { phone } });
    const body = { phone, code: await server.smsCodeTo(phone) };
    const replies = await Promise.all(users.map(({ token }) => server.call('verifyPhone', { token, body })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    const rows = await Promise.all(users.map(({ id }) => readUser(server, id)));
    expect(rows.filter((row) => row.phone_verified === 1)).toHaveLength(1);
  });

  it('removing all names of an account at the same time: one of them stays', async () => {
    const server = await startServer({ rateLimited: false });
    for (let round = 0; round < 8; round++) {
      const ways = { username: `mei${round}`, email: `mei${round}@example.com`, email_verified: 1, password_hash: 'any' } as const;
      const { id, token } = await addUser(server, { ...ways, phone: `1380013810${round}`, phone_verified: 1 });
      const changes = [{ username: null }, { email: null }, { phone: null }, { username: null, email: null }, { email: null, phone: null }];
      const replies = await Promise.all(changes.map((body) => server.call('updateAccount', { token, body })));
      expect(replies.filter(({ status, body }) => status !== 200 && body.code !== 'last_way_in')).toEqual([]);
      const { username, email, phone } = await readUser(server, id);
      expect([username, email, phone].filter((name) => name !== null).length).toBeGreaterThan(0);
    }
  });

  it('a number that changes hands while its owner removes the only other way to log in: one of the two is refused', async () => {
    const server = await startServer({ rateLimited: false });
    for (let round = 0; round < 8; round++) {
      const phone = phoneNumberOf(`1380013820${round}`);
      const owner = await addUser(server, { username: `old${round}`, password_hash: 'any', phone, phone_verified: 1 });
      const newcomer = await addUser(server, { username: `new${round}`, password_hash: 'any' });
      await server.call('sendSmsCode', { body: { phone } });
      const code = await server.smsCodeTo(phone);
      const replies = await Promise.all([
        server.call('updateAccount', { token: owner.token, body: { username: null } }),
        server.call('verifyPhone', { token: newcomer.token, body: { phone, code } }),
      ]);
      expect(replies.map(({ body }) => body.code ?? 'done').filter((code) => code !== 'done')).toEqual([
        expect.stringMatching(/^(last_way_in|phone_sole_login)$/),
      ]);
      const left = await readUser(server, owner.id);
      expect([left.username, left.phone]).not.toEqual([null, null]);
      const names = await server.store.selectFrom('login_names').select('kind').where('user_id', '=', owner.id).execute();
      expect(names).toHaveLength(1);
    }
  });

  it('a first password that is set twice at the same time: one is set, the other is refused', async () => {
    const server = await startServer({ rateLimited: false });
    for (let round = 0; round < 3; round++) {
      const { id, token } = await addUser(server, { username: `ann${round}` });
      const chosen = ['plum-rain-june', 'staple-battery-9'];
      const replies = await Promise.all(chosen.map((new_password) => server.call('updateAccount', { token, body: { new_password } })));
      expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 400]);
      const logins = await Promise.all(
        chosen.map((password) => server.call('loginByUsername', { body: { username: `ann${round}`, password } })),
      );
      expect(logins.map(({ status }) => status === 201)).toEqual(replies.map(({ status }) => status === 200));
      expect(logins.find(({ status }) => status === 201)?.body.id).toBe(id);
    }
  });
});
