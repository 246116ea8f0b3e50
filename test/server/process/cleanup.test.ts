import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../../server/observe/log.ts';
import { perishables, removeWorthless, startCleanup } from '../../../server/process/cleanup.ts';
import type { Store } from '../../../server/store/schema.ts';
import { createEndpoints } from '../../../server/webhooks/endpoints.ts';
import { password, registerEmail } from '../../support/accounts.ts';
import { createOwnDatabase, openTestStore } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

const start = 1_800_000_000;
const { signal } = new AbortController();
const tables = perishables({ auditDays: 180 });
const services = { endpoints: createEndpoints([]), log: createLog('silent'), now: () => start };
const clean = (store: Store, at: number) => removeWorthless({ ...services, store }, tables, at, signal);

async function addSessions(store: Store, count: number, expires_at: number, tenant_id = 'app'): Promise<void> {
  const user = { tenant_id, id: expires_at, created_at: 0, updated_at: 0 };
  await store.insertInto('users').values(user).execute();
  const session = { tenant_id, user_id: user.id, platform: null, id: 1, created_at: 0, last_used_at: 0, address: null, expires_at };
  const rows = Array.from({ length: count }, (_, n) => ({ ...session, token_hash: `${expires_at}-${n}` }));
  await store.insertInto('sessions').values(rows).execute();
}
const endsOf = async (store: Store) => (await store.selectFrom('sessions').select('expires_at').execute()).map((row) => row.expires_at);

describe('the cleanup', () => {
  it.each([
    ['sessions', 2_592_000],
    ['sms_codes', 300],
    ['mail_links', 86_400],
    ['rate_limits', 86_400],
    ['known_addresses', 31 * 86_400],
    ['audit_entries', 180 * 86_400],
  ] as const)('deletes %s after %i seconds, and not before', async (table, seconds) => {
    const server = await startServer({ now: () => start });
    const { token } = await registerEmail(server, 'mei@example.com');
    await server.call('loginByEmail', { body: { email: 'mei@example.com', password } });
    await server.call('sendSmsCode', { body: { phone: '13800138000' } });
    await server.call('sendVerificationEmail', { token });
    await server.services.background.settled();
    await server.services.audit.flush();
    const rows = () => server.store.selectFrom(table).select('tenant_id').execute();
    await clean(server.store, start + seconds - 1);
    expect(await rows()).not.toEqual([]);
    await clean(server.store, start + seconds);
    expect(await rows()).toEqual([]);
  });

  it('deletes several batches of several apps, also concurrently, and leaves other rows', async () => {
    const store = await openTestStore(await createOwnDatabase());
    await addSessions(store, 1200, start);
    await addSessions(store, 700, start - 1, 'another');
    await addSessions(store, 3, start + 1);
    await Promise.all([clean(store, start), clean(store, start), clean(store, start)]);
    expect(await endsOf(store)).toEqual(Array(3).fill(start + 1));
  });

  it('starts by itself, and ends when it is stopped', async () => {
    const server = await startServer({ now: () => start });
    await addSessions(server.store, 3, start);
    const cleanup = startCleanup(server.services, tables);
    onTestFinished(() => cleanup.stop());
    await expect.poll(() => endsOf(server.store)).toEqual([]);
    await cleanup.stop();
  });
});
