import type { KyselyPlugin, PluginTransformQueryArgs, PluginTransformResultArgs, QueryResult, RootOperationNode, UnknownRow } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { createAuditTrail } from '../../../server/audit/trail.ts';
import { createLog } from '../../../server/observe/log.ts';
import { createMetrics } from '../../../server/observe/metrics.ts';
import { createOwnDatabase, openTestStore } from '../../support/database.ts';

const lost = async (metrics: ReturnType<typeof createMetrics>) => (await metrics.lostAuditEntries.get()).values[0]?.value;

/** Ids start over every second. */
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
      .where('tenant_id', '=', 'shop')
      .orderBy('at')
      .orderBy('id')
      .execute();
    return rows.map(({ user_id }) => user_id);
  };
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
  return { store, metrics, trail, login, users, numbers };
}

describe('writing the audit trail', () => {
  it('writes any number of entries, in order', async () => {
    const { trail, login, users, numbers } = await startTrail();
    for (const n of numbers(250)) login(n);
    expect(await users()).toEqual([]);
    await trail.flush();
    expect(await users()).toEqual(numbers(250));
  });

  it('writes entries that follow an idle time', async () => {
    const { trail, login, users } = await startTrail();
    await trail.flush();
    login(1);
    await trail.flush();
    expect(await users()).toEqual([1]);
  });

  it('writes without a flush, a moment later', async () => {
    const { login, users } = await startTrail();
    login(1);
    await vi.waitFor(async () => expect(await users()).toEqual([1]), { timeout: 20_000 });
  });

  it('buffers a limited number of entries while the store fails, and writes them afterwards', async () => {
    const { store, metrics, trail, login, users, numbers } = await startTrail();
    await store.schema.alterTable('audit_entries').renameTo('away').execute();
    for (const n of numbers(10_005)) login(n);
    await trail.flush();
    expect(await lost(metrics)).toBe(5);
    await store.schema.alterTable('away').renameTo('audit_entries').execute();
    await trail.flush();
    expect(await users()).toHaveLength(10_000);
  });

  /** Fails the first insert after it has been executed. */
  class LosesOneAnswer implements KyselyPlugin {
    #hasLost = false;

    transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
      return node;
    }

    async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
      if (this.#hasLost) return result;
      this.#hasLost = true;
      throw new Error('connection lost');
    }
  }

  it("writes an entry once if the store's reply to the first attempt was lost", async () => {
    const { store, metrics, users } = await startTrail();
    const trail = createAuditTrail({ store: store.withPlugin(new LosesOneAnswer()), metrics, log: createLog('silent') });
    trail.record(shop, { event: 'login', userId: 1 });
    await trail.flush();
    trail.record(shop, { event: 'login', userId: 2 });
    await trail.flush();
    expect(await users()).toEqual([1, 2]);
  });
});
