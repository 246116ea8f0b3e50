import { expect, it } from 'vitest';
import { phoneNumberOf } from '../../../server/accounts/phoneNumber.ts';
import { closeDueAccounts } from '../../../server/process/closures.ts';
import type { Schema } from '../../../server/store/schema.ts';
import { password, registerEmail } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { mergeAnother } from '../../support/merging.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const { signal } = new AbortController();
const start = 1_800_000_000;
const week = 7 * 86_400;
const closeDue = ({ store, services }: TestServer, at: number) => closeDueAccounts({ ...services, store, now: () => at }, at, signal);
const phone = phoneNumberOf('13800138000');

/** A user who has something in every table. */
async function startWithMuch() {
  const clock = { time: start };
  const server = await startServer({ now: () => clock.time, trustProxy: 1 });
  const { token, id } = await registerEmail(server, 'mei@example.com');
  await server.call('updateUser', {
    token,
    body: { nickname: 'Mei', avatar: 'https://img.example.com/mei.png', city: 'Huizhou', colour: 'jade' },
  });
  await server.call('updateAccount', { token, body: { username: 'Mei' } });
  await server.call('sendVerificationEmail', { token });
  await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', 'mei') } });
  await server.call('sendSmsCode', { body: { phone } });
  await server.call('verifyPhone', { token, body: { phone, code: await server.smsCodeTo(phone) } });
  clock.time += 60;
  await server.call('sendSmsCode', { body: { phone } });
  await server.call('requestClosure', { token });
  await server.services.background.settled();
  return { clock, server, token, id };
}

const tables = ['users', 'login_names', 'login_claims', 'identities', 'sessions', 'sms_codes', 'mail_links', 'audit_entries'] as const;
const everything = async ({ store }: TestServer) => {
  const rows = await Promise.all(tables.map((table: keyof Schema) => store.selectFrom(table).selectAll().execute()));
  return Object.fromEntries(tables.map((table, place) => [table, rows[place] ?? []]));
};

it('closing leaves a tombstone without personal data, and an audit trail without addresses', async () => {
  const { clock, server, token, id } = await startWithMuch();
  await auditOf(server);
  const due = clock.time + week;
  await closeDue(server, due - 1);
  expect((await server.call('getMe', { token })).status).toBe(200);
  clock.time = due;
  await closeDue(server, due);
  expect((await server.call('getMe', { token })).status).toBe(401);
  expect(await readUser(server, id)).toMatchObject({ state: 'closed', closing_at: due });
  await closeDue(server, due + 60);

  const { users, audit_entries, ...others } = await everything(server);
  expect(others).toEqual({ login_names: [], login_claims: [], identities: [], sessions: [], sms_codes: [], mail_links: [] });
  expect(users).toHaveLength(1);
  const shown = Object.entries(users?.[0] ?? {}).filter(([, value]) => value !== null && value !== 0);
  expect(Object.fromEntries(shown)).toEqual({
    tenant_id: 'sandbox',
    id,
    created_at: start,
    updated_at: expect.any(Number),
    fields: '{}',
    state: 'closed',
  });
  const own = (audit_entries ?? []).filter((row) => 'user_id' in row && row.user_id === id);
  expect(own.map((row) => 'event' in row && row.event)).toEqual(expect.arrayContaining(['registered', 'identity_linked', 'user_closed']));
  for (const row of own) expect(row).toMatchObject({ ip: null, request_id: null, own_request_id: null });
  expect(JSON.stringify([users, own])).not.toMatch(/mei|jade|Huizhou|13800138000/i);
});

it('closing frees the number, the address, the username and the platform account for a new user', async () => {
  const { clock, server, id } = await startWithMuch();
  clock.time += week;
  await closeDue(server, clock.time);
  const login = { body: { email: 'mei@example.com', password } };
  expect(await server.call('loginByEmail', login)).toMatchObject({ body: { code: 'credentials_invalid' } });
  await server.call('sendSmsCode', { body: { phone } });
  const bySms = await server.call('loginBySmsCode', { body: { phone, code: await server.smsCodeTo(phone) } });
  const byName = await server.call('registerByUsername', { body: { username: 'MEI', password } });
  const byMail = await server.call('registerByEmail', { body: { email: 'mei@example.com', password } });
  const onWechat = await server.login('wechat', 'mei');
  expect([bySms.status, byName.status, byMail.status]).toEqual([201, 201, 201]);
  const ids = [bySms.body.id, byName.body.id, byMail.body.id, onWechat.user_info.id];
  expect(new Set([id, ...ids]).size).toBe(5);
  expect(await server.call('getUser', { token: onWechat.token, userId: id })).toMatchObject({ status: 404 });
});

it('an account whose closure was cancelled is not closed', async () => {
  const { clock, server, token } = await startWithMuch();
  await server.call('cancelClosure', { token });
  clock.time += week;
  await closeDue(server, clock.time);
  expect((await server.login('wechat', 'mei')).user_info.nickname).toBe('Mei');
});

it('a banned user is closed when the time has come', async () => {
  const { clock, server, id } = await startWithMuch();
  await server.store.updateTable('users').set({ state: 'banned' }).execute();
  clock.time += week;
  await closeDue(server, clock.time);
  expect(await readUser(server, id)).toMatchObject({ state: 'closed', banned_until: null });
});

it('more accounts and audit entries than one batch are closed by several processes at once', async () => {
  const server = await startServer({ now: () => start });
  const users = await Promise.all(Array.from({ length: 45 }, () => addUser(server, { state: 'closing', closing_at: start })));
  const entry = {
    tenant_id: 'sandbox',
    event: 'login' as const,
    method: null,
    operation: 'x',
    request_id: null,
    user_id: users[0]?.id ?? 0,
  };
  for (const at of [1, 2, 3]) {
    const rows = Array.from({ length: 400 }, (_, id) => ({ ...entry, at, id: id + 1, ip: '203.0.113.7' }));
    await server.store.insertInto('audit_entries').values(rows).execute();
  }
  await Promise.all([closeDue(server, start), closeDue(server, start), closeDue(server, start)]);
  await Promise.all([closeDue(server, start + 60), closeDue(server, start + 60)]);
  const states = await server.store.selectFrom('users').select(['state', 'closing_at']).distinct().execute();
  expect(states).toEqual([{ state: 'closed', closing_at: null }]);
  expect(await server.store.selectFrom('audit_entries').select('id').where('ip', 'is not', null).execute()).toEqual([]);
  const closed = await server.store.selectFrom('audit_entries').select('user_id').where('event', '=', 'user_closed').execute();
  expect(closed).toHaveLength(45);
});

it('logins, links and claims during the closing of the account: no personal data is left with the tombstone', {
  tags: 'fault',
}, async () => {
  const server = await startServer({ rateLimited: false, configure: (app) => ({ ...app, closure_grace_days: 0 }) });
  for (let round = 0; round < 10; round++) {
    const number = phoneNumberOf(`1390013900${round}`);
    const email = `mei${round}@example.com`;
    const { id, token } = await addUser(server, { phone: number, phone_verified: 1, email, email_verified: 1 });
    const login = await server.call('registerByUsername', { body: { username: `mei${round}`, password } });
    await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', `mei${round}`) } });
    await server.call('sendSmsCode', { body: { phone: number } });
    const sms = await server.smsCodeTo(number);
    const [wechat, qq] = [await server.codeFor('wechat', `mei${round}`), await server.codeFor('qq', `mei${round}`)];
    const replies = await Promise.all([
      server.call('silentLoginWechat', { body: { code: wechat } }),
      server.call('linkQq', { token, body: { code: qq } }),
      server.call('requestClosure', { token }),
      server.call('loginBySmsCode', { body: { phone: number, code: sms } }),
      server.call('updateAccount', { token, body: { username: `other${round}` } }),
      server.call('updateUser', { token, body: { nickname: 'Mei' } }),
      server.call('updateProfileWechatV25', { token, body: { nickName: 'Mei' } }),
    ]);
    expect(login.status).toBe(201);
    // A code that was sent to the closed account is deleted with it.
    for (const { status } of replies) expect([200, 201, 400, 401]).toContain(status);
    expect(replies[2]?.status).toBe(200);
    expect(await readUser(server, id)).toMatchObject({ state: 'closed', nickname: null, username: null, phone: null, email: null });
    for (const table of ['identities', 'login_names', 'login_claims', 'sessions'] as const) {
      expect(await server.store.selectFrom(table).select('user_id').where('user_id', '=', id).execute()).toEqual([]);
    }
  }
});

it('an account that was merged is closed with the user who took it in: its trail, too, and only its ids stay', async () => {
  const { clock, server, token, id } = await startWithMuch();
  await server.call('cancelClosure', { token });
  const merged = await mergeAnother(server, token, 'Larry');
  await server.store.updateTable('users').set({ legacy_id: 'old-7' }).where('id', '=', merged).execute();
  await server.call('requestClosure', { token });
  await auditOf(server);
  clock.time += week;
  await closeDue(server, clock.time);
  for (const _ of [1, 2]) await closeDue(server, clock.time + 60);
  for (const user of [id, merged]) {
    expect(await readUser(server, user)).toMatchObject({ state: 'closed', merged_into: null, closing_at: null });
    const trail = (await auditOf(server)).filter(({ user_id }) => user_id === user);
    expect(trail.map(({ ip }) => ip)).toEqual(trail.map(() => null));
    expect(trail.length).toBeGreaterThan(1);
  }
  expect(await readUser(server, merged)).toMatchObject({ legacy_id: 'old-7' });
  const stranger = await addUser(server);
  expect(await server.call('getUser', { token: stranger.token, userId: merged })).toMatchObject({ status: 404 });
});
