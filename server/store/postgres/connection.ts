import { type CompiledQuery, type QueryResult, SelectQueryNode } from 'kysely';
import type pg from 'pg';
import type { StoreConnection } from '../driver.ts';
import { statementNames } from '../prepared.ts';
import { type PostgresBatches, runAlone } from './batches.ts';
import { type Client, checkOut } from './client.ts';

/** Kysely's connection for a query or a transaction. Holds a connection of the pool only during a transaction. */
export class PostgresConnection implements StoreConnection {
  readonly #pool: pg.Pool;
  readonly #batches: PostgresBatches;
  /** Undefined outside a transaction. */
  #client: Client | undefined;

  constructor(pool: pg.Pool, batches: PostgresBatches) {
    this.#pool = pool;
    this.#batches = batches;
  }

  async begin(): Promise<void> {
    this.#client = await checkOut(this.#pool);
    await this.#client.query('begin', []);
  }

  async commit(): Promise<void> {
    await this.#client?.query('commit', []);
  }

  async rollback(): Promise<void> {
    await this.#client?.query('rollback', []);
  }

  release(): void {
    this.#client?.release();
    this.#client = undefined;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount } = await this.#run(query);
    return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }

  /** Batches prepared queries only, because others may be slow or not allowed in a transaction. A select with a `with` clause may write. */
  #run(query: CompiledQuery): Promise<pg.QueryResult> {
    if (this.#client) return this.#client.query(query.sql, query.parameters);
    if (!statementNames.has(query.sql)) return runAlone(this.#pool, query);
    return SelectQueryNode.is(query.query) && !query.query.with ? this.#batches.read(query) : this.#batches.write(query);
  }
}
