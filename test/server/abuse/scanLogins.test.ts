// @module-tag fault
import { describe, expect, it } from 'vitest';
import { perishables, removeWorthless } from '../../../server/process/cleanup.ts';
import { registerUser } from '../../support/accounts.ts';
import { countRows } from '../../support/rows.ts';
import { farIp, scanSides } from '../../support/scanLogins.ts';
import { startServer, type TestServer } from '../../support/server.ts';

async function startScan(options: Parameters<typeof startServer>[0] = {}) {
  const clock = { time: 1_800_000_000 };
  const server = await startServer({ trustProxy: 1, now: () => clock.time, ...options });
  const { token, user_info } = await server.login('wechat', 'larry');
  return { clock, server, token, id: user_info.id, ...scanSides(server) };
}
const confirmed = async ({ token, create, confirm }: Awaited<ReturnType<typeof startScan>>) => {
  const { body: login } = await create();
  await confirm(token, { ticket: login.ticket });
  return login;
};

describe('a photographed code', () => {
  it('never gives a session: its ticket is no poll token', async () => {
    const scan = await startScan();
    const { ticket, check_code } = await confirmed(scan);
    for (const guess of [ticket, ticket.padEnd(43, 'A'), check_code.padEnd(43, '0')]) {
      expect((await scan.server.call('pollScanLogin', { body: { poll_token: guess } })).body).not.toHaveProperty('session');
    }
  });

  it('scanned by a second person: 409, and only the first can confirm or refuse', async () => {
    const { server, token, create, open, confirm, refuse } = await startScan();
    const thief = (await server.login('wechat', 'mallory')).token;
    const { ticket } = (await create()).body;
    await open(token, { ticket });
    for (const act of [open, confirm, refuse]) expect((await act(thief, { ticket })).body.code).toBe('scan_login_taken');
    expect((await confirm(token, { ticket })).status).toBe(200);
  });

  it('with an anonymous or no session: neither seen nor confirmed', async () => {
    const { server, create, open, confirm, refuse } = await startScan();
    const { ticket } = (await create()).body;
    const { body } = await server.call('loginAnonymously');
    for (const act of [open, confirm, refuse]) {
      expect((await act(body.token, { ticket })).body.code).toBe('anonymous_forbidden');
      expect((await act(undefined, { ticket })).body.code).toBe('session_required');
    }
  });
});

describe('a code that is passed on', () => {
  it('to a person elsewhere, with guessed digits: one guess ends it', async () => {
    const { token, create, confirm, poll } = await startScan();
    const { ticket, check_code, poll_token } = (await create()).body;
    const wrong = check_code === '00' ? '01' : '00';
    expect(await confirm(token, { ticket, check_code: wrong }, farIp)).toMatchObject({ status: 400, body: { code: 'check_code_invalid' } });
    expect((await confirm(token, { ticket, check_code }, farIp)).body.code).toBe('scan_login_not_found');
    expect((await poll(poll_token)).body.status).toBe('refused');
  });

  it('with all digits guessed at once: the first guess decides', async () => {
    const { token, create, confirm, poll } = await startScan({ rateLimited: false });
    const { ticket, check_code, poll_token } = (await create()).body;
    const wrong = Array.from({ length: 12 }, (_, n) => String(n).padStart(2, '0')).filter((digits) => digits !== check_code);
    const answers = await Promise.all(wrong.map((digits) => confirm(token, { ticket, check_code: digits }, farIp)));
    expect(answers.filter(({ body }) => body.code === 'check_code_invalid')).toHaveLength(1);
    expect((await poll(poll_token)).body.status).toBe('refused');
  });

  it.each([
    ['an address of the other family', '2001:db8:1::1'],
    ['no address', 'unknown'],
  ])('to a phone with %s: the digits are needed', async (_case, ip) => {
    const { token, create, confirm } = await startScan();
    const { ticket } = (await create()).body;
    expect((await confirm(token, { ticket }, ip)).body.code).toBe('check_code_needed');
  });
});

describe('a confirmed login', () => {
  it.each([
    ['logged out', (server: TestServer, token: string) => server.call('logout', { token })],
    [
      'ended by another session',
      async (server: TestServer) => {
        const other = (await server.login('wechat', 'larry')).token;
        await server.call('endOtherSessions', { token: other });
      },
    ],
  ])('whose session was %s meanwhile: no session for the page', async (_case, end) => {
    const scan = await startScan();
    const { poll_token } = await confirmed(scan);
    await end(scan.server, scan.token);
    expect((await scan.poll(poll_token)).body.code).toBe('scan_login_not_found');
  });

  it('of a banned user: 403', async () => {
    const scan = await startScan();
    const { poll_token } = await confirmed(scan);
    await scan.server.store.updateTable('users').set({ state: 'banned' }).where('id', '=', scan.id).execute();
    expect((await scan.poll(poll_token)).body.code).toBe('user_banned');
  });

  it('polled twice at once: one session', async () => {
    const scan = await startScan();
    const { poll_token } = await confirmed(scan);
    const answers = await Promise.all([scan.poll(poll_token), scan.poll(poll_token), scan.poll(poll_token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect((await countRows(scan.server)).sessions).toBe(2);
  });

  it('polled through another app of the pool, or another environment: 404', async () => {
    const scan = await startScan({
      otherApps: (app) => [{ ...app, client_id: 'other', pool: 'sandbox', webhooks: [] }],
    });
    const { poll_token } = await confirmed(scan);
    expect((await scan.poll(poll_token, { 'X-Hydrogen-Client-ID': 'other' })).body.code).toBe('scan_login_not_found');
    expect((await scan.poll(poll_token, { 'X-Hydrogen-Env-ID': 'staging' })).body.code).toBe('scan_login_not_found');
    expect((await scan.poll(poll_token)).body.status).toBe('confirmed');
  });

  it('of a stolen, old session: the new one is as old, and may change no login name', async () => {
    const scan = await startScan();
    const { token } = await registerUser(scan.server);
    scan.clock.time += 7200;
    const { body: login } = await scan.create();
    await scan.confirm(token, { ticket: login.ticket });
    const { session } = (await scan.poll(login.poll_token)).body;
    const change = { token: session.token, body: { email: 'thief@example.com' } };
    expect((await scan.server.call('updateAccount', change)).body.code).toBe('login_not_fresh');
  });
});

describe('many scan logins', () => {
  it('from one network: limited, and others still get theirs', async () => {
    const { create } = await startScan({
      configure: (app) => ({ ...app, scan_login: { link: 'https://a.example' }, rate_limits: { scan_ip: { limit: 2, seconds: 60 } } }),
    });
    for (let n = 0; n < 2; n++) expect((await create()).status).toBe(201);
    expect((await create()).body.code).toBe('rate_limited');
    expect((await create({}, farIp)).status).toBe(201);
  });

  it('are deleted once they expired, whatever their state', async () => {
    const scan = await startScan();
    await scan.create();
    await confirmed(scan);
    scan.clock.time += 121;
    const { services, store } = scan.server;
    await removeWorthless(services, perishables({ auditDays: 180 }), scan.clock.time, new AbortController().signal);
    expect(await store.selectFrom('scan_logins').selectAll().execute()).toEqual([]);
  });

  it('in an export: without what would confirm or poll them', async () => {
    const scan = await startScan();
    await confirmed(scan);
    const { scan_logins } = (await scan.server.call('exportMe', { token: scan.token })).body;
    expect(scan_logins).toEqual([expect.objectContaining({ state: 'confirmed', network: '203.0.113.0/24' })]);
    expect(Object.keys(scan_logins[0]).filter((name) => name.endsWith('_hash'))).toEqual([]);
  });
});
