import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../../server/observe/log.ts';
import type { Store } from '../../../../server/store/schema.ts';
import { SqliteCheckpointer } from '../../../../server/store/sqlite/checkpointer.ts';
import { SqliteConnection } from '../../../../server/store/sqlite/connection.ts';
import { GroupCommit } from '../../../../server/store/sqlite/groupCommit.ts';
import { WalSync } from '../../../../server/store/sqlite/walSync.ts';
import { openTestStore } from '../../../support/database.ts';
import { createFolder } from '../../../support/folder.ts';

/** A store in a file, and the users that another connection sees. */
async function openFile() {
  const path = `${createFolder()}/login.db`;
  const store = await openTestStore(`sqlite:${path}`);
  const seen = () => {
    const other = new DatabaseSync(path, { readOnly: true });
    const rows = other.prepare('select id from users order by id').all();
    other.close();
    return rows.map(({ id }) => id);
  };
  return { path, store, seen };
}

const addUser = (store: Store, id: number, nickname = '') =>
  store.insertInto('users').values({ tenant_id: 'app', id, created_at: 0, updated_at: 0, nickname }).execute();
const addInTransaction = (store: Store, id: number) => store.transaction().execute((transaction) => addUser(transaction, id));

describe('a group commit', () => {
  it('commits writes of one tick together, and resolves them after the commit', async () => {
    const { store, seen } = await openFile();
    for (const add of [addInTransaction, addUser]) {
      const first = seen().length + 1;
      const writes = [first, first + 1, first + 2].map((id) => add(store, id).then(seen));
      expect((await Promise.all(writes)).map((rows) => rows.length)).toEqual(Array(3).fill(first + 2));
    }
  });

  it('one of several writes that fails: only that one is rolled back', { tags: 'fault' }, async () => {
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

  it('a disk that is full during writes: no rolled-back write is confirmed, and writes continue when there is room', {
    tags: 'fault',
  }, async () => {
    const { store, seen } = await openFile();
    await sql`pragma max_page_count = 60`.execute(store);
    const outcomes = await Promise.allSettled([addInTransaction(store, 1), addUser(store, 2, 'x'.repeat(1e6)), addInTransaction(store, 3)]);
    const kept = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index + 1] : []));
    expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } });
    expect(seen()).toEqual(kept);
    await addUser(store, 4);
    expect(seen()).toEqual([...kept, 4]);
  });

  it('a commit that fails: all of its writes fail, and none is stored', { tags: 'fault' }, async () => {
    const { store, seen } = await openFile();
    const orphan = { tenant_id: 'app', token_hash: 'hash', user_id: 9, id: 1, created_at: 0, last_used_at: 0, expires_at: 0 };
    await sql`create table parents (id integer primary key)`.execute(store);
    await sql`create table children (parent integer references parents (id) deferrable initially deferred)`.execute(store);
    const addOrphan = sql`insert into children values (9)`;
    const inTransactions = [addInTransaction(store, 1), store.transaction().execute((within) => addOrphan.execute(within))];
    expect((await Promise.allSettled(inTransactions)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const alone = [addUser(store, 1), addOrphan.execute(store)];
    expect((await Promise.allSettled(alone)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(store.insertInto('sessions').values(orphan).execute()).rejects.toThrow('FOREIGN KEY');
    await addUser(store, 2);
    expect(seen()).toEqual([2]);
  });

  it('shows others only committed data while a transaction runs', async () => {
    const { store } = await openFile();
    await store.transaction().execute(async (transaction) => {
      await addUser(transaction, 1);
      expect(await store.selectFrom('users').select('id').execute()).toEqual([]);
      expect(await transaction.selectFrom('users').select('id').execute()).toEqual([{ id: 1 }]);
    });
    expect(await store.selectFrom('users').select('id').execute()).toEqual([{ id: 1 }]);
  });

  it('finishes writes requested before the store closed, and rejects later ones', async () => {
    const { store, seen } = await openFile();
    const requested = addUser(store, 1);
    const closing = store.destroy();
    await Promise.all([requested, closing]);
    expect(seen()).toEqual([1]);
    await expect(addUser(store, 2)).rejects.toThrow();
  });

  it('a disk that cannot sync a commit: store_unavailable for its writes', { tags: 'fault' }, async () => {
    const path = `${createFolder()}/login.db`;
    const database = new DatabaseSync(path);
    database.exec('pragma journal_mode = wal; create table texts (text)');
    const checkpointer = new SqliteCheckpointer(path, createLog('silent'));
    const writer = new GroupCommit(database, { walSync: new WalSync('/dev/null'), checkpointer });
    const connection = new SqliteConnection(writer, writer);
    const write = () => connection.executeQuery(CompiledQuery.raw("insert into texts values ('text')"));
    const unavailable = { status: 'rejected', reason: { code: 'store_unavailable', retryAfter: 5 } };
    expect(await Promise.allSettled([write(), write()])).toMatchObject([unavailable, unavailable]);
    await writer.close();
  });

  it('another process that writes for too long: store_unavailable for all waiting writes, and recovery afterwards', {
    tags: 'fault',
  }, async () => {
    const path = `${createFolder()}/login.db`;
    const [database, other] = [new DatabaseSync(path), new DatabaseSync(path)];
    const writer = new GroupCommit(database, undefined, 100);
    const transaction = async () => writer.commit(await writer.begin());
    const connection = new SqliteConnection(writer, writer);
    const write = async () => (await connection.executeQuery(CompiledQuery.raw('create table if not exists texts (text)'))).rows;
    other.exec('begin immediate');
    const unavailable = { status: 'rejected', reason: { code: 'store_unavailable', retryAfter: 5 } };
    const outcomes = await Promise.allSettled([transaction(), write(), transaction(), write()]);
    expect(outcomes).toMatchObject([unavailable, unavailable, unavailable, unavailable]);
    other.close();
    expect(await Promise.all([transaction(), write()])).toEqual([undefined, []]);
    await writer.close();
  });
});
