import { type CompiledQuery, type QueryResult, SelectQueryNode } from 'kysely';
import type { StoreConnection } from '../driver.ts';
import type { Group, GroupCommit } from './groupCommit.ts';
import type { SqliteReader } from './reader.ts';

/** Kysely's connection for a query or a transaction. All of them share the two connections to the database. */
export class SqliteConnection implements StoreConnection {
  readonly #writer: GroupCommit;
  readonly #reader: Pick<SqliteReader, 'read'>;
  /** Undefined outside a transaction. */
  #group: Group | undefined;

  constructor(writer: GroupCommit, reader: Pick<SqliteReader, 'read'>) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async begin(): Promise<void> {
    this.#group = await this.#writer.begin();
  }

  async commit(): Promise<void> {
    const group = this.#endTransaction();
    if (group) await this.#writer.commit(group);
  }

  async rollback(): Promise<void> {
    const group = this.#endTransaction();
    if (group) await this.#writer.rollback(group);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#group) return this.#writer.run(this.#group, query);
    return SelectQueryNode.is(query.query) ? this.#reader.read(query) : this.#runInTransaction(query);
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }

  async #runInTransaction<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const group = await this.#writer.begin();
    let result: QueryResult<R>;
    try {
      result = this.#writer.run(group, query);
    } catch (error) {
      await this.#writer.rollback(group);
      throw error;
    }
    await this.#writer.commit(group);
    return result;
  }

  /** @returns undefined if the transaction has ended, because Kysely also rolls back after a failed commit */
  #endTransaction(): Group | undefined {
    const group = this.#group;
    this.#group = undefined;
    return group;
  }
}
