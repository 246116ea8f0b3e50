// @module-tag fault
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLog } from '../../../../server/observe/log.ts';
import type { Store } from '../../../../server/store/schema.ts';
import { openStore } from '../../../../server/store/store.ts';
import { createDatabase, openTestStore } from '../../../support/database.ts';
import { startServer } from '../../../support/server.ts';

const unavailable = { code: 'store_unavailable', retryAfter: 5 };
const ping = (store: Store) => sql`select 1`.execute(store);
const sleep = (store: Store) => sql`select pg_sleep(60)`.execute(store);

/** Ends the store's connections to a database, as a restart does. It hears of that a moment later. */
async function endConnections(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const { rowCount } = await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'miniprogram-login'",
  );
  await client.end();
  expect(rowCount).toBeGreaterThan(0);
}

describe('PostgreSQL', () => {
  it('connections that end while idle: replaced', async () => {
    const url = await createDatabase();
    const store = await openTestStore(url);
    await Promise.all(Array.from({ length: 5 }, () => ping(store)));
    await endConnections(url);
    await vi.waitFor(() => ping(store), 5000);
  });

  it('a connection that ends within a transaction: store_unavailable, and then another connection', async () => {
    const url = await createDatabase();
    const store = await openTestStore(url);
    const transaction = store.transaction().execute(async (within) => {
      await ping(within);
      await endConnections(url);
      await ping(within);
    });
    await expect(transaction).rejects.toMatchObject(unavailable);
    await vi.waitFor(() => ping(store), 5000);
  });

  it('a statement that takes too long: store_unavailable, and later ones succeed', async () => {
    const store = await openTestStore(`${await createDatabase()}?statement_timeout=1000`);
    await expect(sleep(store)).rejects.toMatchObject(unavailable);
    await vi.waitFor(() => ping(store), 5000);
  });

  it('all connections in use for too long: store_unavailable, until one is free', async () => {
    const url = await createDatabase();
    const store = await openTestStore(url);
    const inUse = Promise.allSettled(Array.from({ length: 10 }, () => sleep(store)));
    await expect(ping(store)).rejects.toMatchObject(unavailable);
    await endConnections(url);
    expect(await inUse).toMatchObject(Array.from({ length: 10 }, () => ({ reason: unavailable })));
    await vi.waitFor(() => ping(store), 5000);
  });

  it('a connection that stopped replying: store_unavailable, and then another connection', async () => {
    const url = new URL(await createDatabase());
    const line = await startLine(Number(url.port));
    url.port = String(line.port);
    url.search = 'query_timeout=2000';
    const store = await openTestStore(url.href);
    await ping(store);
    line.silence();
    await expect(ping(store)).rejects.toMatchObject(unavailable);
    await vi.waitFor(() => ping(store), 5000);
  });

  /** A line to a port of this machine whose connections can fall silent, as those to a machine that has lost its power do. */
  async function startLine(target: number): Promise<{ port: number; silence(): void }> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      const onward = connect(target, '127.0.0.1');
      for (const end of [socket, onward]) sockets.add(end.on('error', () => undefined));
      socket.pipe(onward).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return {
      port: (server.address() as AddressInfo).port,
      silence: () => {
        for (const socket of sockets) socket.unpipe().pause();
      },
    };
  }

  it('a database that counts lengths in bytes: reported at the start', async () => {
    const url = await createDatabase();
    const client = new pg.Client(url);
    await client.connect();
    await client.query("create database ascii encoding 'SQL_ASCII' locale 'C' template template0");
    await client.end();
    const opening = openTestStore(new URL('/ascii', url).href);
    await expect(opening).rejects.toThrow("DATABASE_URL: the database's encoding is SQL_ASCII: create one with ENCODING 'UTF8'");
  });

  it('a connection that has become read-only: store_unavailable, and all connections are replaced', async () => {
    const store = await openTestStore(await createDatabase());
    const write = () => sql`create temporary table if not exists written (n int)`.execute(store);
    // Simulates a primary that was demoted under its connections.
    const makeReadOnly = () => sql`set default_transaction_read_only = on`.execute(store);
    await Promise.all([...Array.from({ length: 5 }, makeReadOnly)]);
    await expect(write()).rejects.toMatchObject(unavailable);
    for (let round = 0; round < 10; round++) await write();
  });

  it.each([
    '42P05',
    '26000',
    '57P03',
    '08006',
    '08P01',
  ])('a failure of the connection, %s: store_unavailable, and then another connection', async (code) => {
    const store = await openTestStore(await createDatabase());
    const backend = async () => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(store)).rows[0]?.pid;
    const before = await backend();
    const raise = sql.raw(`do $$ begin raise exception 'as said' using errcode = '${code}'; end $$`);
    await expect(raise.execute(store)).rejects.toMatchObject(unavailable);
    expect(await backend()).not.toBe(before);
  });

  it('a connection that is ten minutes old: replaced', async () => {
    const store = await openTestStore(await createDatabase());
    const backend = async (on: Store) => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(on)).rows[0]?.pid;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    /** The connection of a transaction, which is never idle, so that its age alone ends it. */
    const connectionFor = (minutes: number) =>
      store.transaction().execute(async (within) => {
        const pid = await backend(within);
        vi.advanceTimersByTime(minutes * 60_000);
        return pid;
      });
    const before = await connectionFor(4);
    expect(await connectionFor(7)).toBe(before);
    expect(await connectionFor(0)).not.toBe(before);
  });

  it('two servers in separate schemas, and another program with the same library: each has its tables', async () => {
    const url = await createDatabase();
    const client = new pg.Client(url);
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('create table kysely_migration (name text, timestamp text); create table kysely_migration_lock (id text)');
    await client.query("insert into kysely_migration values ('2024-theirs', 'then')");
    onTestFinished(async () => void (await client.query('drop schema if exists one cascade; drop schema if exists two cascade')));
    for (const schema of ['one', 'two', 'one']) await (await openStore(`${url}?schema=${schema}`, createLog('silent'))).destroy();
    await (await openStore(url, createLog('silent'))).destroy();
    const { rows } = await client.query("select schemaname from pg_tables where tablename = 'login_names' order by 1");
    expect(rows.map(({ schemaname }) => schemaname)).toEqual(['one', 'public', 'two']);
  });

  it.each([
    ['several hosts', 'postgres://app:open-sesame@one,two/login', 'names several hosts'],
    [
      'a standby as its target',
      'postgres://app:open-sesame@one/login?target_session_attrs=standby',
      'target_session_attrs: must be read-write',
    ],
    ['a password with @ and #', 'postgres://app:open@sesame#2@one/login', 'write @ as %40'],
    ['a password with a slash', 'postgres://app:1/sesame@one/login', 'write @ as %40'],
    ['a password with a question mark', 'postgres://app:1?sesame@one/login', 'write @ as %40'],
    ['a password with a percent sign', 'postgres://app:sesame%@one/login', 'write @ as %40'],
  ])('a URL with %s: an error without any part of the password', async (_case, url, reason) => {
    const fault = await openStore(url, createLog('silent')).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(fault).toContain(reason);
    expect(fault).not.toMatch(/sesame/);
  });

  /** @returns the URL of a database that gives its sessions a setting */
  async function createDatabaseWith(name: string, value: string): Promise<string> {
    const url = await createDatabase();
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`alter database "${client.database}" set ${name} = '${value}'`);
    onTestFinished(async () => {
      await client.query(`alter database "${client.database}" reset ${name}`);
      await client.end();
    });
    return url;
  }

  describe.each([
    ['default_transaction_isolation', 'serializable'],
    ['default_transaction_isolation', 'repeatable read'],
    ['lock_timeout', '1ms'],
    ['statement_timeout', '20ms'],
  ])('a database with %s = %s', (name, value) => {
    it('serves people who come at the same time as any other', async () => {
      const server = await startServer({ database: await createDatabaseWith(name, value), rateLimited: false });
      const codes = await Promise.all(Array.from({ length: 20 }, () => server.codeFor('wechat', 'larry')));
      const logins = await Promise.all(codes.map((code) => server.call('silentLoginWechat', { body: { code } })));
      expect(new Set(logins.map(({ status }) => status))).toEqual(new Set([201]));
      const [{ body } = expect.unreachable()] = logins;
      const step = { token: body.token, body: { points: { $incr_by: 1 } } };
      const updates = await Promise.all(Array.from({ length: 20 }, () => server.call('updateUser', step)));
      expect(new Set(updates.map(({ status }) => status))).toEqual(new Set([200]));
      expect((await server.call('getUser', { token: body.token, userId: body.user_info.id })).body.points).toBe(20);
    });
  });

  it.each([
    'serializable',
    'repeatable read',
  ])('a pooler before a database that is %s by default: the start says what to set', async (level) => {
    const url = await createDatabaseWith('default_transaction_isolation', level);
    await expect(openTestStore(`${url}?pgbouncer=true`)).rejects.toThrow(`default_transaction_isolation is ${level}`);
  });
});
