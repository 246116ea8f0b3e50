import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { isUniqueViolation } from '../../../server/store/store.ts';
import { createDatabase, createOwnDatabase, openTestStore } from '../../support/database.ts';

const openOwnStore = async () => openTestStore(await createOwnDatabase());
const user = { tenant_id: 'app', id: Number.MAX_SAFE_INTEGER, created_at: 1_800_000_000, updated_at: 1_800_000_000 };

describe('the store', () => {
  it('returns ids, times and counts as numbers', async () => {
    const store = await openOwnStore();
    const written = await store.insertInto('users').values(user).returning(['id', 'created_at', 'is_authorized']).executeTakeFirst();
    expect(written).toEqual({ id: user.id, created_at: user.created_at, is_authorized: 0 });
    expect(
      await store
        .selectFrom('users')
        .select(({ fn }) => fn.countAll().as('rows'))
        .executeTakeFirst(),
    ).toEqual({ rows: 1 });
  });

  it('distinguishes unique violations from other errors', async () => {
    const store = await openOwnStore();
    await store.insertInto('users').values(user).execute();
    const name = { tenant_id: user.tenant_id, user_id: user.id, kind: 'username', value: 'larry' } as const;
    await store.insertInto('login_names').values(name).execute();
    const faultOf = (query: Promise<unknown>) => query.then(() => 'none', isUniqueViolation);

    expect(await faultOf(store.insertInto('users').values(user).execute())).toBe(true);
    expect(
      await faultOf(
        store
          .insertInto('login_names')
          .values({ ...name, value: 'mei' })
          .execute(),
      ),
    ).toBe(true);
    expect(
      await faultOf(
        store
          .insertInto('login_names')
          .values({ ...name, user_id: 1 })
          .execute(),
      ),
    ).toBe(true);
    expect(
      await faultOf(
        store
          .insertInto('login_names')
          .values({ ...name, kind: 'email', user_id: 1 })
          .execute(),
      ),
    ).toBe(false);
    expect(await faultOf(sql`select nothing from nowhere`.execute(store))).toBe(false);
  });

  it('rolls back a failed transaction', async () => {
    const store = await openOwnStore();
    const failed = store.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('users')
        .values({ ...user, id: 1 })
        .execute();
      await transaction
        .insertInto('users')
        .values({ ...user, id: 1 })
        .execute();
    });
    await expect(failed).rejects.toSatisfy(isUniqueViolation);
    expect(await store.selectFrom('users').selectAll().execute()).toEqual([]);
  });

  it('does not open a schema that a newer version has changed', async () => {
    const url = await createDatabase();
    const store = await openTestStore(url);
    await sql`insert into login_migration (name, timestamp) values ('9999-next', '2026-01-01T00:00:00.000Z')`.execute(store);
    await expect(openTestStore(url)).rejects.toThrow('previously executed migration 9999-next is missing');
  });
});
