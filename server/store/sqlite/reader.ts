import type { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { TickBatch } from '../../process/tickBatch.ts';
import type { GroupCommit } from './groupCommit.ts';
import { createStatements, type Run } from './statements.ts';

/**
 * Runs reads outside transactions, on committed data. Reads of one tick run in one transaction, so that SQLite locks the file once, which
 * saves a third of a read's processor time under load. They run on the writing connection unless it has a transaction open, because SQLite
 * drops a connection's page cache when another connection writes.
 */
export class SqliteReader {
  readonly #database: DatabaseSync;
  readonly #run: Run;
  readonly #writer: GroupCommit;
  readonly #reads = new TickBatch<(run: Run) => void>((reads) => this.#runAll(reads));

  constructor(database: DatabaseSync, writer: GroupCommit) {
    this.#database = database;
    this.#run = createStatements(database);
    this.#writer = writer;
  }

  read<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return new Promise((resolve, reject) => {
      this.#reads.add((run) => {
        try {
          resolve(run(query));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  close(): void {
    this.#reads.flush();
    this.#database.close();
  }

  #runAll(reads: ((run: Run) => void)[]): void {
    const { database, run } = this.#writer.idle ?? { database: this.#database, run: this.#run };
    const inTransaction = reads.length > 1 && database.isOpen;
    if (inTransaction) run({ sql: 'begin', parameters: [] });
    for (const read of reads) read(run);
    // Out of memory and I/O errors end the transaction.
    if (inTransaction && database.isTransaction) run({ sql: 'commit', parameters: [] });
  }
}
