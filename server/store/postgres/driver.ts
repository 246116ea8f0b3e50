import type { Driver } from 'kysely';
import type pg from 'pg';
import { PostgresBatches } from './batches.ts';
import { PostgresConnection } from './connection.ts';

/** Kysely's driver on a pool of connections. */
export class PostgresDriver implements Driver {
  readonly #pool: pg.Pool;
  readonly #batches: PostgresBatches;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.#batches = new PostgresBatches(pool);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    return new PostgresConnection(this.#pool, this.#batches);
  }

  beginTransaction(connection: PostgresConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.end('commit');
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.end('rollback');
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}
