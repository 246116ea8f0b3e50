import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { auditOf } from '../../support/audit.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

const day = 86_400;

/** Mei registers on the first day, is tried to be logged in as on the second, and logs in on the third. */
async function startWithActs() {
  const env = { DATABASE_URL: await createDatabase() };
  const clock = { time: Date.parse('2026-01-01T12:00:00Z') / 1000 };
  const server = await startServer({ database: env.DATABASE_URL, now: () => clock.time });
  const { id } = await registerUser(server);
  for (const given of ['wrong password', password]) {
    clock.time += day;
    await server.call('loginByUsername', { body: { username: 'Mei', password: given } });
  }
  await auditOf(server);
  const search = async (...args: string[]): Promise<string[]> =>
    (await adminJson(['audit', '--app', 'sandbox', ...args], env)).map(({ event }: { event: string }) => event);
  return { server, env, id, search };
}

describe('audit', () => {
  it('shows what happened in an app, latest first', async () => {
    const { env, id } = await startWithActs();
    const entries = await adminJson(['audit', '--app', 'sandbox'], env);
    const entry = {
      user_id: id,
      method: 'username',
      ip: '127.0.0.1',
      request_id: expect.any(String),
      own_request_id: null,
      error_code: null,
      done_by: null,
    };
    expect(entries).toEqual([
      { at: '2026-01-03T12:00:00.000Z', event: 'login', ...entry, operation: 'loginByUsername' },
      { at: '2026-01-02T12:00:00.000Z', event: 'login_failed', ...entry, error_code: 'credentials_invalid', operation: 'loginByUsername' },
      { at: '2026-01-01T12:00:00.000Z', event: 'login', ...entry, operation: 'registerByUsername' },
      { at: '2026-01-01T12:00:00.000Z', event: 'registered', ...entry, operation: 'registerByUsername' },
    ]);
  });

  it('filters by event, error, request, time, address, user and number of entries', async () => {
    const { env, search } = await startWithActs();
    const [{ request_id }] = await adminJson(['audit', '--app', 'sandbox', '--event', 'login_failed'], env);
    const searches: [args: string[], events: string[]][] = [
      [
        ['--event', 'login'],
        ['login', 'login'],
      ],
      [['--since', '2026-01-02', '--until', '2026-01-03'], ['login_failed']],
      [['--since', '2026-01-03T12:00:00Z'], ['login']],
      [['--since', '1m'], []],
      [['--error', 'credentials_invalid'], ['login_failed']],
      [['--error', 'code_used'], []],
      [['--request-id', request_id], ['login_failed']],
      [['--request-id', 'another'], []],
      [['--ip', '192.0.2.1'], []],
      [['--user', '1'], []],
    ];
    const found = searches.map(async ([args]) => [args, await search(...args)]);
    expect(await Promise.all(found)).toEqual(searches);
    const { output, errors } = await admin(['audit', '--app', 'sandbox', '--limit', '2', '--json'], env);
    expect(JSON.parse(output)).toMatchObject([{ event: 'login' }, { event: 'login_failed' }]);
    expect(errors).toBe('Only the latest 2 entries. There may be earlier ones: --until, --limit.\n');
  });

  it.each([
    ['--since', 'yesterday'],
    ['--limit', '0'],
    ['--event', 'logins'],
    ['--error', 'credentials_wrong'],
    ['--user', 'Mei'],
  ])('refuses %s %s', async (option, value) => {
    const { code, errors } = await admin(['audit', '--app', 'sandbox', option, value], { DATABASE_URL: 'sqlite:nowhere.db' });
    expect(code).toBe(2);
    expect(errors).toContain(option);
  });

  it('shows what operators did', async () => {
    const { server, env, id, search } = await startWithActs();
    const user = ['--app', 'sandbox', '--user', String(id)];
    const { token } = (await server.call('loginByUsername', { body: { username: 'Mei', password } })).body;
    await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', 'mei') } });
    await adminJson(['unlink-identity', ...user, '--platform', 'wechat'], env);
    await adminJson(['revoke-sessions', ...user], env);
    await adminJson(['export-user', ...user], env);
    expect(await search('--since', '5m')).toEqual(['user_exported', 'sessions_revoked', 'identity_unlinked']);
    await adminJson(['delete-user', ...user, '--yes'], env);
    expect(await search('--since', '5m')).toEqual(['user_deleted']);
  });

  it('shows what happened in an app that is gone, with its users', async () => {
    const { server, env } = await startWithActs();
    await server.store.updateTable('audit_entries').set({ tenant_id: 'gone' }).execute();
    expect(await adminJson(['audit', '--app', 'gone'], env)).toHaveLength(4);
  });

  it('refuses a name that is no app', async () => {
    const { env } = await startWithActs();
    const errors = expect.stringContaining('--app: APPS_FILE has no app or pool typo, and the database has no users of it');
    expect(await admin(['audit', '--app', 'typo'], env)).toMatchObject({ code: 1, output: '', errors });
  });
});
