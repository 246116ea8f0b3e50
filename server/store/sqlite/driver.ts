import type { Driver } from 'kysely';
import { SqliteConnection } from './connection.ts';
import type { GroupCommit } from './groupCommit.ts';
import type { SqliteReader } from './reader.ts';

/** Kysely's driver on a connection that writes and one that reads. */
export class SqliteDriver implements Driver {
  readonly #writer: GroupCommit;
  readonly #reader: SqliteReader | undefined;

  /** @param reader undefined for a database in memory, which only one connection can see: reads then wait for writes */
  constructor(writer: GroupCommit, reader?: SqliteReader) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(this.#writer, this.#reader ?? this.#writer);
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

  /** Closes the writer last, because the last connection checkpoints the WAL, which a read-only one cannot. */
  async destroy(): Promise<void> {
    this.#reader?.close();
    await this.#writer.close();
  }
}
