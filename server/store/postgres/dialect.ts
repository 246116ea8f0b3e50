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
import { outsideRequests } from '../../observe/currentRequest.ts';
import type { Schema } from '../schema.ts';
import { PostgresDriver } from './driver.ts';
import { setFallbacks } from './encryption.ts';
import { beginSession, readCommitted, type SessionOptions } from './session.ts';
import type { PostgresUrl } from './url.ts';

/** Pool size. One Node thread cannot use more; PostgreSQL's default `max_connections` is 100. */
const poolSize = 10;
/** Milliseconds to wait for a connection, a new one or a free one. */
const connectionTimeout = 5000;
/** Milliseconds that a statement may take, or a transaction may wait for its next one; clients wait 60 s for everything. */
const statementTimeout = 15_000;
/** Milliseconds after which PostgreSQL itself is taken to be gone, though nothing has closed the connection. */
const silenceTimeout = statementTimeout + 5000;

/** Settings of every session of the service, unless the URL overrides them. */
const serviceSettings = {
  statement_timeout: String(statementTimeout),
  idle_in_transaction_session_timeout: String(statementTimeout),
  // Rows are locked if a race must be decided; a stricter level would fail those that wait for the lock.
  default_transaction_isolation: readCommitted,
  // Statements that wait for a row's lock are bounded by their own timeout.
  lock_timeout: '0',
};

/**
 * Kysely's dialect on a pool of connections.
 *
 * @param url its parameters (`sslmode`, `statement_timeout`, `application_name` …) go before what is set here
 */
export const postgresDialect = (url: PostgresUrl, log: Logger, onPool?: (pool: pg.Pool) => void): Promise<Dialect> =>
  dialectOn(url, { max: poolSize, query_timeout: silenceTimeout }, serviceSettings, log, onPool);

/** One connection, for the thread of user lists. The thread cannot write to the log, so it answers with its errors. */
export const postgresListDialect = (url: PostgresUrl): Promise<Dialect> =>
  dialectOn(url, { max: 1, query_timeout: silenceTimeout }, serviceSettings, { warn: () => undefined });

/**
 * One connection, for migrations: they may take longer than other statements, and wait for another process to finish with them. It is
 * opened as those of the service are, so that what cannot serve does not start.
 */
export const postgresMigrationDialect = (url: PostgresUrl, log: Logger): Promise<Dialect> =>
  dialectOn(url, { max: 1 }, serviceSettings, log);

/** @throws if the database has another encoding, as one without a locale has: its lengths are in bytes, not in characters */
export async function requireUtf8(store: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(store);
  const encoding = rows[0]?.server_encoding;
  if (encoding !== 'UTF8') throw new Error(`the database's encoding is ${encoding}: make one with ENCODING 'UTF8'`);
}

/**
 * The schema of the tables, created if the URL names a missing one.
 *
 * @throws if no schema of the role's search path exists
 */
export async function requireSchema(store: Kysely<Schema>, named: string | undefined): Promise<string> {
  const current = async () => (await sql<{ schema: string | null }>`select current_schema() as schema`.execute(store)).rows[0]?.schema;
  const present = await current();
  if (present) return present;
  if (named === undefined) throw new Error('no schema of the search path exists: make it, or name one with ?schema=NAME');
  await store.schema.createSchema(named).ifNotExists().execute();
  const made = await current();
  if (made) return made;
  throw new Error(`the role may not use the schema ${named}: grant it usage and create`);
}

async function dialectOn(
  { connectionStrings, settings, schema, pooled }: PostgresUrl,
  options: pg.PoolConfig,
  defaults: Record<string, string>,
  log: { warn(error: Error, message: string): void },
  onPool?: (pool: pg.Pool) => void,
): Promise<Dialect> {
  // Loaded only if used.
  const { Pool, TypeOverrides, types: parsers } = await import('pg');
  // Ids and times are below 2^53 (docs/protocol.md, Sessions and users), and eight-byte integers come as text.
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
    application_name: 'miniprogram-login',
    // Lets a connection send a query before the previous one's result.
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
  return {
    createDriver: () => new PostgresDriver(pool),
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
