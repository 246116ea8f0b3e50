import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { findRecord } from '../../../../server/accounts/users.ts';
import type { Store } from '../../../../server/store/schema.ts';
import { requireVersion } from '../../../../server/store/sqlite/dialect.ts';
import { openTestStore } from '../../../support/database.ts';
import { createFolder } from '../../../support/folder.ts';
import { type Reply, startServer } from '../../../support/server.ts';

describe('SQLite', () => {
  it('locks the database at the start of a transaction, so that it cannot fail halfway', async () => {
    const path = `${createFolder()}/login.db`;
    const store = await openTestStore(`sqlite:${path}`);
    const other = new DatabaseSync(path, { timeout: 0 });
    const write = () => other.exec("insert into users (tenant_id, id, created_at, updated_at) values ('app', 1, 1, 1)");
    await store.transaction().execute(async () => expect(write).toThrow('database is locked'));
    expect(write).not.toThrow();
    other.close();
  });

  it('lets SQLite checkpoint the WAL itself at twice the limit', async () => {
    const store = await openTestStore(`sqlite:${createFolder()}/login.db`);
    expect((await sql`pragma wal_autocheckpoint`.execute(store)).rows).toEqual([{ wal_autocheckpoint: 32_000 }]);
  });

  it('uses pages of 2 KiB', async () => {
    const store = await openTestStore(`sqlite:${createFolder()}/login.db`);
    expect((await sql`pragma page_size`.execute(store)).rows).toEqual([{ page_size: 2048 }]);
  });

  it('reads the shown columns of identities from their index', async () => {
    const store = await openTestStore(`sqlite:${createFolder()}/login.db`);
    const query = findRecord.compile(store, { tenantId: 'app', id: 1 });
    const plan = await store.executeQuery<{ detail: string }>({ ...query, sql: `explain query plan ${query.sql}` });
    expect(plan.rows.map(({ detail }) => detail)).toEqual([
      'SEARCH users USING INTEGER PRIMARY KEY (rowid=?)',
      'SEARCH identities USING COVERING INDEX identities_of_user (tenant_id=? AND user_id=?) LEFT-JOIN',
    ]);
  });

  it('refuses a SQLite that may lose data', () => {
    for (const version of ['3.51.2', '3.6.9', '']) expect(() => requireVersion(version)).toThrow('Node 24.15');
    for (const version of ['3.51.3', '3.100.0', '4.0.0', process.versions.sqlite]) expect(() => requireVersion(version)).not.toThrow();
  });

  it('waits for another process that opens the same new file', async () => {
    const path = `${createFolder()}/login.db`;
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const opening = openTestStore(`sqlite:${path}`);
    other.close();
    await expect(opening).resolves.toBeDefined();
  });

  it('a full disk: 503 with Retry-After for writes, reads work, and writes recover', { tags: 'fault' }, async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    await sql`pragma max_page_count = 1`.execute(server.store);
    const refused = await untilRefused(() => server.call('loginAnonymously'));
    expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    expect(refused.headers.get('Retry-After')).toBe('5');
    expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(200);
    await sql`pragma max_page_count = 1000000`.execute(server.store);
    expect((await server.call('loginAnonymously')).status).toBe(201);
  });

  it('a read-only file: 503 with Retry-After for writes, reads work, and writes recover', {
    tags: 'fault',
  }, async () => {
    const server = await startServer({ database: `sqlite:${createFolder()}/login.db` });
    const { token, user_info } = await server.login('wechat', 'larry');
    const readOnly = (state: 'on' | 'off') => readBetweenWrites(server.store, `pragma query_only = ${state}`);
    await readOnly('on');
    for (const operation of ['loginAnonymously', 'logout'] as const) {
      const refused = await server.call(operation, { token });
      expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
      expect(refused.headers.get('Retry-After')).toBe('5');
    }
    expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(200);
    await readOnly('off');
    expect((await server.call('loginAnonymously')).status).toBe(201);
    expect((await server.call('logout', { token })).status).toBe(201);
  });

  it('a long write of another process: only writes wait for it', { tags: 'fault' }, async () => {
    const path = `${createFolder()}/login.db`;
    const server = await startServer({ database: `sqlite:${path}` });
    const { token, user_info } = await server.login('wechat', 'larry');
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const writes = [server.call('loginAnonymously'), server.login('wechat', 'larry')];
    for (let n = 1; n <= 20; n++) expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(200);
    other.close();
    expect(await Promise.all(writes)).toMatchObject([{ status: 201 }, { user_info }]);
  });
});

/** Runs a statement on the connection that writes, as a query that reads: others begin with a transaction, which read-only refuses. */
const readBetweenWrites = (store: Store, text: string) =>
  store.executeQuery({ ...store.selectFrom('users').select('id').compile(), sql: text });

/** Half-full pages take some more rows. */
async function untilRefused(call: () => Promise<Reply>): Promise<Reply> {
  for (let n = 1; n < 1000; n++) {
    const reply = await call();
    if (reply.status !== 201) return reply;
  }
  return call();
}
