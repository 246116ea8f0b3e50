import { type Dialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';

/** Connections of one process. Its single thread keeps no more busy, and PostgreSQL has 100 for all processes together unless told. */
const poolSize = 10;
/** Milliseconds to wait for a connection, a new one or a free one. */
const connectionTimeout = 5000;
/** Milliseconds that a statement may take, or a transaction may wait for its next one; clients wait 60 s for everything. */
const statementTimeout = 15_000;

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
      idle_in_transaction_session_timeout: statementTimeout,
    },
    log,
    onPool,
  );

/** One connection, for migrations: they may take longer than other statements, and wait for another process to finish with them. */
export const postgresMigrationDialect = (url: string, log: Logger): Dialect => dialectOn({ connectionString: url, max: 1 }, log);

function dialectOn(options: pg.PoolConfig, log: Logger, onPool?: (pool: pg.Pool) => void): Dialect {
  const pool = new pg.Pool({ connectionTimeoutMillis: connectionTimeout, application_name: 'miniprogram-login', types, ...options });
  // The pool replaces a connection that broke while nobody used it.
  pool.on('error', (error) => log.warn(error, 'lost a connection to PostgreSQL'));
  onPool?.(pool);
  return new PostgresDialect({ pool });
}
