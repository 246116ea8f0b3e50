import {
  type CompiledQuery,
  type Dialect,
  type Kysely,
  PostgresAdapter,
  PostgresDialect,
  type PostgresPoolClient,
  type QueryResult,
  SelectQueryNode,
  sql,
} from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import { outsideRequests } from '../observe/currentRequest.ts';
import { connect } from './postgresConnection.ts';
import { PostgresTurns } from './postgresTurns.ts';
import type { StoreAdapter, Write } from './prepared.ts';
import type { Schema } from './schema.ts';

/** Connections of one process. Its single thread keeps no more busy, and PostgreSQL has 100 for all processes together unless told. */
const poolSize = 10;
/** Milliseconds to wait for a connection, a new one or a free one. */
const connectionTimeout = 5000;
/** Milliseconds that a statement may take, or a transaction may wait for its next one; clients wait 60 s for everything. */
const statementTimeout = 15_000;
/** Milliseconds after which PostgreSQL itself is taken to be gone, though nothing has closed the connection. */
const silenceTimeout = statementTimeout + 5000;

/**
 * Kysely's dialect on a pool of connections.
 *
 * @param url `postgres://…`; its parameters (`sslmode`, `statement_timeout`, `application_name` …) go before what is set here
 */
export const postgresDialect = (url: string, log: Logger, onPool?: (pool: pg.Pool) => void): Promise<Dialect> =>
  dialectOn(
    {
      connectionString: url,
      max: poolSize,
      statement_timeout: statementTimeout,
      query_timeout: silenceTimeout,
      idle_in_transaction_session_timeout: statementTimeout,
    },
    log,
    onPool,
  );

/** One connection, for migrations: they may take longer than other statements, and wait for another process to finish with them. */
export const postgresMigrationDialect = (url: string, log: Logger): Promise<Dialect> => dialectOn({ connectionString: url, max: 1 }, log);

/** @throws where the database has another encoding, as one made without a locale has: its lengths are of bytes, not of characters */
export async function requireUtf8(store: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(store);
  const encoding = rows[0]?.server_encoding;
  if (encoding !== 'UTF8') throw new Error(`the database's encoding is ${encoding}: make one with ENCODING 'UTF8'`);
}

async function dialectOn(options: pg.PoolConfig, log: Logger, onPool?: (pool: pg.Pool) => void): Promise<Dialect> {
  // A start on SQLite has no time for it.
  const { Pool, TypeOverrides, types: parsers } = await import('pg');
  // Ids and times are below 2^53 (design.md, Scale), and eight-byte integers come as text.
  const types = new TypeOverrides();
  types.setTypeParser(parsers.builtins.INT8, Number);
  const pool = new Pool({
    connectionTimeoutMillis: connectionTimeout,
    application_name: 'miniprogram-login',
    // What is asked together goes out together, without waiting for each answer.
    pipeline: true,
    types,
    ...options,
  });
  // The pool replaces a connection that broke while nobody used it.
  pool.on('error', (error) => outsideRequests(() => log.warn(error, 'lost a connection to PostgreSQL')));
  // One that breaks in use tells whoever uses it; without a listener it would end the process too.
  pool.on('connect', (client) => client.on('error', () => undefined));
  onPool?.(pool);
  const dialect = new PostgresDialect({ pool: { connect: () => connectForKysely(pool), end: () => pool.end(), options: pool.options } });
  return {
    createDriver: () => dialect.createDriver(),
    createAdapter: () => new PostgresStoreAdapter(pool),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (store) => dialect.createIntrospector(store),
  };
}

class PostgresStoreAdapter extends PostgresAdapter implements StoreAdapter {
  readonly #turns: PostgresTurns;

  constructor(pool: pg.Pool) {
    super();
    this.#turns = new PostgresTurns(pool);
  }

  runAlone<R>(query: CompiledQuery<R>): Promise<QueryResult<R>> {
    return SelectQueryNode.is(query.query) ? this.#turns.read(query) : this.#turns.write(query, '');
  }

  async runTogether<R>({ statement, order }: Write<R>): Promise<R[]> {
    const { rows } = await this.#turns.write(statement(), order);
    return rows;
  }
}

async function connectForKysely(pool: pg.Pool): Promise<PostgresPoolClient> {
  const { query, release } = await connect(pool);
  // Kysely's type also has cursors, for streams, which nothing here uses.
  return { query: query as unknown as PostgresPoolClient['query'], release };
}
