import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery, sql } from 'kysely';
import { expect, it } from 'vitest';
import { SqliteWriter } from '../../../server/store/sqliteWriter.ts';
import type { Store } from '../../../server/store/store.ts';
import { openTestStore } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';

/** A store in a file, and what somebody else sees who opens the file now. */
async function openFile() {
  const path = `${createFolder()}/login.db`;
  const store = await openTestStore(`sqlite:${path}`);
  const seen = () => {
    const other = new DatabaseSync(path, { readOnly: true });
    const rows = other.prepare('select id from users order by id').all();
    other.close();
    return rows.map(({ id }) => id);
  };
  return { store, seen };
}

const addUser = (store: Store, id: number, nickname = '') =>
  store.insertInto('users').values({ app_id: 'app', id, created_at: 0, updated_at: 0, nickname }).execute();
const addInTransaction = (store: Store, id: number) => store.transaction().execute((transaction) => addUser(transaction, id));

it('makes what ends together durable together, and nothing is over before that', async () => {
  const { store, seen } = await openFile();
  const writes = [addInTransaction(store, 1), addUser(store, 2), addInTransaction(store, 3)];
  expect(await Promise.all(writes.map((write) => write.then(seen)))).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

it('takes back what failed and nothing else', async () => {
  const { store, seen } = await openFile();
  const failing = store.transaction().execute(async (transaction) => {
    await addUser(transaction, 2);
    throw new Error('no');
  });
  const doubled = addUser(store, 3).then(() => addUser(store, 3));
  const outcomes = await Promise.allSettled([addInTransaction(store, 1), failing, doubled, addInTransaction(store, 4)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(seen()).toEqual([1, 3, 4]);
});

it('tells nobody that something is kept which a full disk took back, and goes on when there is room', async () => {
  const { store, seen } = await openFile();
  await sql`pragma max_page_count = 60`.execute(store);
  const outcomes = await Promise.allSettled([addInTransaction(store, 1), addUser(store, 2, 'x'.repeat(1e6)), addInTransaction(store, 3)]);
  const kept = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index + 1] : []));
  expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } });
  expect(seen()).toEqual(kept);
  await addUser(store, 4);
  expect(seen()).toEqual([...kept, 4]);
});

it('loses all that the commit cannot make durable', async () => {
  const { store, seen } = await openFile();
  const orphan = { app_id: 'app', token_hash: 'hash', user_id: 9, created_at: 0, expires_at: 0 };
  await sql`create table parents (id integer primary key)`.execute(store);
  await sql`create table children (parent integer references parents (id) deferrable initially deferred)`.execute(store);
  const writes = [addInTransaction(store, 1), sql`insert into children values (9)`.execute(store)];
  expect((await Promise.allSettled(writes)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(store.insertInto('sessions').values(orphan).execute()).rejects.toThrow('FOREIGN KEY');
  await addUser(store, 2);
  expect(seen()).toEqual([2]);
});

it('reads what is committed while a transaction runs', async () => {
  const { store } = await openFile();
  await store.transaction().execute(async (transaction) => {
    await addUser(transaction, 1);
    expect(await store.selectFrom('users').select('id').execute()).toEqual([]);
    expect(await transaction.selectFrom('users').select('id').execute()).toEqual([{ id: 1 }]);
  });
  expect(await store.selectFrom('users').select('id').execute()).toEqual([{ id: 1 }]);
});

it('says that the store is unavailable while the disk is read-only, reads on, and is well after it', async () => {
  const database = new DatabaseSync(':memory:');
  const writer = new SqliteWriter(database);
  const run = async (text: string) => {
    const group = await writer.begin();
    await writer.commit(group);
    return writer.read(CompiledQuery.raw(text));
  };
  database.exec('pragma query_only = on');
  await expect(run('select 1')).rejects.toMatchObject({ code: 'store_unavailable' });
  expect((await writer.read(CompiledQuery.raw('select 1 as one'))).rows).toEqual([{ one: 1 }]);
  database.exec('pragma query_only = off');
  expect((await run('select 2 as two')).rows).toEqual([{ two: 2 }]);
});
