import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Placeholders, prepare } from '../../../../server/store/prepared.ts';
import type { Store } from '../../../../server/store/schema.ts';
import { createDatabase, openTestStore } from '../../../support/database.ts';

const unavailable = { code: 'store_unavailable', retryAfter: 5 };

const insertUser = prepare((store, { id }: Placeholders<{ id: number }>) =>
  store.insertInto('users').values({ tenant_id: 'app', id, created_at: 0, updated_at: 0 }).returning('id'),
);
const touchUser = prepare((store, { id }: Placeholders<{ id: number }>) =>
  store.updateTable('users').set({ updated_at: 1 }).where('id', '=', id),
);
const insertSlowly = prepare((store, { id }: Placeholders<{ id: number }>) =>
  store.insertInto('users').values({ tenant_id: 'app', id, created_at: 0, updated_at: 0, nickname: sql`pg_sleep(60)::text` }),
);
const write = (store: Store, id: number) => insertUser(store, { id });

/** Ids of the stored users, and the number of transactions that inserted them. */
async function written(store: Store) {
  const rows = await store
    .selectFrom('users')
    .select(({ ref, fn, cast }) => ['id', cast<string>(fn<string>('age', [ref('xmin' as never)]), 'text').as('transaction')])
    .orderBy('id')
    .execute();
  return { ids: rows.map(({ id }) => id), transactions: new Set(rows.map(({ transaction }) => transaction)).size };
}

describe('queries of one tick', () => {
  it('run in one transaction, and return their own rows', async () => {
    const store = await openTestStore(await createDatabase());
    const rows = await Promise.all([3, 1, 2].map((id) => write(store, id)));
    expect(rows).toEqual([[{ id: 3 }], [{ id: 1 }], [{ id: 2 }]]);
    expect(await written(store)).toEqual({ ids: [1, 2, 3], transactions: 1 });
  });

  it('one of several writes that fails: the others succeed', { tags: 'fault' }, async () => {
    const store = await openTestStore(await createDatabase());
    await write(store, 2);
    const outcomes = await Promise.allSettled([1, 2, 3].map((id) => write(store, id)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: '23505' } });
    expect(await written(store)).toMatchObject({ ids: [1, 2, 3] });
  });

  it('two processes that write the same rows in opposite orders: no deadlock', { tags: 'fault' }, async () => {
    const url = await createDatabase();
    const stores = [await openTestStore(url), await openTestStore(url)];
    for (const id of [1, 2, 3, 4]) await write(stores[0] as Store, id);
    const touch = (store: Store, id: number) => touchUser(store, { id });
    for (let round = 0; round < 10; round++) {
      const touches = [1, 2, 3, 4].flatMap((id) => [touch(stores[0] as Store, id), touch(stores[1] as Store, 5 - id)]);
      expect(await Promise.all(touches)).toHaveLength(8);
    }
  });

  it('a connection that ends during several writes: store_unavailable for all of them, and then another connection', {
    tags: 'fault',
  }, async () => {
    const url = await createDatabase();
    const store = await openTestStore(url);
    const other = await connect(url);
    const sleep = insertSlowly(store, { id: 2 });
    const writes = Promise.allSettled([write(store, 1), sleep, write(store, 3)]);
    await expect.poll(() => endSleeping(other), { timeout: 20_000 }).toBe(1);
    expect(await writes).toMatchObject(Array(3).fill({ reason: unavailable }));
    expect(await write(store, 4)).toEqual([{ id: 4 }]);
    expect(await written(store)).toMatchObject({ ids: [4] });
  });

  it('are reads or writes, which fail one by one', async () => {
    const store = await openTestStore(await createDatabase());
    await write(store, 1);
    const find = prepare((store, { id }: Placeholders<{ id: number }>) => store.selectFrom('users').select('id').where('id', '=', id));
    const divide = prepare((store, { id }: Placeholders<{ id: number }>) =>
      store.selectFrom('users').select(({ eb }) => eb(eb.val(1), '/', eb.cast<number>(eb.val(id), 'integer')).as('share')),
    );
    const outcomes = await Promise.allSettled([find(store, { id: 1 }), divide(store, { id: 0 }), find(store, { id: 2 })]);
    expect(outcomes).toMatchObject([{ value: [{ id: 1 }] }, { reason: { code: '22012' } }, { value: [] }]);
  });

  it('a lock that is held for too long: the writes that wait for it fail, and no others', { tags: 'fault' }, async () => {
    const url = await createDatabase();
    const store = await openTestStore(`${url}?statement_timeout=1000`);
    const holder = await connect(url);
    await holder.query("begin; insert into users (tenant_id, id, created_at, updated_at) values ('app', 2, 0, 0)");
    const outcomes = await Promise.allSettled([1, 2, 3].map((id) => write(store, id)));
    expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: unavailable }, { status: 'fulfilled' }]);
  });
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

async function endSleeping(client: pg.Client): Promise<number | null> {
  const sleeping = "wait_event = 'PgSleep' and datname = current_database()";
  return (await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${sleeping}`)).rowCount;
}
