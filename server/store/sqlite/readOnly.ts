import { DatabaseSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { toStoreError } from './faults.ts';
import { createStatements, type Run } from './statements.ts';

/** Milliseconds that SQLite waits for a process that puts the file in order after a crash. */
const busyTimeout = 1000;

/**
 * Kysely's dialect on a connection that reads a file, and cannot write to it.
 *
 * @throws store_unavailable if it cannot be opened
 */
export function sqliteReadOnlyDialect(path: string): Dialect {
  const connection = new ReadOnlyConnection(createStatements(open(path)));
  return {
    createDriver: () => new ReadOnlyDriver(connection),
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (store) => new SqliteIntrospector(store),
  };
}

function open(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: busyTimeout, readOnly: true });
  } catch (error) {
    throw toStoreError(error);
  }
}

class ReadOnlyConnection implements DatabaseConnection {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#run(query);
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield this.#run(query);
  }
}

/** Every query stands for itself: there is nothing to begin or to take back. */
class ReadOnlyDriver implements Driver {
  readonly #connection: ReadOnlyConnection;

  constructor(connection: ReadOnlyConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<ReadOnlyConnection> {
    return this.#connection;
  }
  async beginTransaction(): Promise<void> {}
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}
