import { expect, it, vi } from 'vitest';
import { createAuditTrail } from '../../../server/audit/trail.ts';
import { createLog } from '../../../server/observe/log.ts';
import { createMetrics } from '../../../server/observe/metrics.ts';
import type { StoreAdapter } from '../../../server/store/prepared.ts';
import type { Store } from '../../../server/store/schema.ts';
import { createOwnDatabase, openTestStore } from '../../support/database.ts';

const lost = async (metrics: ReturnType<typeof createMetrics>) => (await metrics.lostAuditEntries.get()).values[0]?.value;

/** Ids begin anew every second. */
const unixSeconds = () => Math.floor(Date.now() / 1000);

const shop = { id: 'shop', now: unixSeconds };

async function startTrail() {
  const store = await openTestStore(await createOwnDatabase());
  const metrics = createMetrics();
  const trail = createAuditTrail({ store, metrics, log: createLog('silent') });
  const login = (userId: number) => trail.record(shop, { event: 'login', userId, method: 'wechat' });
  const users = async () => {
    const rows = await store
      .selectFrom('audit_entries')
      .select('user_id')
      .where('app_id', '=', 'shop')
      .orderBy('at')
      .orderBy('id')
      .execute();
    return rows.map(({ user_id }) => user_id);
  };
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
  return { store, metrics, trail, login, users, numbers };
}

it('writes all that was noted, however much it is, in its order', async () => {
  const { trail, login, users, numbers } = await startTrail();
  for (const n of numbers(250)) login(n);
  expect(await users()).toEqual([]);
  await trail.flush();
  expect(await users()).toEqual(numbers(250));
});

it('writes what was noted after a time with nothing to write', async () => {
  const { trail, login, users } = await startTrail();
  await trail.flush();
  login(1);
  await trail.flush();
  expect(await users()).toEqual([1]);
});

it('writes by itself a moment later', async () => {
  const { login, users } = await startTrail();
  login(1);
  await vi.waitFor(async () => expect(await users()).toEqual([1]), { timeout: 20_000 });
});

it('keeps what the store does not take, as far as there is room, and writes it when the store is well', async () => {
  const { store, metrics, trail, login, users, numbers } = await startTrail();
  await store.schema.alterTable('audit_entries').renameTo('away').execute();
  for (const n of numbers(10_005)) login(n);
  await trail.flush();
  expect(await lost(metrics)).toBe(5);
  await store.schema.alterTable('away').renameTo('audit_entries').execute();
  await trail.flush();
  expect(await users()).toHaveLength(10_000);
});

/** A store that writes what it is given first, and then says that it failed. */
function losingOneAnswer(store: Store): Store {
  const { adapter } = store.getExecutor();
  let lost = false;
  const runTogether: StoreAdapter['runTogether'] = async (write) => {
    const rows = await (adapter as StoreAdapter).runTogether(write);
    if (lost) return rows;
    lost = true;
    throw new Error('the connection is gone');
  };
  const losing = Object.assign(Object.create(adapter), { runTogether });
  const bound = (value: unknown) => (typeof value === 'function' ? value.bind(store) : value);
  return new Proxy(store, {
    get: (_target, name) => (name === 'getExecutor' ? () => ({ adapter: losing }) : bound(Reflect.get(store, name, store))),
  });
}

it('goes on where the store had written what it did not come to say', async () => {
  const { store, metrics, users } = await startTrail();
  const trail = createAuditTrail({ store: losingOneAnswer(store), metrics, log: createLog('silent') });
  trail.record(shop, { event: 'login', userId: 1 });
  await trail.flush();
  trail.record(shop, { event: 'login', userId: 2 });
  await trail.flush();
  expect(await users()).toEqual([1, 2]);
});
