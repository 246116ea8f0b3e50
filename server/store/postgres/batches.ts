import type { CompiledQuery } from 'kysely';
import type pg from 'pg';
import { ApiError } from '../../errors.ts';
import { TickBatch } from '../../process/tickBatch.ts';
import { type Client, checkOut } from './client.ts';
import { isDatabaseError } from './faults.ts';

interface Pending {
  query: Pick<CompiledQuery, 'sql' | 'parameters'>;
  resolve(result: pg.QueryResult): void;
  reject(error: unknown): void;
}

/** Reads that share a connection. With more, a single PostgreSQL process would become the bottleneck. */
const readsPerConnection = 16;
/** Milliseconds for which a batch of writes waits for a lock, before its writes run separately. */
const lockTimeout = 100;

/**
 * Pipelines the single queries of one tick of the event loop. This halves the processor time of a read and of a returning login (measured:
 * docs/decisions/0003), because this process and PostgreSQL wake each other once for each batch instead of each query.
 */
export class PostgresBatches {
  readonly #pool: pg.Pool;
  readonly #reads = new TickBatch<Pending>((reads) => {
    for (let start = 0; start < reads.length; start += readsPerConnection) this.#runReads(reads.slice(start, start + readsPerConnection));
  });
  readonly #writes = new TickBatch<Pending>((writes) => this.#runWrites(writes));

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  read({ sql, parameters }: CompiledQuery): Promise<pg.QueryResult> {
    return new Promise((resolve, reject) => this.#reads.add({ query: { sql, parameters }, resolve, reject }));
  }

  /** Runs a write in a transaction with others of its tick, or separately if one of them fails. */
  write({ sql, parameters }: CompiledQuery): Promise<pg.QueryResult> {
    return new Promise((resolve, reject) => this.#writes.add({ query: { sql, parameters }, resolve, reject }));
  }

  async #runReads(reads: Pending[]): Promise<void> {
    let client: Client;
    try {
      client = await checkOut(this.#pool);
    } catch (error) {
      for (const { reject } of reads) reject(error);
      return;
    }
    const run = ({ query, resolve, reject }: Pending) => client.query(query.sql, query.parameters).then(resolve, reject);
    await Promise.all(client.pipeline(() => reads.map(run)));
    client.release();
  }

  async #runWrites(writes: Pending[]): Promise<void> {
    if (writes.length > 1) {
      try {
        const results = await this.#runInTransaction(writes);
        for (const [index, { resolve }] of writes.entries()) resolve(results[index] as pg.QueryResult);
        return;
      } catch (error) {
        if (!isQueryFault(error)) {
          for (const { reject } of writes) reject(error);
          return;
        }
      }
    }
    for (const { query, resolve, reject } of writes) runAlone(this.#pool, query).then(resolve, reject);
  }

  async #runInTransaction(writes: Pending[]): Promise<pg.QueryResult[]> {
    const client = await checkOut(this.#pool);
    const pending = client.pipeline(() => [
      client.query(`begin; set local lock_timeout = ${lockTimeout}`, []),
      ...writes.map(({ query }) => client.query(query.sql, query.parameters)),
      client.query('commit', []),
    ]);
    await Promise.allSettled(pending);
    client.release();
    const [, ...results] = await Promise.all(pending);
    return results;
  }
}

/** Runs a query on its own connection. */
export async function runAlone(pool: pg.Pool, { sql, parameters }: Pending['query']): Promise<pg.QueryResult> {
  const client = await checkOut(pool);
  try {
    return await client.query(sql, parameters);
  } finally {
    client.release();
  }
}

/** PostgreSQL's `query_canceled` and `lock_not_available`. */
const timeouts = ['57014', '55P03'];

/** Whether a query failed and the batch was rolled back. After a failure of the connection, the outcome is unknown. */
function isQueryFault(error: unknown): boolean {
  if (isDatabaseError(error)) return true;
  return error instanceof ApiError && isDatabaseError(error.cause) && timeouts.includes(error.cause.code ?? '');
}
