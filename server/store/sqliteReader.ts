import type { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { createStatements, type Run } from './sqliteStatements.ts';

/**
 * Reads what is committed. All that is read in one turn of the event loop shares one read transaction: to begin and end one takes SQLite
 * six calls of the system, more time than most queries. What arrives later than the turn began is read in the next one.
 */
export class SqliteReader {
  readonly #database: DatabaseSync;
  readonly #run: Run;
  #begun = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#run = createStatements(database);
  }

  /** @throws store_unavailable where the file is the fault */
  read<R>(query: CompiledQuery): QueryResult<R> {
    if (!this.#begun) {
      this.#run({ sql: 'begin', parameters: [] });
      this.#begun = true;
      setImmediate(() => this.refresh());
    }
    return this.#run(query);
  }

  /** Has the next read see what is committed now, as whoever committed it expects. */
  refresh(): void {
    if (!this.#begun) return;
    this.#begun = false;
    this.#run({ sql: 'commit', parameters: [] });
  }

  close(): void {
    this.refresh();
    this.#database.close();
  }
}
