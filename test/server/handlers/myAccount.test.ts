import { describe, expect, it } from 'vitest';
import { password, registerEmail, registerUser } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { from, startLimited } from '../../support/limits.ts';
import { mergeAnother } from '../../support/merging.ts';
import { countRows } from '../../support/rows.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const hour = 3600;

/** A server with a clock to turn. */
async function startAt(options: Parameters<typeof startServer>[0] = {}) {
  const clock = { time: 1_800_000_000 };
  const server = await startServer({ now: () => clock.time, ...options });
  return { clock, server };
}

const idsOf = async (server: TestServer, what: 'listSessions' | 'listIdentities', token: string): Promise<number[]> =>
  (await server.call(what, { token })).body.objects.map(({ id }: { id: number }) => id);

describe('sessions', () => {
  it('are listed for their user alone, the latest used first, with nothing that a session could be taken over with', async () => {
    const { clock, server } = await startAt({ trustProxy: 1 });
    await server.login('wechat', 'larry');
    const first = await server.login('wechat', 'mei');
    clock.time += 2 * hour;
    const code = await server.codeFor('wechat', 'mei');
    const { body: second } = await server.call('silentLoginWechat', { body: { code }, headers: from('203.0.113.7') });
    const { status, body } = await server.call('listSessions', { token: first.token, headers: from('198.51.100.9') });
    const listed = { platform: 'wechat', expires_at: expect.any(Number), id: expect.any(Number) };
    expect([status, body]).toEqual([
      200,
      {
        objects: [
          { ...listed, created_at: clock.time, last_used_at: clock.time, address: '203.0.113.0/24', is_current: false },
          { ...listed, created_at: clock.time - 2 * hour, last_used_at: clock.time - 2 * hour, address: '127.0.0.0/24', is_current: true },
        ],
      },
    ]);
    const hashes = await server.store.selectFrom('sessions').select('token_hash').execute();
    for (const secret of [first.token, second.token, ...hashes.map(({ token_hash }) => token_hash)]) {
      expect(JSON.stringify(body)).not.toContain(secret);
    }
  });

  it('leave out those that have expired', async () => {
    const { clock, server } = await startAt();
    const { expires_in } = await server.login('qq', 'mei');
    clock.time += expires_in;
    const { token } = await server.login('qq', 'mei');
    expect(await idsOf(server, 'listSessions', token)).toHaveLength(1);
  });

  it('end by id, in every server at once', async () => {
    const { server } = await startAt();
    const lost = await server.login('wechat', 'mei');
    const [lostId = 0] = await idsOf(server, 'listSessions', lost.token);
    const { token } = await server.login('wechat', 'mei');
    const end = () => server.call('endSession', { token, params: { session_id: lostId } });
    expect(await end()).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await server.call('getMe', { token: lost.token })).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
    expect(await end()).toMatchObject({ status: 404, body: { code: 'session_not_found' } });
    expect((await auditOf(server)).filter(({ event }) => event === 'sessions_revoked')).toHaveLength(1);
  });

  it("another user's session is not found by its id, and stays", async () => {
    const { server } = await startAt();
    const mei = await server.login('wechat', 'mei');
    const larry = await server.login('wechat', 'larry');
    const [session_id = 0] = await idsOf(server, 'listSessions', mei.token);
    const reply = await server.call('endSession', { token: larry.token, params: { session_id } });
    expect(reply).toMatchObject({ status: 404, body: { code: 'session_not_found' } });
    expect((await server.call('getMe', { token: mei.token })).status).toBe(200);
  });

  it('the one that asks can be ended, which deletes an anonymous user who has nothing else', async () => {
    const { server } = await startAt();
    const { token } = (await server.call('loginAnonymously')).body;
    const [session_id = 0] = await idsOf(server, 'listSessions', token);
    expect((await server.call('endSession', { token, params: { session_id } })).status).toBe(200);
    expect(await countRows(server)).toMatchObject({ users: 0, sessions: 0 });
  });

  it('all others end, and the one that asks stays', async () => {
    const { server } = await startAt();
    const others = [await server.login('wechat', 'mei'), await server.login('wechat', 'mei')];
    const larry = await server.login('wechat', 'larry');
    const { token } = await server.login('wechat', 'mei');
    expect(await server.call('endOtherSessions', { token })).toMatchObject({ status: 200, body: { status: 'ok', sessions_ended: 2 } });
    const statusOf = async (session: { token: string }) => (await server.call('getMe', session)).status;
    expect(await Promise.all([...others, larry, { token }].map(statusOf))).toEqual([401, 401, 200, 200]);
    expect(await server.call('endOtherSessions', { token })).toMatchObject({ body: { sessions_ended: 0 } });
  });
});

describe('identities', () => {
  /** A user with WeChat and QQ, and a session of each. */
  async function startLinked(options?: Parameters<typeof startServer>[0]) {
    const { clock, server } = await startAt(options);
    const wechat = await server.login('wechat', 'mei');
    await server.call('linkQq', { token: wechat.token, body: { code: await server.codeFor('qq', 'mei') } });
    const qq = await server.login('qq', 'mei');
    const { body } = await server.call('listIdentities', { token: wechat.token });
    return { clock, server, wechat, qq, identities: body.objects as { id: number; platform: string }[] };
  }
  const unlink = (server: TestServer, token: string, identity_id = 0) => server.call('unlinkIdentity', { token, params: { identity_id } });

  it('are listed for their user alone', async () => {
    const { server, wechat, identities } = await startLinked();
    await server.login('wechat', 'larry');
    const times = { linked_at: 1_800_000_000, last_used_at: 1_800_000_000, id: expect.any(Number) };
    expect(identities).toEqual(
      expect.arrayContaining([
        { ...times, platform: 'wechat', app_id: 'sandbox-wechat', openid: wechat.user_info.openid },
        { ...times, platform: 'qq', app_id: 'sandbox-qq', openid: expect.any(String) },
      ]),
    );
    expect(identities).toHaveLength(2);
  });

  it('unlinked, log in no more, and the sessions that they opened end', async () => {
    const { server, wechat, qq, identities } = await startLinked();
    const id = identities.find(({ platform }) => platform === 'qq')?.id;
    expect(await unlink(server, wechat.token, id)).toMatchObject({ status: 200, body: { status: 'ok', sessions_ended: 1 } });
    expect((await server.call('getMe', { token: qq.token })).status).toBe(401);
    expect((await server.call('getMe', { token: wechat.token })).body._provider).not.toHaveProperty('qq');
    expect((await server.login('qq', 'mei')).user_info.id).not.toBe(wechat.user_info.id);
    expect(await unlink(server, wechat.token, id)).toMatchObject({ status: 404, body: { code: 'identity_not_linked' } });
    expect((await auditOf(server)).filter(({ event }) => event === 'identity_unlinked')).toMatchObject([{ method: 'qq' }]);
  });

  it('the last way to log in is kept, with its sessions', async () => {
    const { server, wechat, identities } = await startLinked();
    const [first, second] = identities;
    const { token } = await server.login('wechat', 'mei');
    const platformOf = (platform: string) => identities.find((identity) => identity.platform === platform)?.id;
    expect([first, second]).toHaveLength(2);
    expect((await unlink(server, token, platformOf('qq'))).status).toBe(200);
    expect(await unlink(server, token, platformOf('wechat'))).toMatchObject({ status: 409, body: { code: 'last_way_in' } });
    expect((await server.call('getMe', { token: wechat.token })).body._provider).toHaveProperty('wechat');
  });

  it('a name with a password is another way to log in', async () => {
    const { server } = await startAt();
    const { token } = await registerUser(server);
    await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', 'mei') } });
    const [id] = await idsOf(server, 'listIdentities', token);
    expect((await unlink(server, token, id)).status).toBe(200);
    expect((await server.call('loginByUsername', { body: { username: 'Mei', password } })).status).toBe(201);
  });

  it("another user's is not found by its id, and stays", async () => {
    const { server, identities } = await startLinked();
    const larry = await server.login('wechat', 'larry');
    expect(await unlink(server, larry.token, identities[0]?.id)).toMatchObject({ status: 404, body: { code: 'identity_not_linked' } });
    expect((await countRows(server)).identities).toBe(3);
  });

  it('a session older than an hour unlinks nothing, whether the account has a password or not', async () => {
    const { clock, server, wechat, identities } = await startLinked();
    clock.time += hour + 1;
    expect(await unlink(server, wechat.token, identities[0]?.id)).toMatchObject({ status: 401, body: { code: 'login_not_fresh' } });
    expect((await countRows(server)).identities).toBe(2);
    const { token } = await server.login('wechat', 'mei');
    expect((await unlink(server, token, identities.find(({ platform }) => platform === 'qq')?.id)).status).toBe(200);
  });

  it('two that are unlinked at the same time: one stays', async () => {
    const { server, wechat, identities } = await startLinked({ rateLimited: false });
    const replies = await Promise.all(identities.map(({ id }) => unlink(server, wechat.token, id)));
    expect((await countRows(server)).identities).toBe(1);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('an export', () => {
  it('holds everything of the person in every table, and nothing secret or of others', async () => {
    const { server } = await startAt({ trustProxy: 1 });
    const { token } = await registerUser(server);
    const { body: me } = await server.call('getMe', { token });
    await server.call('updateUser', { token, body: { nickname: 'Mei', colour: 'jade' } });
    await server.call('updateAccount', { token, body: { email: 'mei@example.com' } });
    await server.call('sendVerificationEmail', { token });
    const code = await server.codeFor('wechat', 'mei');
    await server.call('linkWechat', { token, body: { code } });
    await server.login('wechat', 'larry');
    const entries = await auditOf(server);

    const { status, body } = await server.call('exportMe', { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      exported_at: 1_800_000_000,
      users: [{ id: me.id, nickname: 'Mei', username: 'Mei', email: 'mei@example.com', fields: { colour: 'jade' }, state: 'active' }],
      login_names: [{ kind: 'username', value: 'mei' }],
      login_claims: [{ kind: 'email', value: 'mei@example.com' }],
      identities: [{ platform: 'wechat', platform_app_id: 'sandbox-wechat' }],
      sessions: [{ platform: null, address: '127.0.0.0/24' }],
      mail_links: [{ kind: 'verification', address: 'mei@example.com' }],
      sms_codes: [],
    });
    expect(body.audit_entries).toHaveLength(entries.filter(({ user_id }) => user_id === me.id).length + 1);
    const stored = await server.store.selectFrom('users').select('password_hash').where('id', '=', me.id).executeTakeFirstOrThrow();
    const hashes = await server.store.selectFrom('sessions').select('token_hash').execute();
    const keys = await server.store.selectFrom('identities').select(['session_key', 'openid']).where('user_id', '!=', me.id).execute();
    const links = await server.store.selectFrom('mail_links').select('token_hash').execute();
    const secrets = [token, password, stored, hashes, keys, links].flatMap((value) =>
      typeof value === 'string' ? [value] : [value].flat().flatMap((row) => Object.values(row)),
    );
    const text = JSON.stringify(body);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('streams an audit trail of several batches, each entry once', async () => {
    const { server } = await startAt();
    const { id, token } = await addUser(server);
    const entry = { tenant_id: 'sandbox', event: 'login' as const, user_id: id, method: null, operation: 'x', ip: null, request_id: null };
    for (let batch = 0; batch < 6; batch++) {
      const rows = Array.from({ length: 200 }, (_, n) => ({ ...entry, at: 1_799_000_000 + batch, id: n + 1 }));
      await server.store.insertInto('audit_entries').values(rows).execute();
    }
    const { body } = await server.call('exportMe', { token });
    expect(body.audit_entries).toHaveLength(1201);
    expect(new Set(body.audit_entries.map(({ at, id: number }: { at: number; id: number }) => `${at} ${number}`)).size).toBe(1201);
  });

  it('holds what happened to the accounts that were merged into it', async () => {
    const { server } = await startAt();
    const { token } = await registerUser(server);
    await mergeAnother(server, token, 'Larry');
    const entries = await auditOf(server);
    const { body } = await server.call('exportMe', { token });
    expect(body.audit_entries.filter(({ event }: { event: string }) => event === 'registered')).toHaveLength(2);
    expect(body.audit_entries).toHaveLength(entries.length + 1);
  });

  it('is limited for its user', async () => {
    const { clock, server } = await startLimited({});
    const { token } = await addUser(server);
    const other = await addUser(server);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await server.call('exportMe', { token })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await server.call('exportMe', { token: other.token })).status).toBe(200);
    clock.time += hour;
    expect((await server.call('exportMe', { token })).status).toBe(200);
  });
});

describe('a closure', () => {
  const week = 7 * 86_400;

  it('is shown during the grace period, in which logins work, and can be taken back', async () => {
    const { clock, server } = await startAt();
    const { token, user_info } = await server.login('wechat', 'mei');
    const closing_at = clock.time + week;
    expect(await server.call('requestClosure', { token })).toMatchObject({ status: 200, body: { closing_at } });
    expect((await server.call('getMe', { token })).body._closing_at).toBe(closing_at);
    clock.time += 60;
    const again = await server.login('wechat', 'mei');
    expect(again.user_info).toMatchObject({ id: user_info.id, _closing_at: closing_at });
    expect(await server.call('requestClosure', { token })).toMatchObject({ status: 200, body: { closing_at } });

    expect(await server.call('cancelClosure', { token })).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect((await server.call('getMe', { token })).body).not.toHaveProperty('_closing_at');
    expect((await server.login('wechat', 'mei')).user_info).not.toHaveProperty('_closing_at');
    expect((await server.call('cancelClosure', { token })).status).toBe(200);
    const events = (await auditOf(server)).map(({ event }) => event);
    expect(events.filter((event) => event.startsWith('closure'))).toEqual(['closure_requested', 'closure_cancelled']);
  });

  it('needs a session of the last hour, whether the account has a password or not', async () => {
    const { clock, server } = await startAt();
    const sessions = [await server.login('wechat', 'mei'), await registerUser(server)];
    const anonymous = (await server.call('loginAnonymously')).body;
    clock.time += hour + 1;
    for (const { token } of sessions) {
      expect(await server.call('requestClosure', { token })).toMatchObject({ status: 401, body: { code: 'login_not_fresh' } });
      expect((await server.call('getMe', { token })).body).not.toHaveProperty('_closing_at');
    }
    expect((await server.call('requestClosure', { token: anonymous.token })).status).toBe(200);
  });

  it('is announced to the verified address', async () => {
    const { server } = await startAt();
    const { token } = await registerEmail(server, 'mei@example.com');
    await server.call('sendVerificationEmail', { token });
    const [link = ''] = /https?:\S+/.exec((await server.mailTo('mei@example.com'))?.text ?? '') ?? [];
    expect((await fetch(link, { method: 'POST' })).status).toBe(200);
    expect((await server.call('requestClosure', { token })).status).toBe(200);
    expect((await server.mailTo('mei@example.com'))?.subject).toContain('Your account will be closed');
  });

  it('without a grace period ends the session and the account in the same request', async () => {
    const { clock, server } = await startAt({ configure: (app) => ({ ...app, closure_grace_days: 0 }) });
    const { token, user_info } = await server.login('wechat', 'mei');
    expect(await server.call('requestClosure', { token })).toMatchObject({ status: 200, body: { closing_at: clock.time } });
    expect((await server.call('getMe', { token })).status).toBe(401);
    expect((await server.login('wechat', 'mei')).user_info.id).not.toBe(user_info.id);
  });

  it("stays a closing when an operator's ban is over", async () => {
    const { clock, server } = await startAt();
    const { token, user_info } = await server.login('wechat', 'mei');
    await server.call('requestClosure', { token });
    const ban = { state: 'banned' as const, banned_until: clock.time + 60 };
    await server.store.updateTable('users').set(ban).where('id', '=', user_info.id).execute();
    expect(await server.call('cancelClosure', { token })).toMatchObject({ status: 403, body: { code: 'user_banned' } });
    clock.time += 60;
    expect((await server.login('wechat', 'mei')).user_info._closing_at).toBe(1_800_000_000 + week);
    expect((await server.call('cancelClosure', { token })).status).toBe(200);
    expect((await server.login('wechat', 'mei')).user_info).not.toHaveProperty('_closing_at');
  });
});
