import type { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { Gathering } from '../../process/turn.ts';
import { createStatements, type Run } from './statements.ts';
import type { SqliteWriter } from './writer.ts';

/**
 * Runs what is asked for in one turn of the event loop together when the turn is over, in one transaction. SQLite then locks its file
 * once for all, and the processor keeps at hand what each of them needs; their answers go out together too, so a client on the same machine
 * is woken once. It reads what was committed before it runs, so nobody is told what was true before he asked.
 *
 * It reads on the writer's connection between the transactions, because a connection forgets what it has at hand of the file as soon as
 * another one has written, and on its own while one is under way.
 */
export class SqliteReader {
  readonly #database: DatabaseSync;
  readonly #run: Run;
  readonly #writer: SqliteWriter;
  readonly #reads = new Gathering<(run: Run) => void>((reads) => this.#runAll(reads));

  constructor(database: DatabaseSync, writer: SqliteWriter) {
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
    const { database, run } = this.#writer.free ?? { database: this.#database, run: this.#run };
    const together = reads.length > 1 && database.isOpen;
    if (together) run({ sql: 'begin', parameters: [] });
    for (const read of reads) read(run);
    // What fails for want of memory or of the disk ends the transaction with it.
    if (together && database.isTransaction) run({ sql: 'commit', parameters: [] });
  }
}
