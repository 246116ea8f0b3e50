import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

const start = 1_800_000_000;
const phone = '13800138000';

async function startFull() {
  const database = await createDatabase();
  const clock = { time: start };
  const rate_limits = { password_account_ip: { limit: 1 }, anonymous_ip: { limit: 1 }, identity: { limit: 1 } };
  const server = await startServer({ database, now: () => clock.time, configure: (app) => ({ ...app, rate_limits }) });
  await registerUser(server);
  const statuses = async () => {
    // A process remembers for two seconds which buckets were full.
    clock.time += 2;
    return [
      (await server.call('loginByUsername', { body: { username: 'Mei', password } })).status,
      (await server.call('loginAnonymously')).status,
      (await server.call('sendSmsCode', { body: { phone } })).status,
      (await server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'larry') } })).status,
    ];
  };
  await statuses();
  await statuses();
  await server.call('loginByUsername', { body: { username: 'Mei', password: 'wrong' } });
  expect(await statuses()).toEqual([429, 429, 400, 429]);
  return {
    server,
    statuses,
    clear: (...args: string[]) => adminJson(['clear-limits', '--app', 'sandbox', ...args], { DATABASE_URL: database }),
    database,
  };
}

describe('clear-limits', () => {
  it("clears all of an app's limits and allowances, and records it", async () => {
    const { statuses, clear, database } = await startFull();
    expect((await clear()).cleared).toMatchObject({ password_account_ip: 1, anonymous_ip: 1, sms_minute: 1, sms_day: 1, identity: 1 });
    expect(await statuses()).toEqual([201, 201, 200, 201]);
    const entries = await adminJson(['audit', '--app', 'sandbox', '--event', 'limits_cleared'], { DATABASE_URL: database });
    expect(entries).toMatchObject([{ operation: 'admin' }]);
  });

  it('clears only the limits that are named', async () => {
    const { statuses, clear } = await startFull();
    expect((await clear('--limit', 'anonymous_ip', 'sms_minute')).cleared).toEqual({ anonymous_ip: 1, sms_minute: 1 });
    expect(await statuses()).toEqual([429, 201, 200, 429]);
  });

  it("leaves other apps' limits, and the known addresses of accounts", async () => {
    const { server, statuses, database } = await startFull();
    const known = () => server.store.selectFrom('known_addresses').selectAll().execute();
    const before = await known();
    expect(before).not.toEqual([]);
    await adminJson(['clear-limits', '--app', 'sandbox/staging'], { DATABASE_URL: database });
    expect(await statuses()).toEqual([429, 429, 400, 429]);
    await adminJson(['clear-limits', '--app', 'sandbox'], { DATABASE_URL: database });
    expect(await known()).toEqual(before);
  });

  it('requires an app', async () => {
    const { code, errors } = await admin(['clear-limits'], { DATABASE_URL: await createDatabase() });
    expect([code, errors]).toEqual([2, expect.stringContaining('--app')]);
  });
});
