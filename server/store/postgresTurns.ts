import type { CompiledQuery, QueryResult } from 'kysely';
import pg from 'pg';
import { ApiError } from '../errors.ts';
import { Gathering } from '../turn.ts';
import { type Connection, connect } from './postgresConnection.ts';

type Query = Pick<CompiledQuery, 'sql' | 'parameters'>;

interface Asked {
  query: Query;
  order: string;
  resolve(result: pg.QueryResult): void;
  reject(error: unknown): void;
}

const begin: Query = { sql: 'begin', parameters: [] };
const commit: Query = { sql: 'commit', parameters: [] };

/**
 * Sends what is asked in one turn of the event loop together when the turn is over, on one connection. PostgreSQL and this process then
 * wake each other once for all of it and not for each, which takes them longer than a query does.
 */
export class PostgresTurns {
  readonly #pool: pg.Pool;
  readonly #reads = new Gathering<Asked>((reads) => this.#read(reads));
  readonly #writes = new Gathering<Asked>((writes) => this.#write(writes));

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Runs a query that only reads. */
  read<R>(query: CompiledQuery<R>): Promise<QueryResult<R>> {
    return new Promise<pg.QueryResult>((resolve, reject) => this.#reads.add({ query, order: '', resolve, reject }));
  }

  /**
   * Runs a write in one transaction with others, so that all are made durable at once; by itself where that fails.
   *
   * @param order sorts the writes of a transaction: those of two processes then lock their rows in the same order
   */
  write<R>(query: CompiledQuery<R>, order: string): Promise<QueryResult<R>> {
    return new Promise<pg.QueryResult>((resolve, reject) => this.#writes.add({ query, order, resolve, reject }));
  }

  async #read(reads: Asked[]): Promise<void> {
    settle(reads, await this.#sendTogether(reads.map(({ query }) => query)));
  }

  async #write(writes: Asked[]): Promise<void> {
    if (writes.length > 1) {
      writes.sort((a, b) => (a.order < b.order ? -1 : 1));
      const [, ...outcomes] = await this.#sendTogether([begin, ...writes.map(({ query }) => query), commit]);
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (!failed) return settle(writes, outcomes);
      if (!isOfOne(failed.reason)) return settle(writes, Array(writes.length).fill(failed));
    }
    for (const { query, resolve, reject } of writes) this.#runAlone(query).then(resolve, reject);
  }

  async #runAlone({ sql, parameters }: Query): Promise<pg.QueryResult> {
    const connection = await connect(this.#pool);
    try {
      return await connection.query(sql, parameters);
    } finally {
      connection.release();
    }
  }

  /** Resolves when all of it is over. */
  async #sendTogether(queries: Query[]): Promise<PromiseSettledResult<pg.QueryResult>[]> {
    let connection: Connection;
    try {
      connection = await connect(this.#pool);
    } catch (reason) {
      return queries.map(() => ({ status: 'rejected', reason }));
    }
    const results = connection.sendTogether(() => queries.map(({ sql, parameters }) => connection.query(sql, parameters)));
    const outcomes = await Promise.allSettled(results);
    connection.release();
    return outcomes;
  }
}

function settle(asked: Asked[], outcomes: PromiseSettledResult<pg.QueryResult>[]): void {
  asked.forEach(({ resolve, reject }, index) => {
    const outcome = outcomes[index];
    if (outcome?.status === 'fulfilled') resolve(outcome.value);
    else reject(outcome?.reason);
  });
}

/** PostgreSQL's `query_canceled`: a statement took too long, as one does that waits for somebody's lock. */
const canceled = '57014';

/** Whether one of the queries is at fault, and not the database or the way to it. There nobody knows what was kept. */
const isOfOne = (error: unknown) =>
  error instanceof pg.DatabaseError ||
  (error instanceof ApiError && error.cause instanceof pg.DatabaseError && error.cause.code === canceled);
