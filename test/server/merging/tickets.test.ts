// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { adminJson } from '../../support/admin.ts';
import { auditOf } from '../../support/audit.ts';
import { createDatabase } from '../../support/database.ts';
import { from, startLimited } from '../../support/limits.ts';
import { mergeWith, ticketFor } from '../../support/merging.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const phone = '13800138000';
const larry = { username: 'Larry', password };
const invalid = { status: 400, body: { code: 'merge_ticket_invalid' } };

const preview = (server: TestServer, token: string, merge_ticket: string) => server.call('previewMerge', { token, body: { merge_ticket } });
/** Merges with a choice for all that two accounts with names and passwords disagree about. */
const merge = (server: TestServer, token: string, merge_ticket: string) =>
  server.call('mergeAccounts', { token, body: { merge_ticket, choices: { username: 'mine', password: 'mine' } } });

async function smsCode(server: TestServer, number = phone): Promise<string> {
  await server.call('sendSmsCode', { body: { phone: number } });
  return server.smsCodeTo(number);
}

/** Two accounts with names and passwords, and a ticket of the first for the second. */
async function withTicket(options = {}) {
  const server = await startServer(options);
  const [mine, theirs] = [await registerUser(server, 'Mei'), await registerUser(server, 'Larry')];
  return { server, mine, theirs, ticket: await ticketFor(server, mine.token, larry) };
}

describe('a ticket', () => {
  it('of another session is invalid, even of the same user', async () => {
    const { server, ticket } = await withTicket();
    const thief = await registerUser(server, 'Thief');
    const again = await server.call('loginByUsername', { body: { username: 'Mei', password } });
    for (const { token } of [thief, again.body]) {
      expect(await preview(server, token, ticket)).toMatchObject(invalid);
      expect(await merge(server, token, ticket)).toMatchObject(invalid);
      const other = await server.call('createMergeTicket', { token, body: { merge_ticket: ticket, password } });
      expect(other).toMatchObject(invalid);
    }
  });

  it('expires after ten minutes', async () => {
    const clock = { time: 1_800_000_000 };
    const { server, mine, ticket } = await withTicket({ now: () => clock.time });
    clock.time += 599;
    expect((await preview(server, mine.token, ticket)).status).toBe(200);
    clock.time += 1;
    expect(await preview(server, mine.token, ticket)).toMatchObject(invalid);
    expect(await merge(server, mine.token, ticket)).toMatchObject(invalid);
  });

  it('merges once, also if it is used twice at the same time', async () => {
    const { server, mine, ticket } = await withTicket();
    const replies = await Promise.all([merge(server, mine.token, ticket), merge(server, mine.token, ticket)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 400]);
    expect(await merge(server, mine.token, ticket)).toMatchObject(invalid);
  });

  it('stays valid after a refusal, and is replaced by a new one for the same account', async () => {
    const { server, mine, ticket } = await withTicket();
    const refused = await server.call('mergeAccounts', { token: mine.token, body: { merge_ticket: ticket } });
    expect(refused.body.errors.map(({ path }: { path: string }) => path)).toEqual(['/body/choices/username', '/body/choices/password']);
    const next = await ticketFor(server, mine.token, larry);
    expect(await merge(server, mine.token, ticket)).toMatchObject(invalid);
    expect((await merge(server, mine.token, next)).status).toBe(200);
  });

  it('is stored as a hash', async () => {
    const { server, ticket } = await withTicket();
    expect(Buffer.from(ticket, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(await server.store.selectFrom('merge_tickets').selectAll().execute())).not.toContain(ticket);
  });
});

describe('a merge ticket is invalid after its account', () => {
  it.each<[string, (server: TestServer, token: string) => Promise<unknown>]>([
    [
      'changed its password',
      (server, token) => server.call('updateAccount', { token, body: { password, new_password: 'another-long-one' } }),
    ],
    ['changed its username', (server, token) => server.call('updateAccount', { token, body: { username: 'Lars' } })],
    ['linked an identity', async (server, token) => server.call('linkQq', { token, body: { code: await server.codeFor('qq', 'larry') } })],
    ['claimed an address', (server, token) => server.call('updateAccount', { token, body: { email: 'larry@example.com' } })],
  ])('%s', async (_case, change) => {
    const { server, mine, theirs, ticket } = await withTicket();
    expect(await change(server, theirs.token)).toMatchObject({ status: 200 });
    expect(await preview(server, mine.token, ticket)).toMatchObject(invalid);
    expect(await merge(server, mine.token, ticket)).toMatchObject(invalid);
    expect(await readUser(server, theirs.id)).toMatchObject({ state: 'active', merged_into: null });
  });

  it('lost the identity that proved access, wherever the identity went', async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const [mine, theirs] = [await registerUser(server, 'Mei'), await server.login('qq', 'larry')];
    const { id } = await registerUser(server, 'Third');
    const { body } = await server.call('linkQq', { token: mine.token, body: { code: await server.codeFor('qq', 'larry') } });
    const { openid } = theirs.user_info;
    await adminJson(['move-identity', '--app', 'sandbox', '--platform', 'qq', '--openid', openid, '--to-user', String(id), '--yes'], {
      DATABASE_URL,
    });
    expect(await merge(server, mine.token, body.merge_ticket)).toMatchObject(invalid);
    expect((await server.login('qq', 'larry')).user_info.id).toBe(id);
  });

  it('was merged into another account', async () => {
    const { server, mine, theirs, ticket } = await withTicket();
    const third = await registerUser(server, 'Third');
    expect((await merge(server, third.token, await ticketFor(server, third.token, larry))).status).toBe(200);
    expect(await merge(server, mine.token, ticket)).toMatchObject(invalid);
    expect((await readUser(server, theirs.id)).merged_into).toBe(third.id);
  });
});

describe('a phone number alone', () => {
  it('never merges an account that has another way to log in, and shows no data of it', async () => {
    const server = await startServer();
    const mine = await registerUser(server, 'Mei');
    const owner = await addUser(server, { username: 'Old', password_hash: 'any', nickname: 'Secret', phone, phone_verified: 1 });
    const { body } = await server.call('createMergeTicket', { token: mine.token, body: { phone, sms_code: await smsCode(server) } });
    expect(body.merge_needs_proof).toBe(true);
    const needed = { status: 403, body: { code: 'merge_proof_needed' } };
    const shown = await preview(server, mine.token, body.merge_ticket);
    expect(shown).toMatchObject(needed);
    expect(JSON.stringify(shown.body)).not.toContain('Secret');
    expect(await merge(server, mine.token, body.merge_ticket)).toMatchObject(needed);
    expect((await readUser(server, owner.id)).state).toBe('active');
  });

  it('merges with the password of the account as a second proof, which needs no name', async () => {
    const server = await startServer();
    const [mine, theirs] = [await registerUser(server, 'Mei'), await registerUser(server, 'Larry')];
    await server.call('verifyPhone', { token: theirs.token, body: { phone, code: await smsCode(server) } });
    const { body: taken } = await server.call('updateAccount', { token: mine.token, body: { phone } });
    expect(taken).toMatchObject({ code: 'phone_taken', merge_needs_proof: true });
    const { merge_ticket } = taken;
    const wrong = await server.call('createMergeTicket', { token: mine.token, body: { merge_ticket, password: 'wrong' } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'credentials_invalid' } });
    const ticket = await ticketFor(server, mine.token, { merge_ticket, password });
    expect((await mergeWith(server, mine.token, ticket)).body).toMatchObject({ id: mine.id, _phone: phone, _phone_verified: true });
  });

  it('merges an account that has nothing else, by the ticket of the refusal', async () => {
    const server = await startServer();
    const mine = await registerUser(server, 'Mei');
    const owner = await addUser(server, { phone, phone_verified: 1 });
    const refused = await server.call('verifyPhone', { token: mine.token, body: { phone, code: await smsCode(server) } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'phone_sole_login', merge_needs_proof: false } });
    const merged = await merge(server, mine.token, refused.body.merge_ticket);
    expect(merged.body).toMatchObject({ _phone: phone, _phone_verified: true, merged_from: [owner.id] });
  });

  it('that is only claimed merges nothing, even if it is the only way to log in', async () => {
    const server = await startServer();
    const mine = await registerUser(server, 'Mei');
    await addUser(server, { phone, phone_verified: 1 });
    const { body } = await server.call('updateAccount', { token: mine.token, body: { phone } });
    expect(body).toMatchObject({ code: 'phone_taken', merge_needs_proof: true });
    expect(await merge(server, mine.token, body.merge_ticket)).toMatchObject({ status: 403, body: { code: 'merge_proof_needed' } });
  });
});

describe('proofs of another account', () => {
  it('are a platform code, too, which finds what a login finds', async () => {
    const server = await startServer();
    const [mine, theirs] = [await registerUser(server, 'Mei'), await server.login('qq', 'larry')];
    const ticket = await ticketFor(server, mine.token, { platform: 'qq', code: await server.codeFor('qq', 'larry') });
    expect((await merge(server, mine.token, ticket)).body.merged_from).toEqual([theirs.user_info.id]);
    const newcomer = { platform: 'qq', code: await server.codeFor('qq', 'newcomer') };
    const unknown = await server.call('createMergeTicket', { token: mine.token, body: newcomer });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'identity_not_found' } });
    expect((await server.store.selectFrom('users').select('id').execute()).length).toBe(2);
  });

  it("of the session's account, of a banned one and of one about to be closed have their own errors", async () => {
    const { server, mine, theirs, ticket } = await withTicket();
    const own = await server.call('createMergeTicket', { token: mine.token, body: { username: 'Mei', password } });
    expect(own).toMatchObject({ status: 409, body: { code: 'merge_same_account' } });
    const set = (values: object) => server.store.updateTable('users').set(values).where('id', '=', theirs.id).execute();
    for (const [values, code] of [
      [{ state: 'banned' }, 'merge_banned'],
      [{ state: 'closing', closing_at: 4_000_000_000 }, 'merge_closing'],
    ] as const) {
      await set(values);
      expect(await server.call('createMergeTicket', { token: mine.token, body: larry })).toMatchObject({ status: 409, body: { code } });
      expect(await preview(server, mine.token, ticket)).toMatchObject({ status: 409, body: { code } });
      expect(await merge(server, mine.token, ticket)).toMatchObject({ status: 409, body: { code } });
      await set({ state: 'active', closing_at: null });
    }
    expect((await merge(server, mine.token, ticket)).status).toBe(200);
  });

  it('carry no ticket in the refusal of a link to an account that cannot be merged', async () => {
    const server = await startServer();
    const [mine, theirs] = [await registerUser(server, 'Mei'), await server.login('qq', 'larry')];
    await server.store.updateTable('users').set({ state: 'banned' }).where('id', '=', theirs.user_info.id).execute();
    const { body } = await server.call('linkQq', { token: mine.token, body: { code: await server.codeFor('qq', 'larry') } });
    expect(body.code).toBe('identity_taken');
    expect(body).not.toHaveProperty('merge_ticket');
  });

  it('are not for anonymous users', async () => {
    const server = await startServer();
    await registerUser(server, 'Larry');
    const { body } = await server.call('loginAnonymously');
    const refused = { status: 403, body: { code: 'anonymous_forbidden' } };
    expect(await server.call('createMergeTicket', { token: body.token, body: larry })).toMatchObject(refused);
    expect(await preview(server, body.token, 'x'.repeat(43))).toMatchObject(refused);
    expect(await merge(server, body.token, 'x'.repeat(43))).toMatchObject(refused);
  });

  it.each<object>([
    {},
    { username: 'Larry' },
    { password },
    { username: 'Larry', sms_code: '123456' },
    { platform: 'qq', password },
  ])('that are not whole, as %j, are refused', async (body) => {
    const server = await startServer();
    const { token } = await registerUser(server, 'Mei');
    const reply = await server.call('createMergeTicket', { token, body });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  });

  it('need a fresh session, as the merge does', async () => {
    const clock = { time: 1_800_000_000 };
    const { server, mine, ticket } = await withTicket({
      now: () => clock.time,
      configure: (app: object) => ({ ...app, fresh_login_seconds: 60 }),
    });
    clock.time += 61;
    const stale = { status: 401, body: { code: 'login_not_fresh' } };
    expect(await server.call('createMergeTicket', { token: mine.token, body: larry })).toMatchObject(stale);
    expect(await merge(server, mine.token, ticket)).toMatchObject(stale);
  });
});

describe('guesses at the password of another account', () => {
  const rate_limits = { password_account: { limit: 5, seconds: 3600 } };

  it('count as wrong passwords of that account, by name and by ticket, and are in its audit trail', async () => {
    const { server } = await startLimited(rate_limits);
    const [mine, theirs] = [await registerUser(server, 'Mei'), await registerUser(server, 'Larry')];
    const ticket = await ticketFor(server, mine.token, larry);
    const guess = (n: number, body: object) =>
      server.call('createMergeTicket', { token: mine.token, body: { ...body, password: `wrong-${n}` }, headers: from(`10.0.0.${n}`) });
    const replies = [
      await guess(1, { username: 'Larry' }),
      await guess(2, { merge_ticket: ticket }),
      await server.call('loginByUsername', { body: { username: 'larry', password: 'wrong-3' }, headers: from('10.0.0.3') }),
      await guess(4, { merge_ticket: ticket }),
      // Another name in the request changes nothing.
      await guess(5, { username: 'LARRY', email: 'any@example.com' }),
    ];
    expect(replies.map(({ body }) => body.code)).toEqual(Array(5).fill('credentials_invalid'));
    for (const body of [{ merge_ticket: ticket }, { username: 'Larry' }]) {
      expect(await guess(6, body)).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    }
    const login = await server.call('loginByUsername', { body: { username: 'larry', password: 'wrong-7' }, headers: from('10.0.0.7') });
    expect(login.status).toBe(429);
    const failed = (await auditOf(server)).filter(({ event }) => event === 'login_failed');
    expect(failed.map(({ user_id }) => user_id)).toEqual(Array(5).fill(theirs.id));
    expect((await server.call('updateAccount', { token: mine.token, body: { password, email: 'mei@example.com' } })).status).toBe(200);
  });

  it('at its SMS code end with the code', async () => {
    const server = await startServer();
    const mine = await registerUser(server, 'Mei');
    await addUser(server, { phone, phone_verified: 1 });
    const sms_code = await smsCode(server);
    const wrong = sms_code === '000000' ? '000001' : '000000';
    const guess = (code: string) => server.call('createMergeTicket', { token: mine.token, body: { phone, sms_code: code } });
    for (let n = 0; n < 5; n++) expect((await guess(wrong)).body.code).toBe('sms_code_invalid');
    expect((await guess(sms_code)).body.code).toBe('sms_code_invalid');
  });
});
