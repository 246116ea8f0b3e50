import { describe, expect, it } from 'vitest';
import { banUser, unbanUser } from '../../../server/accounts/bans.ts';
import { tombstones } from '../../../server/accounts/userState.ts';
import { lockUser } from '../../../server/accounts/users.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import type { UserState } from '../../../server/store/schema.ts';
import { loginNames, password } from '../../support/accounts.ts';
import { operationOn, phonePlatforms, platformNames } from '../../support/platforms.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const ban = (server: TestServer, id: number, until: number | null = null) =>
  inTransaction(server.tenant, async (tx) => banUser(tx, await lockUser(tx, id), { reason: 'spam', until }));
const unban = (server: TestServer, id: number) => inTransaction(server.tenant, async (tx) => unbanUser(tx, await lockUser(tx, id)));
const setState = (server: TestServer, id: number, state: UserState) =>
  server.store.updateTable('users').set({ state }).where('id', '=', id).execute();
const refused = { status: 403, body: { code: 'user_banned' } };

describe('a banned user', () => {
  it('loses every session at once, and has it back once the ban is lifted', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'mei');
    const calls = async () => [
      await server.call('getMe', { token }),
      await server.call('getUser', { token, userId: user_info.id }),
      await server.call('updateUser', { token, body: { nickname: 'Mei' } }),
      await server.call('linkQq', { token, body: { code: await server.codeFor('qq', 'mei') } }),
      await server.call('listUsers', { token }),
      await server.call('registerByUsername', { token, body: { username: 'Another', password } }),
    ];
    await ban(server, user_info.id);
    for (const reply of await calls()) expect(reply).toMatchObject(refused);
    await unban(server, user_info.id);
    expect((await calls()).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 201]);
  });

  it.each(platformNames)('cannot log in on %s, which opens no session', async (platform) => {
    const server = await startServer();
    const { id } = (await server.login(platform, 'mei')).user_info;
    await ban(server, id);
    const count = async () => (await server.store.selectFrom('sessions').select('id').execute()).length;
    const before = await count();
    const code = () => server.codeFor(platform, 'mei');
    expect(await server.call(operationOn('silentLogin', platform), { body: { code: await code() } })).toMatchObject(refused);
    const profile = { code: await code(), ...(await server.granted('profile', platform, 'mei')) };
    expect(await server.call(operationOn('authorizedLogin', platform), { body: profile })).toMatchObject(refused);
    if (phonePlatforms.includes(platform)) {
      const login = await code();
      const { code: phone_code, ...sealed } = await server.granted('phone', platform, 'mei');
      const body = { ...sealed, phone_code, code: login };
      expect(await server.call(operationOn('phoneLogin', platform), { body })).toMatchObject(refused);
    }
    expect(await count()).toBe(before);
    await server.services.audit.flush();
    const failed = server.store.selectFrom('audit_entries').select('error_code').where('event', '=', 'login_failed');
    expect(new Set((await failed.execute()).map(({ error_code }) => error_code))).toEqual(new Set(['user_banned']));
  });

  it.each(loginNames)('cannot log in by $kind with the right password, and does not learn of the ban with a wrong one', async (names) => {
    const { kind, name, register, login } = names;
    const server = await startServer();
    const { body } = await server.call(register, { body: { [kind]: name, password } });
    await ban(server, body.id);
    expect(await server.call(login, { body: { [kind]: name, password } })).toMatchObject(refused);
    expect(await server.call(login, { body: { [kind]: name, password: 'wrong' } })).toMatchObject({
      body: { code: 'credentials_invalid' },
    });
    await server.services.audit.flush();
    const entries = await server.store
      .selectFrom('audit_entries')
      .select(['user_id', 'error_code'])
      .where('event', '=', 'login_failed')
      .execute();
    expect(entries).toContainEqual({ user_id: body.id, error_code: 'user_banned' });
  });

  it('cannot log in by SMS code', async () => {
    const server = await startServer();
    const phone = '13800138000';
    const { id } = await addUser(server, { phone, phone_verified: 1 });
    await ban(server, id);
    await server.call('sendSmsCode', { body: { phone } });
    expect(await server.call('loginBySmsCode', { body: { phone, code: await server.smsCodeTo(phone) } })).toMatchObject(refused);
  });

  it('learns the end of the ban, and is no longer banned from then on', async () => {
    let now = 1_800_000_000;
    const server = await startServer({ now: () => now });
    const { token, user_info } = await server.login('qq', 'mei');
    await ban(server, user_info.id, now + 60);
    expect((await server.call('getMe', { token })).body.error_msg).toBe('This user is banned until 2027-01-15T08:01:00.000Z.');
    now += 59;
    expect(await server.call('getMe', { token })).toMatchObject(refused);
    now += 1;
    expect((await server.call('getMe', { token })).status).toBe(200);
    expect((await server.login('qq', 'mei')).user_info.id).toBe(user_info.id);
  });

  it('sees no reason in any answer', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('qq', 'mei');
    await ban(server, user_info.id);
    expect(JSON.stringify((await server.call('getMe', { token })).body)).not.toContain('spam');
    await unban(server, user_info.id);
    expect(JSON.stringify((await server.call('getMe', { token })).body)).not.toContain('spam');
  });
});

describe.each(tombstones)('a user who is %s', (state) => {
  it('has no session, and is in no list and no answer', async () => {
    const server = await startServer();
    const { id, token } = await addUser(server, { nickname: 'Mei' });
    const other = await addUser(server, { nickname: 'Larry' });
    await setState(server, id, state);
    expect(await server.call('getMe', { token })).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
    const list = await server.call('listUsers', { token: other.token, query: { return_total_count: '1' } });
    expect(list.body.objects.map((user: { id: number }) => user.id)).toEqual([other.id]);
    expect(list.body.meta.total_count).toBe(1);
  });
});

it('a closed user is not found', async () => {
  const server = await startServer();
  const { id } = await addUser(server, { nickname: 'Mei' });
  const { token } = await addUser(server);
  await setState(server, id, 'closed');
  expect(await server.call('getUser', { token, userId: id })).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
});

describe('a session', () => {
  it('records its last use once an hour, and the network that it came from', async () => {
    let now = 1_800_000_000;
    const server = await startServer({ now: () => now, trustProxy: 1 });
    const { token } = await server.login('wechat', 'mei');
    const use = async (seconds: number, address: string) => {
      now += seconds;
      await server.call('getMe', { token, headers: { 'X-Forwarded-For': address } });
      await server.services.background.settled();
      return server.store.selectFrom('sessions').select(['last_used_at', 'address']).executeTakeFirstOrThrow();
    };
    expect(await use(3599, '203.0.113.7')).toEqual({ last_used_at: 1_800_000_000, address: '127.0.0.0/24' });
    expect(await use(1, '203.0.113.7')).toEqual({ last_used_at: 1_800_003_600, address: '203.0.113.0/24' });
    expect(await use(3599, '2001:db8:1:2::3')).toEqual({ last_used_at: 1_800_003_600, address: '203.0.113.0/24' });
    expect(await use(1, '2001:db8:1:2::3')).toEqual({ last_used_at: 1_800_007_200, address: '2001:db8:1::/48' });
  });
});

it("getMe shows the session's user as getUser does", async () => {
  const server = await startServer();
  const { token, user_info } = await server.login('wechat', 'mei');
  const { body } = await server.call('getUser', { token, userId: user_info.id });
  expect(await server.call('getMe', { token })).toMatchObject({ status: 200, body });
  expect(await server.call('getMe')).toMatchObject({ status: 401, body: { code: 'session_required' } });
});
