import { renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { runTogether } from '../../../../server/store/prepared.ts';
import type { Store } from '../../../../server/store/schema.ts';
import { SqliteWriter } from '../../../../server/store/sqlite/writer.ts';
import { openTestStore } from '../../../support/database.ts';
import { createFolder } from '../../../support/folder.ts';

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
  return { path, store, seen };
}

const insertUser = (store: Store, id: number, nickname = '') =>
  store.insertInto('users').values({ app_id: 'app', id, created_at: 0, updated_at: 0, nickname });
const addUser = (store: Store, id: number, nickname?: string) => insertUser(store, id, nickname).execute();
const addInTransaction = (store: Store, id: number) => store.transaction().execute((transaction) => addUser(transaction, id));

it('makes what ends together durable together, and nothing is over before that', async () => {
  const { store, seen } = await openFile();
  for (const add of [addInTransaction, addUser]) {
    const first = seen().length + 1;
    const writes = [first, first + 1, first + 2].map((id) => add(store, id).then(seen));
    expect((await Promise.all(writes)).map((rows) => rows.length)).toEqual(Array(3).fill(first + 2));
  }
});

it('one of several writes that fails: it is taken back and nothing else', { tags: 'fault' }, async () => {
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

it('a disk that is full amid writes: nobody is told that something is kept which it took back, and on when there is room', {
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

it('a commit that cannot make something durable: all of it fails, and nothing is kept', { tags: 'fault' }, async () => {
  const { store, seen } = await openFile();
  const orphan = { app_id: 'app', token_hash: 'hash', user_id: 9, created_at: 0, expires_at: 0 };
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

it('reads what is committed while a transaction runs', async () => {
  const { store } = await openFile();
  await store.transaction().execute(async (transaction) => {
    await addUser(transaction, 1);
    expect(await store.selectFrom('users').select('id').execute()).toEqual([]);
    expect(await transaction.selectFrom('users').select('id').execute()).toEqual([{ id: 1 }]);
  });
  expect(await store.selectFrom('users').select('id').execute()).toEqual([{ id: 1 }]);
});

it('runs what is written together once more without what failed', async () => {
  const { store, seen } = await openFile();
  const runs: number[] = [];
  const write = (id: number) =>
    runTogether(store, {
      durable: 'now',
      order: '',
      statement: () => expect.unreachable(),
      steps(run) {
        runs.push(id);
        run(insertUser(store, id).compile());
        return run(insertUser(store, Math.max(id, 2) + 10).compile());
      },
    });
  const outcomes = await Promise.allSettled([write(1), write(2), write(3)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(runs).toEqual([1, 2, 1, 3]);
  expect(seen()).toEqual([1, 3, 12, 13]);
});

/** A write of one user, to be durable soon. */
const addUserSoon = (store: Store, id: number) =>
  runTogether(store, {
    durable: 'soon',
    order: '',
    statement: () => expect.unreachable(),
    steps: (run) => run(insertUser(store, id).compile()),
  });

it('keeps what is to be durable soon at once from the end of the process, and waits for the disk with all else', async () => {
  const { store, seen } = await openFile();
  await Promise.all([addUser(store, 1), addUserSoon(store, 2)]);
  await addUserSoon(store, 3);
  expect(seen()).toEqual([1, 2, 3]);
  const { rows } = await sql`pragma synchronous`.execute(store);
  expect(rows).toEqual([{ synchronous: 2 }]);
});

it('closes where its log is not to be found', async () => {
  const { path, store, seen } = await openFile();
  await addUserSoon(store, 1);
  const away = `${path}-away`;
  renameSync(`${path}-wal`, away);
  await store.destroy();
  renameSync(away, `${path}-wal`);
  expect(seen()).toEqual([1]);
});

it('refuses what is written after it closed, and writes what was asked before', async () => {
  const { store, seen } = await openFile();
  const asked = addUserSoon(store, 1);
  const closing = store.destroy();
  await Promise.all([asked, closing]);
  expect(seen()).toEqual([1]);
  await expect(addUserSoon(store, 2)).rejects.toThrow('not open');
  await expect(addUser(store, 3)).rejects.toThrow();
});

it('another process that writes for too long: store_unavailable to all who waited, and all is well after it', {
  tags: 'fault',
}, async () => {
  const path = `${createFolder()}/login.db`;
  const [database, other] = [new DatabaseSync(path), new DatabaseSync(path)];
  const writer = new SqliteWriter(database, undefined, undefined, 100);
  const inTransaction = async () => writer.commit(await writer.begin());
  const together = () => writer.together(() => 'done', 'now');
  other.exec('begin immediate');
  const unavailable = { status: 'rejected', reason: { code: 'store_unavailable', retryAfter: 5 } };
  const outcomes = await Promise.allSettled([inTransaction(), together(), inTransaction(), together()]);
  expect(outcomes).toMatchObject([unavailable, unavailable, unavailable, unavailable]);
  other.close();
  expect(await Promise.all([inTransaction(), together()])).toEqual([undefined, 'done']);
  await writer.close();
});
