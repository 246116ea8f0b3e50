import { CompiledQuery, PostgresAdapter, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../server/store/schema.ts';
import { countUsers, readBatch, readUsers, type Scan, scanUsers } from '../../../server/userLists/scan.ts';
import { addCrowd } from '../../support/crowd.ts';
import { createOwnDatabase, openTestStore } from '../../support/database.ts';

/** A store with users of two apps, and the query plans since then. */
async function openWatched(): Promise<{ store: Store; plans: () => Promise<string> }> {
  const store = await openTestStore(await createOwnDatabase());
  await addCrowd(store, 3000);
  await store
    .insertInto('users')
    .columns(['tenant_id', 'id', 'created_at', 'updated_at', 'nickname'])
    .expression((from) =>
      from
        .selectFrom('users')
        .select([sql.lit('another').as('tenant_id'), sql<number>`id + 3000`.as('id'), 'created_at', 'updated_at', 'nickname'])
        .where('id', '>', 500),
    )
    .execute();
  await sql`analyze`.execute(store);
  const asked: CompiledQuery[] = [];
  const watched = store.withPlugin({
    transformQuery({ node, queryId }) {
      asked.push(store.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const isPostgres = store.getExecutor().adapter instanceof PostgresAdapter;
  const explain = (query: CompiledQuery) =>
    store.transaction().execute(async (transaction) => {
      if (isPostgres) await sql`set local enable_sort = off`.execute(transaction);
      const command = isPostgres ? 'explain' : 'explain query plan';
      const { rows } = await transaction.executeQuery(CompiledQuery.raw(`${command} ${query.sql}`, [...query.parameters]));
      return JSON.stringify(rows);
    });
  return { store: watched, plans: async () => (await Promise.all(asked.splice(0).map(explain))).join('\n') };
}

const after = { value: 1500, id: 1501 };

describe('scans of users', () => {
  it.each<[string, Scan]>([
    ['ids', { field: 'id', down: false }],
    ['ids, down, behind one', { field: 'id', down: true, after }],
    ['times', { field: 'created_at', down: false }],
    ['times, down', { field: 'created_at', down: true }],
    ['times behind one', { field: 'created_at', down: false, after }],
    ['times, down, behind one', { field: 'created_at', down: true, after }],
    ['nicknames', { field: 'nickname', down: false }],
    ['nicknames, down', { field: 'nickname', down: true }],
    ['nicknames behind one', { field: 'nickname', down: false, after: { value: 'n5', id: 6 } }],
    ['nicknames, down, behind one', { field: 'nickname', down: true, after: { value: 'n5', id: 6 } }],
    ['one nickname', { field: 'id', down: false, nickname: 'n7' }],
    ['one nickname behind an id', { field: 'id', down: false, nickname: 'n7', after: { value: 7, id: 7 } }],
  ])('read an index in order, without sorting: %s', async (_name, scan) => {
    const { store, plans } = await openWatched();
    const rows = await readBatch(store, 'sandbox', scan, 20);
    expect(rows.length).toBeLessThanOrEqual(20);
    const plan = await plans();
    expect(plan).toMatch(/index/i);
    expect(plan).not.toMatch(/seq scan|bitmap|sort|b-tree|SCAN users/i);
  });

  it('read users by id, and count them, with an index', async () => {
    const { store, plans } = await openWatched();
    expect(await readUsers(store, 'sandbox', [1, 5, 7, 999_999])).toHaveLength(3);
    expect(await plans()).toMatch(/index|primary key/i);
    expect([
      await countUsers(store, 'sandbox', 5000),
      await countUsers(store, 'sandbox', 10),
      await countUsers(store, 'another', 5000),
    ]).toEqual([3000, 10, 2500]);
  });

  it('return everyone once, in order, over any number of batches', async () => {
    const { store } = await openWatched();
    // Most share a nickname and a time.
    await store.updateTable('users').set({ nickname: null, created_at: 7 }).where('id', '>', 100).execute();
    for (const field of ['id', 'created_at', 'nickname'] as const) {
      for (const down of [false, true]) {
        const ids: number[] = [];
        for await (const { id } of scanUsers(store, 'sandbox', { field, down })) ids.push(id);
        expect([field, down, ids.length, new Set(ids).size]).toEqual([field, down, 3000, 3000]);
        const { rows } = await sql<{ id: number }>`select id from users where tenant_id = 'sandbox' order by ${sql.raw(
          {
            id: 'id',
            created_at: 'created_at *, id',
            nickname: `coalesce(nickname, '')${store.getExecutor().adapter instanceof PostgresAdapter ? ' collate "C"' : ''} *, id`,
          }[field].replace('*', down ? 'desc' : 'asc'),
        )} ${sql.raw(down ? 'desc' : 'asc')}`.execute(store);
        expect(ids).toEqual(rows.map(({ id }) => id));
      }
    }
  });
});
