import {
  type Dialect,
  type Kysely,
  type MigrationLockOptions,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { PostgresUrl } from '../../config/postgresUrl.ts';
import { outsideRequests } from '../../observe/currentRequest.ts';
import { StoreDriver } from '../driver.ts';
import type { Schema } from '../schema.ts';
import { PostgresBatches } from './batches.ts';
import { PostgresConnection } from './connection.ts';
import { setFallbacks } from './encryption.ts';
import { beginSession, readCommitted, type SessionOptions } from './session.ts';

/** Pool size. One Node thread cannot use more; PostgreSQL's default `max_connections` is 100. */
const poolSize = 10;
/** Milliseconds to wait for a new or a free connection. */
const connectionTimeout = 5000;
/** Minimum lifetime of a pool's connections in seconds. Lifetimes are random, up to twice this, so that those of all processes do not end together. */
const leastAge = 300;
/** Milliseconds for a statement, and for a transaction to wait for its next one. Clients wait 60 s in all. */
const statementTimeout = 15_000;
/** Milliseconds after which an open connection without a reply is considered lost. */
const silenceTimeout = statementTimeout + 5000;

/** Settings of every session of the service, unless the URL overrides them. */
const serviceSettings = {
  statement_timeout: String(statementTimeout),
  idle_in_transaction_session_timeout: String(statementTimeout),
  // Transactions lock rows where races matter; a stricter level would fail the transactions that wait for the lock.
  default_transaction_isolation: readCommitted,
  // `statement_timeout` limits the wait for locks.
  lock_timeout: '0',
};

/**
 * Kysely's dialect on a pool of connections.
 *
 * @param url parameters such as `sslmode`, `statement_timeout` and `application_name` take precedence over the settings here
 */
export const postgresDialect = (url: PostgresUrl, log: Logger, onPool?: (pool: pg.Pool) => void): Promise<Dialect> =>
  dialectOn(url, { max: poolSize, query_timeout: silenceTimeout }, serviceSettings, log, onPool);

/** The dialect with one connection, for the thread of user lists. The thread reports errors in its replies instead of the log. */
export const postgresListDialect = (url: PostgresUrl): Promise<Dialect> =>
  dialectOn(url, { max: 1, query_timeout: silenceTimeout }, serviceSettings, { warn: () => undefined });

/**
 * The dialect with one connection, for migrations, which may take long and wait for those of another process. It has the service's session
 * settings, so that a database on which they fail prevents the start.
 */
export const postgresMigrationDialect = (url: PostgresUrl, log: Logger): Promise<Dialect> =>
  dialectOn(url, { max: 1 }, serviceSettings, log);

/** @throws if the database has another encoding, such as one without a locale: its lengths would be in bytes instead of characters */
export async function requireUtf8(store: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(store);
  const encoding = rows[0]?.server_encoding;
  if (encoding !== 'UTF8') throw new Error(`the database's encoding is ${encoding}: create one with ENCODING 'UTF8'`);
}

/**
 * Finds the schema of the tables, or creates it if the URL names a missing one.
 *
 * @throws if no schema of the role's search path exists
 */
export async function requireSchema(store: Kysely<Schema>, named: string | undefined): Promise<string> {
  const current = async () => (await sql<{ schema: string | null }>`select current_schema() as schema`.execute(store)).rows[0]?.schema;
  const existing = await current();
  if (existing) return existing;
  if (named === undefined) throw new Error('no schema of the search path exists: create it, or name one with ?schema=NAME');
  await store.schema.createSchema(named).ifNotExists().execute();
  const created = await current();
  if (created) return created;
  throw new Error(`the role may not use the schema ${named}: grant it usage and create`);
}

async function dialectOn(
  { connectionStrings, settings, schema, pooled }: PostgresUrl,
  options: pg.PoolConfig,
  defaults: Record<string, string>,
  log: { warn(error: Error, message: string): void },
  onPool?: (pool: pg.Pool) => void,
): Promise<Dialect> {
  // Loaded on demand, because SQLite does not need it.
  const { Pool, TypeOverrides, types: parsers } = await import('pg');
  // `pg` returns eight-byte integers as text; ids and times are below 2^53 (docs/protocol.md, Sessions and users).
  const types = new TypeOverrides();
  types.setTypeParser(parsers.builtins.INT8, Number);
  const session: SessionOptions = {
    settings: { ...defaults, ...settings, ...(schema !== undefined && { search_path: quoteName(schema) }) },
    pooled,
    timeout: connectionTimeout,
  };
  const pool = new Pool({
    connectionString: connectionStrings[0],
    connectionTimeoutMillis: connectionTimeout,
    maxLifetimeSeconds: leastAge * (1 + Math.random()),
    application_name: 'miniprogram-login',
    // Lets a connection send a query before the result of the previous one.
    pipeline: true,
    types,
    onConnect: (client) => beginSession(client, session),
    ...options,
  });
  setFallbacks(pool, connectionStrings);
  // The pool replaces an idle connection that broke.
  pool.on('error', (error) => outsideRequests(() => log.warn(error, 'lost a connection to PostgreSQL')));
  // The query reports the error; this listener only prevents an uncaught `error` event.
  pool.on('connect', (client) => client.on('error', () => undefined));
  onPool?.(pool);
  const batches = new PostgresBatches(pool);
  return {
    createDriver: () =>
      new StoreDriver(
        () => new PostgresConnection(pool, batches),
        () => pool.end(),
      ),
    createAdapter: () => new PostgresStoreAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (store) => new PostgresIntrospector(store),
  };
}

const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;

class PostgresStoreAdapter extends PostgresAdapter {
  /** Migrations may take longer than `statement_timeout`. */
  override async acquireMigrationLock(store: Kysely<unknown>, options: MigrationLockOptions): Promise<void> {
    await sql`set local statement_timeout = 0`.execute(store);
    await super.acquireMigrationLock(store, options);
  }
}
