import type { CompiledQuery, QueryResult } from 'kysely';
import type pg from 'pg';
import { ApiError } from '../../errors.ts';
import { Gathering } from '../../process/turn.ts';
import { type Connection, connect } from './connection.ts';
import { isDatabaseError } from './faults.ts';

type Query = Pick<CompiledQuery, 'sql' | 'parameters'>;

interface Asked {
  query: Query;
  resolve(result: pg.QueryResult): void;
  reject(error: unknown): void;
}

interface AskedWrite extends Asked {
  order: string;
}

/** Reads of one connection: beside what else keeps the cores busy, one process of PostgreSQL would have too little of them for more. */
const mostReads = 16;
/** Milliseconds that writes wait together for somebody's lock. One that has to wait longer does so alone. */
const lockPatience = 100;
const begin: Query = { sql: `begin; set local lock_timeout = ${lockPatience}`, parameters: [] };
const commit: Query = { sql: 'commit', parameters: [] };

/**
 * Sends what is asked in one turn of the event loop together when the turn is over, on as few connections as do. PostgreSQL and this process
 * then wake each other once for all of it and not for each, which takes them longer than a query does.
 */
export class PostgresTurns {
  readonly #pool: pg.Pool;
  readonly #reads = new Gathering<Asked>((reads) => {
    for (let start = 0; start < reads.length; start += mostReads) this.#read(reads.slice(start, start + mostReads));
  });
  readonly #writes = new Gathering<AskedWrite>((writes) => this.#write(writes));

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Runs a query that only reads. */
  read<R>(query: CompiledQuery<R>): Promise<QueryResult<R>> {
    return new Promise<pg.QueryResult>((resolve, reject) => this.#reads.add({ query, resolve, reject }));
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
    let connection: Connection;
    try {
      connection = await connect(this.#pool);
    } catch (error) {
      for (const { reject } of reads) reject(error);
      return;
    }
    const ask = ({ query, resolve, reject }: Asked) => connection.query(query.sql, query.parameters).then(resolve, reject);
    await Promise.all(connection.inOnePiece(() => reads.map(ask)));
    connection.release();
  }

  async #write(writes: AskedWrite[]): Promise<void> {
    if (writes.length > 1) {
      writes.sort((a, b) => Number(a.order > b.order) - Number(a.order < b.order));
      try {
        const results = await this.#runInTransaction(writes.map(({ query }) => query));
        for (const [index, { resolve }] of writes.entries()) resolve(results[index] as pg.QueryResult);
        return;
      } catch (error) {
        if (!isOfOne(error)) {
          for (const { reject } of writes) reject(error);
          return;
        }
      }
    }
    for (const { query, resolve, reject } of writes) this.#runAlone(query).then(resolve, reject);
  }

  async #runInTransaction(queries: Query[]): Promise<pg.QueryResult[]> {
    const connection = await connect(this.#pool);
    const answers = connection.inOnePiece(() =>
      [begin, ...queries, commit].map(({ sql, parameters }) => connection.query(sql, parameters)),
    );
    await Promise.allSettled(answers);
    connection.release();
    const [, ...results] = await Promise.all(answers);
    return results;
  }

  async #runAlone({ sql, parameters }: Query): Promise<pg.QueryResult> {
    const connection = await connect(this.#pool);
    try {
      return await connection.query(sql, parameters);
    } finally {
      connection.release();
    }
  }
}

/** PostgreSQL's `query_canceled` and `lock_not_available`: one waited too long. */
const impatient = ['57014', '55P03'];

/** Whether one of the queries is at fault, and not the database or the way to it, where nobody knows what was kept. */
function isOfOne(error: unknown): boolean {
  if (isDatabaseError(error)) return true;
  return error instanceof ApiError && isDatabaseError(error.cause) && impatient.includes(error.cause.code ?? '');
}
