import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { Gathering } from '../turn.ts';
import { createStatements, type Run } from './sqliteStatements.ts';

/**
 * Runs what is asked for in one turn of the event loop together when the turn is over, in one transaction. SQLite then locks its file
 * once for all, and the processor keeps at hand what each of them needs; their answers go out together too, so a client on the same machine
 * is woken once. It reads what was committed before it runs, so nobody is told what was true before he asked.
 */
export class SqliteReader {
  readonly #database: DatabaseSync;
  readonly #run: Run;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #reads = new Gathering<() => void>((reads) => this.#runAll(reads));

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#run = createStatements(database);
    this.#begin = database.prepare('begin');
    this.#commit = database.prepare('commit');
  }

  read<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return new Promise((resolve, reject) => {
      this.#reads.add(() => {
        try {
          resolve(this.#run(query));
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

  #runAll(reads: (() => void)[]): void {
    const together = reads.length > 1 && this.#database.isOpen;
    if (together) this.#begin.run();
    for (const read of reads) read();
    // What fails for want of memory or of the disk ends the transaction with it.
    if (together && this.#database.isTransaction) this.#commit.run();
  }
}
