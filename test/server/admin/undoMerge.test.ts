import { expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { auditOf } from '../../support/audit.ts';
import { createDatabase } from '../../support/database.ts';
import { mergeWith, ticketFor } from '../../support/merging.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const undo = (id: number) => ['undo-merge', '--app', 'sandbox', '--user', String(id)];

async function start(): Promise<{ server: TestServer; env: { DATABASE_URL: string } }> {
  const DATABASE_URL = await createDatabase();
  return { server: await startServer({ database: DATABASE_URL }), env: { DATABASE_URL } };
}

const login = (server: TestServer, username: string, word = password) =>
  server.call('loginByUsername', { body: { username, password: word } });
const link = async (server: TestServer, token: string, person: string) =>
  server.call('linkQq', { token, body: { code: await server.codeFor('qq', person) } });
/** All rows that a merge touches, as they are. */
const rowsOf = async ({ store }: TestServer) => ({
  users: (await store.selectFrom('users').selectAll().orderBy('id').execute()).map(({ updated_at, ...row }) => row),
  names: await store.selectFrom('login_names').selectAll().orderBy('value').execute(),
  claims: await store.selectFrom('login_claims').selectAll().orderBy('value').orderBy('user_id').execute(),
  identities: await store.selectFrom('identities').selectAll().orderBy('openid').execute(),
});

it('gives both accounts back what they had', async () => {
  const { server, env } = await start();
  const [mine, theirs] = [await registerUser(server, 'Mei'), await registerUser(server, 'Larry')];
  await link(server, mine.token, 'mei');
  await link(server, theirs.token, 'larry');
  await server.call('updateAccount', { token: theirs.token, body: { email: 'larry@example.com', phone: '13800138000' } });
  await server.call('updateAccount', { token: mine.token, body: { email: 'mei@example.com' } });
  await server.call('updateUser', { token: theirs.token, body: { nickname: 'Larry', points: 2, other: [1] } });
  await server.call('updateUser', { token: mine.token, body: { nickname: 'Mei', points: 1 } });
  const before = await rowsOf(server);
  const ticket = await ticketFor(server, mine.token, { username: 'larry', password });
  const chosen = {
    username: 'theirs',
    password: 'theirs',
    email: 'theirs',
    'fields.points': 'theirs',
    'identities.qq.sandbox-qq': 'theirs',
  };
  expect((await mergeWith(server, mine.token, ticket, chosen)).body).toMatchObject({ _username: 'Larry', points: 2 });

  const report = await adminJson(undo(theirs.id), env);
  expect(report).toEqual({
    restored: theirs.id,
    survivor: mine.id,
    changed_since: [],
    can_log_in: { restored: true, survivor: true },
  });
  expect(await rowsOf(server)).toEqual(before);
  expect((await server.call('getMe', { token: mine.token })).status).toBe(401);
  expect((await login(server, 'Mei')).body.id).toBe(mine.id);
  expect((await login(server, 'Larry')).body.id).toBe(theirs.id);
  expect((await server.login('qq', 'larry')).user_info.id).toBe(theirs.id);
  const undone = (await auditOf(server)).filter(({ event }) => event === 'merge_undone');
  expect(undone.map(({ user_id }) => user_id).toSorted()).toEqual([mine.id, theirs.id].toSorted());
  expect(await admin(undo(theirs.id), env)).toMatchObject({ code: 1, errors: expect.stringContaining('nothing can be undone') });
});

it('leaves and reports what was changed since: an identity that was linked elsewhere, a name that is taken, fields', async () => {
  const { server, env } = await start();
  const [mine, theirs] = [await registerUser(server, 'Mei'), await registerUser(server, 'Larry')];
  await link(server, theirs.token, 'larry');
  await server.call('updateUser', { token: theirs.token, body: { city: 'Huizhou', points: 2 } });
  await mergeWith(server, mine.token, await ticketFor(server, mine.token, { username: 'larry', password }));
  // The name is free and taken by a stranger; the identity goes to another user, and the fields change.
  const stranger = await server.call('registerByUsername', { body: { username: 'larry', password } });
  await server.store.updateTable('identities').set({ user_id: stranger.body.id }).execute();
  await server.call('updateUser', { token: mine.token, body: { city: 'Shenzhen', points: 9 } });

  const report = await adminJson(undo(theirs.id), env);
  expect(report.changed_since.toSorted()).toEqual(['city', 'fields.points', 'identities.qq.sandbox-qq', 'username']);
  expect(report.can_log_in).toEqual({ restored: false, survivor: true });
  const { body } = await login(server, 'Mei');
  expect(body).toMatchObject({ id: mine.id, city: 'Shenzhen', points: 9 });
  expect((await login(server, 'Larry')).body.id).toBe(stranger.body.id);
  expect((await server.login('qq', 'larry')).user_info.id).toBe(stranger.body.id);
  const { body: seen } = await server.call('getUser', { token: body.token, userId: theirs.id });
  expect(seen.id).toBe(theirs.id);
});

it('undoes the first of a chain of merges, and then the second', async () => {
  const { server, env } = await start();
  const [a, b, c] = [await registerUser(server, 'Ann'), await registerUser(server, 'Bea'), await registerUser(server, 'Cyd')];
  await link(server, a.token, 'ann');
  await mergeWith(server, b.token, await ticketFor(server, b.token, { username: 'ann', password }));
  await mergeWith(server, c.token, await ticketFor(server, c.token, { username: 'bea', password }));
  expect(await adminJson(undo(a.id), env)).toMatchObject({ restored: a.id, survivor: c.id });
  expect((await server.login('qq', 'ann')).user_info.id).toBe(a.id);
  expect((await login(server, 'Ann')).body.id).toBe(a.id);
  expect(await adminJson(undo(b.id), env)).toMatchObject({ restored: b.id, survivor: c.id });
  for (const [user, name] of [
    [a, 'Ann'],
    [b, 'Bea'],
    [c, 'Cyd'],
  ] as const) {
    const { body } = await login(server, name);
    expect(body.id).toBe(user.id);
    expect(body).not.toHaveProperty('merged_from');
  }
});

it('undoes the second of a chain of merges, whose first goes back with it', async () => {
  const { server, env } = await start();
  const [a, b, c] = [await registerUser(server, 'Ann'), await registerUser(server, 'Bea'), await registerUser(server, 'Cyd')];
  await mergeWith(server, b.token, await ticketFor(server, b.token, { username: 'ann', password }));
  await mergeWith(server, c.token, await ticketFor(server, c.token, { username: 'bea', password }));
  await adminJson(undo(b.id), env);
  const { body } = await login(server, 'Bea');
  expect(body).toMatchObject({ id: b.id, merged_from: [a.id] });
  expect((await server.call('getUser', { token: body.token, userId: a.id })).body.id).toBe(b.id);
  expect(await adminJson(undo(a.id), env)).toMatchObject({ restored: a.id, survivor: b.id });
});

it('is refused after seven days, when the snapshot is no longer stored', async () => {
  const { server, env } = await start();
  const [mine, theirs] = [await registerUser(server, 'Mei'), await registerUser(server, 'Larry')];
  await mergeWith(server, mine.token, await ticketFor(server, mine.token, { username: 'larry', password }));
  const [row] = await server.store.selectFrom('merges').selectAll().execute();
  expect(row?.snapshot).not.toContain('Larry');
  await server.store
    .updateTable('merges')
    .set({ merged_at: (row?.merged_at ?? 0) - 7 * 86_400 })
    .execute();
  expect(await admin(undo(theirs.id), env)).toMatchObject({ code: 1, errors: expect.stringContaining('nothing can be undone') });
});
