import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely';
import { storeUnavailable } from './unavailable.ts';

/** Milliseconds to wait for another process that is writing to the same file. Nothing else runs in this one meanwhile. */
const busyTimeout = 10_000;

/**
 * Kysely's dialect on Node's own SQLite.
 *
 * @param path a file, whose folder is made if need be, or `:memory:`
 */
export async function sqliteDialect(path: string): Promise<Dialect> {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path, { timeout: busyTimeout });
  await beginWal(database);
  // With `normal`, WAL could lose the last commits in a power cut; an answered login must survive one.
  database.exec('pragma synchronous = full');
  return {
    createDriver: () => new WriterDriver(database),
    createAdapter: () => new TransactionalAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (store) => new SqliteIntrospector(store),
  };
}

/** SQLite does not wait here where another process opens the new file at the same moment, as it waits elsewhere. */
async function beginWal(database: DatabaseSync): Promise<void> {
  const end = performance.now() + busyTimeout;
  for (;;) {
    try {
      return database.exec('pragma journal_mode = wal');
    } catch (error) {
      if (primaryCodeOf(error) !== busy || performance.now() > end) throw error;
    }
    await setTimeout(10);
  }
}

/** A transaction that begins as a reader fails at once where another process has written since; one that begins as a writer waits. */
class WriterDriver extends SqliteDriver {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    super({ database: inKyselyShape(database), onCreateConnection: async (connection) => tellUnavailable(connection) });
    this.#database = database;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** SQLite has rolled back by itself after some faults, a full disk among them, and would call it an error to ask again. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
  }
}

const busy = 5;
/** The result codes of a file that cannot be used now: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL. */
const unavailable = new Set([busy, 6, 7, 8, 10, 13, 14, 15]);

/** SQLite's result code for an error, without the higher bits that say more; 0 for errors of others. */
const primaryCodeOf = (error: unknown): number => (error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0);

/** Has a connection throw store_unavailable where the file is the fault. */
function tellUnavailable(connection: DatabaseConnection): void {
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = (query) =>
    execute<never>(query).catch((error: unknown) => {
      throw unavailable.has(primaryCodeOf(error)) ? storeUnavailable(error) : error;
    });
}

/** Migrations run in one transaction: a crash leaves no half of one, and a second process waits for the first. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely speaks to SQLite in the shape of better-sqlite3; prepared statements are kept. */
function inKyselyShape(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = prepared.get(sql);
      if (known) return known;
      const statement = toKyselyStatement(database.prepare(sql));
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function toKyselyStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}
