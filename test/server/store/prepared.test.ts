import { PostgresAdapter, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type Placeholders, prepare } from '../../../server/store/prepared.ts';
import { createOwnDatabase, openTestStore } from '../../support/database.ts';

const openOwnStore = async () => openTestStore(await createOwnDatabase());

/** Prepared statements, with the number of times they were built. */
function prepareUsers() {
  const built: string[] = [];
  return {
    built,
    insert: prepare((store, { id, nickname }: Placeholders<{ id: number; nickname: string | null }>) => {
      built.push('insert');
      return store.insertInto('users').values({ tenant_id: 'app', id, created_at: 0, updated_at: 0, nickname });
    }),
    find: prepare((store, { id }: Placeholders<{ id: number }>) => {
      built.push('find');
      return store.selectFrom('users').select(['id', 'nickname']).where('tenant_id', '=', 'app').where('id', '=', id);
    }),
  };
}

describe('a prepared query', () => {
  it('is built once and runs with other values each time, in transactions too', async () => {
    const { built, insert, find } = prepareUsers();
    const store = await openOwnStore();
    await insert(store, { id: 1, nickname: 'Larry' });
    await store.transaction().execute(async (transaction) => {
      await insert(transaction, { id: 2, nickname: null });
      expect(await find(transaction, { id: 2 })).toEqual([{ id: 2, nickname: null }]);
    });
    expect([await find(store, { id: 1 }), await find(store, { id: 3 })]).toEqual([[{ id: 1, nickname: 'Larry' }], []]);
    expect(built).toEqual(['insert', 'find']);
  });

  it('is built once for each store', async () => {
    const { built, find } = prepareUsers();
    for (const store of [await openOwnStore(), await openOwnStore()]) expect(await find(store, { id: 1 })).toEqual([]);
    expect(built).toEqual(['find', 'find']);
  });

  it('is prepared once by PostgreSQL, with its plan', async ({ skip }) => {
    const store = await openOwnStore();
    if (!(store.getExecutor().adapter instanceof PostgresAdapter)) return skip();
    const { find } = prepareUsers();
    await store.transaction().execute(async (transaction) => {
      for (const id of [1, 2]) await find(transaction, { id });
      const { rows } =
        await sql`select generic_plans + custom_plans as runs from pg_prepared_statements where statement like 'select "id", "nickname"%'`.execute(
          transaction,
        );
      expect(rows).toEqual([{ runs: 2 }]);
    });
  });
});
