import {
  type CompiledQuery,
  type Dialect,
  type Kysely,
  PostgresAdapter,
  PostgresDialect,
  type PostgresPoolClient,
  type QueryResult,
  sql,
} from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { outsideRequests } from '../observe/currentRequest.ts';
import { endOfTurn } from '../turn.ts';
import { preparedNames, type RunsAlone } from './prepared.ts';
import type { Schema } from './schema.ts';
import { storeUnavailable } from './unavailable.ts';

/** Connections of one process. Its single thread keeps no more busy, and PostgreSQL has 100 for all processes together unless told. */
const poolSize = 10;
/** Milliseconds to wait for a connection, a new one or a free one. */
const connectionTimeout = 5000;
/** Milliseconds that a statement may take, or a transaction may wait for its next one; clients wait 60 s for everything. */
const statementTimeout = 15_000;
/** Milliseconds after which PostgreSQL itself is taken to be gone, though nothing has closed the connection. */
const silenceTimeout = statementTimeout + 5000;

/**
 * SQLSTATEs of a database that cannot do now what it could do before, by their beginnings: connections, resources, shutdown and
 * timeouts, the system's own errors; a standby that only reads yet, and two that waited too long.
 */
const unavailable = /^(08|53|57|58|25006|25P03|55P03)/;

/** Ids and times are below 2^53 (design.md, Scale), and `pg` gives eight-byte integers as text. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Kysely's dialect on a pool of connections.
 *
 * @param url `postgres://…`; its parameters (`sslmode`, `statement_timeout`, `application_name` …) go before what is set here
 */
export const postgresDialect = (url: string, log: Logger, onPool?: (pool: pg.Pool) => void): Dialect =>
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
export const postgresMigrationDialect = (url: string, log: Logger): Dialect => dialectOn({ connectionString: url, max: 1 }, log);

/** @throws where the database has another encoding, as one made without a locale has: its lengths are of bytes, not of characters */
export async function requireUtf8(store: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(store);
  const encoding = rows[0]?.server_encoding;
  if (encoding !== 'UTF8') throw new Error(`the database's encoding is ${encoding}: make one with ENCODING 'UTF8'`);
}

function dialectOn(options: pg.PoolConfig, log: Logger, onPool?: (pool: pg.Pool) => void): Dialect {
  const pool = new pg.Pool({
    connectionTimeoutMillis: connectionTimeout,
    application_name: 'miniprogram-login',
    types,
    ...options,
  });
  // The pool replaces a connection that broke while nobody used it.
  pool.on('error', (error) => outsideRequests(() => log.warn(error, 'lost a connection to PostgreSQL')));
  // One that breaks in use tells whoever uses it; without a listener it would end the process too.
  pool.on('connect', (client) => client.on('error', () => undefined));
  onPool?.(pool);
  const dialect = new PostgresDialect({ pool: { connect: () => connect(pool), end: () => pool.end(), options: pool.options } });
  return {
    createDriver: () => dialect.createDriver(),
    createAdapter: () => new StoreAdapter(pool),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (store) => dialect.createIntrospector(store),
  };
}

class StoreAdapter extends PostgresAdapter implements RunsAlone {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super();
    this.#pool = pool;
  }

  async runAlone<R>({ sql, parameters }: CompiledQuery<R>): Promise<QueryResult<R>> {
    const client = await connect(this.#pool);
    try {
      return await client.query<R>(sql, parameters);
    } finally {
      client.release();
      await endOfTurn();
    }
  }
}

/**
 * A connection of the pool.
 *
 * @throws store_unavailable, as its queries do, where PostgreSQL itself is the fault
 */
async function connect(pool: pg.Pool): Promise<PostgresPoolClient> {
  const client = await pool.connect().catch((error: unknown) => {
    throw storeUnavailable(error);
  });
  let broken = false;
  const query = (sql: string, parameters: unknown[]) =>
    // Under a name PostgreSQL parses and plans a query once for each connection, which takes it longer than to run one.
    client.query({ name: preparedNames.get(sql), text: sql, values: parameters }).catch((error: unknown) => {
      // What PostgreSQL did not say itself is a fault of the connection.
      if (error instanceof pg.DatabaseError && !unavailable.test(error.code ?? '')) throw error;
      broken = true;
      throw storeUnavailable(error);
    });
  // Kysely's type also has cursors, for streams, which nothing here uses.
  return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(broken) };
}
