import { type CompiledQuery, type DatabaseConnection, type Driver, type QueryResult, SelectQueryNode } from 'kysely';
import type { Write } from '../prepared.ts';
import type { SqliteReader } from './reader.ts';
import type { Run } from './statements.ts';
import type { Group, SqliteWriter } from './writer.ts';

/**
 * Kysely's driver on one connection that writes, a transaction at a time, and reads in between, and one that reads meanwhile.
 *
 * @param reader undefined for a database that only its own connection sees: then reads take their turns among the writes
 */
export class SqliteDriver implements Driver {
  readonly #writer: SqliteWriter;
  readonly #reader: SqliteReader | undefined;

  constructor(writer: SqliteWriter, reader?: SqliteReader) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(this, this.#writer);
  }

  beginTransaction(connection: SqliteConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: SqliteConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: SqliteConnection): Promise<void> {
    return connection.rollback();
  }

  async releaseConnection(): Promise<void> {}

  /** Runs a query that belongs to no transaction. */
  runAlone<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return SelectQueryNode.is(query.query) ? (this.#reader ?? this.#writer).read(query) : this.runTogether((run) => run<R>(query), 'now');
  }

  runTogether<T>(work: (run: Run) => T, durable: Write<T>['durable']): Promise<T> {
    return this.#writer.together(work, durable);
  }

  /** The writer goes last: whoever closes a database puts its write-ahead log into the file, and the reader may not. */
  async destroy(): Promise<void> {
    this.#reader?.close();
    await this.#writer.close();
  }
}

/** What a query or a transaction holds for as long as it runs. */
class SqliteConnection implements DatabaseConnection {
  readonly #driver: SqliteDriver;
  readonly #writer: SqliteWriter;
  /** What the running transaction belongs to. */
  #group: Group | undefined;

  constructor(driver: SqliteDriver, writer: SqliteWriter) {
    this.#driver = driver;
    this.#writer = writer;
  }

  async begin(): Promise<void> {
    this.#group = await this.#writer.begin();
  }

  async commit(): Promise<void> {
    const group = this.#leaveGroup();
    if (group) await this.#writer.commit(group);
  }

  async rollback(): Promise<void> {
    const group = this.#leaveGroup();
    if (group) await this.#writer.rollback(group);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#group ? this.#writer.run(this.#group, query) : this.#driver.runAlone(query);
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }

  /** Kysely rolls back what did not commit, which is over already. */
  #leaveGroup(): Group | undefined {
    const group = this.#group;
    this.#group = undefined;
    return group;
  }
}
