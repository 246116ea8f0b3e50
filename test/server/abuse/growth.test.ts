// @module-tag fault
import { describe, expect, it } from 'vitest';
import { openSession } from '../../../server/accounts/sessions.ts';
import { perishables, removeWorthless } from '../../../server/process/cleanup.ts';
import { loginNames, password } from '../../support/accounts.ts';
import { adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { from, startLimited } from '../../support/limits.ts';
import { countRows } from '../../support/rows.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const start = 1_800_000_000;
const month = 2_592_000;
const clean = ({ services }: TestServer, at: number) =>
  removeWorthless(services, perishables({ auditDays: 180 }), at, new AbortController().signal);

/** Data that an anonymous user may leave, each alone. */
const data = [{ level: 7 }, { nickname: 'Larry' }, { gender: 1 }, { city: 'Huizhou' }];

describe('growth of the store', () => {
  it('anonymous users who log out: deleted with their sessions, unless they have data', async () => {
    const server = await startServer();
    for (const body of [undefined, ...data]) {
      const { token } = (await server.call('loginAnonymously')).body;
      if (body) expect((await server.call('updateUser', { token, body })).status).toBe(200);
      expect((await server.call('logout', { token })).status).toBe(201);
      expect((await server.call('logout', { token })).status).toBe(401);
    }
    expect(await countRows(server)).toEqual({ users: data.length, identities: 0, sessions: 0 });
  });

  it('anonymous users whose sessions expire: deleted with them, by the thousand, and no one else', async () => {
    const server = await startServer({ now: () => start, rateLimited: false });
    const anonymous = Array.from({ length: 1200 }, () => server.call('loginAnonymously'));
    const kept = (await Promise.all(anonymous)).at(-1)?.body;
    await server.call('updateUser', { token: kept.token, body: { level: 1 } });
    await server.login('wechat', 'larry');
    await server.call('registerByUsername', { body: { username: 'Mei', password } });
    await clean(server, start + month);
    expect(await countRows(server)).toEqual({ users: 3, identities: 1, sessions: 0 });
    const left = await server.store.selectFrom('users').select('id').where('is_anonymous', '=', 1).execute();
    expect(left).toEqual([{ id: kept.id }]);
  });

  it('an anonymous user whom an operator logs out: deleted', async () => {
    const database = await createDatabase();
    const server = await startServer({ database });
    const { id } = (await server.call('loginAnonymously')).body;
    await adminJson(['revoke-sessions', '--app', 'sandbox', '--user', String(id)], { DATABASE_URL: database });
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });

  it('an anonymous user who registers: the same user, even after all sessions have ended', async () => {
    const server = await startServer({ now: () => start });
    const anonymous = (await server.call('loginAnonymously')).body;
    const { status, body } = await server.call('registerByUsername', { token: anonymous.token, body: { username: 'Mei', password } });
    expect([status, body.id]).toEqual([201, anonymous.id]);
    await server.call('logout', { token: body.token });
    await clean(server, start + month);
    expect(await countRows(server)).toEqual({ users: 1, identities: 0, sessions: 0 });
  });

  it('a concurrent write and logout of an anonymous user: 200 and stored, or 401 and deleted', async () => {
    const server = await startServer();
    for (let round = 0; round < 10; round++) {
      const { token, id } = (await server.call('loginAnonymously')).body;
      const [written] = await Promise.all([server.call('updateUser', { token, body: { level: 1 } }), server.call('logout', { token })]);
      const user = await server.store.selectFrom('users').select('fields').where('id', '=', id).executeTakeFirst();
      expect([written.status, user?.fields]).toEqual(written.status === 200 ? [200, '{"level":1}'] : [401, undefined]);
    }
  });

  it.each([
    ...loginNames.map(
      ({ login, kind, name }) => [login, async (server: TestServer) => server.call(login, { body: { [kind]: name, password } })] as const,
    ),
    [
      'loginBySmsCode',
      async (server: TestServer) => {
        await server.call('sendSmsCode', { body: { phone: '13900139000' } });
        return server.call('loginBySmsCode', { body: { phone: '13900139000', code: await server.smsCodeTo('13900139000') } });
      },
    ],
    ...(['silentLoginWechat', 'silentLoginQq', 'silentLoginBaidu', 'silentLoginKuaishou', 'silentLoginJd'] as const).map(
      (login) =>
        [
          login,
          async (server: TestServer) =>
            server.call(login, { body: { code: await server.codeFor(login.slice(11).toLowerCase(), 'larry') } }),
        ] as const,
    ),
  ] as const)('a hundred and one sessions of one user, the last by %s: the oldest is over, and no other', async (_operation, logIn) => {
    const clock = { time: start };
    const server = await startServer({ now: () => clock.time, rateLimited: false });
    for (const { register, kind, name } of loginNames) await server.call(register, { body: { [kind]: name, password } });
    const { token: first, id = 0, user_info } = (await logIn(server)).body;
    const userId = id || user_info.id;
    const others = [];
    while (others.length < 99) others.push(await openSession(server.tenant, userId, null));
    const asks = async (token: string) => (await server.call('getUser', { token, userId })).status;
    // The registration opened an older session, which is evicted first.
    clock.time += 60;
    const present = await server.store.selectFrom('sessions').select('token_hash').where('user_id', '=', userId).execute();
    expect(present).toHaveLength(100);
    expect(await asks(first)).toBe(200);
    const { token: last } = (await logIn(server)).body;
    expect([await asks(first), await asks(others[0]?.token ?? ''), await asks(last)]).toEqual([401, 200, 200]);
    expect(await server.store.selectFrom('sessions').select('token_hash').where('user_id', '=', userId).execute()).toHaveLength(100);
  });

  it.each(loginNames)('right passwords of one account from one address by $kind: 20 a minute, then 429 until the minute is over', async ({
    kind,
    name,
    register,
    login,
  }) => {
    const { server, clock } = await startLimited({ login_account_ip: { limit: 3 } });
    await server.call(register, { body: { [kind]: name, password } });
    const logIn = (headers = {}) => server.call(login, { body: { [kind]: name, password }, headers });
    for (let round = 0; round < 3; round++) expect((await logIn()).status).toBe(201);
    clock.time += 10;
    const refused = await logIn();
    expect([refused.status, refused.body.code, refused.headers.get('Retry-After')]).toEqual([429, 'rate_limited', '50']);
    expect((await logIn(from('203.0.113.7'))).status).toBe(201);
    clock.time += 50;
    expect((await logIn()).status).toBe(201);
  });

  it('default limits: 20 logins to one account from one address and 120 writes of one user a minute', async () => {
    const { app } = await startServer();
    expect(app.rate_limits).toMatchObject({
      login_account_ip: { limit: 20, seconds: 60 },
      update_user: { limit: 120, seconds: 60 },
      update_ip: { limit: 3000, seconds: 60 },
    });
  });

  it('endless writes of user data: 429 by user, and by address for any number of users', async () => {
    const { server } = await startLimited({ update_user: { limit: 2 }, update_ip: { limit: 5 } });
    const write = async (token: string) => (await server.call('updateUser', { token, body: { level: 1 } })).status;
    const tokens = [];
    while (tokens.length < 3) tokens.push((await server.call('loginAnonymously')).body.token);
    const statuses = [];
    for (const token of tokens) for (let round = 0; round < 3; round++) statuses.push(await write(token));
    expect(statuses).toEqual([200, 200, 429, 200, 200, 429, 200, 429, 429]);
  });
});
