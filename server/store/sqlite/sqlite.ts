import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { type CompiledQuery, type Dialect, type QueryResult, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Logger } from 'pino';
import type { StoreAdapter, Write } from '../prepared.ts';
import { checkpointPages, SqliteCheckpointer } from './checkpointer.ts';
import { SqliteDriver } from './driver.ts';
import { isBusy } from './faults.ts';
import { prepareFile, SqliteFiles } from './file.ts';
import { SqliteLog } from './log.ts';
import { SqliteReader } from './reader.ts';
import { busyTimeout, SqliteWriter } from './writer.ts';

/**
 * Bytes of a page of a new file, half of SQLite's own: whoever calls among a million needs six pages of his own, of which he uses some
 * hundred bytes, and a login writes three of them.
 */
export const pageSize = 2048;
/** KiB of the file that are kept at hand at most: the pages of nine thousand people. */
const cache = 131_072;
/** 3.51.3, in which a checkpoint right after another loses nothing that a second process wrote (sqlite.org/wal.html#walresetbug). */
const oldest = 3_051_003;

/**
 * Kysely's dialect on Node's own SQLite.
 *
 * @param path a file, whose folder is made if need be, or `:memory:`
 * @throws where Node brings a SQLite that is too old
 */
export async function sqliteDialect(path: string, log: Logger): Promise<Dialect> {
  requireVersion(process.versions.sqlite);
  const inFile = path !== ':memory:';
  const file = inFile ? prepareFile(path) : path;
  const database = new DatabaseSync(file, { timeout: busyTimeout });
  database.exec(`pragma page_size = ${pageSize}`);
  await beginWal(database);
  // With `normal`, WAL could lose the last commits in a power cut, which only what says so may (`Write.durable`).
  database.exec(`pragma synchronous = full; pragma cache_size = -${cache}`);
  // What a savepoint would take back, which is hardly ever more than some pages.
  database.exec('pragma temp_store = memory');
  // What cannot be written to does not serve; and now all files of the database are there.
  database.exec('begin immediate; rollback');
  const files = inFile ? new SqliteFiles(file) : undefined;
  const driver = inFile ? openInFile(database, file, log) : new SqliteDriver(new SqliteWriter(database));
  return {
    createDriver: () => driver,
    createAdapter: () => new SqliteStoreAdapter(driver, files),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (store) => new SqliteIntrospector(store),
  };
}

/** @throws where it is too old to be used */
export function requireVersion(version = ''): void {
  // As SQLite itself numbers them; comparing texts by number would load ICU, which takes a twentieth of the start.
  const number = version.split('.').reduce((higher, part) => higher * 1000 + Number(part), 0);
  if (number >= oldest) return;
  throw new Error(`this Node brings SQLite ${version}, which may lose data: Node 24.15 or newer brings one that does not`);
}

function openInFile(database: DatabaseSync, path: string, log: Logger): SqliteDriver {
  // What SQLite does by itself is left for a log that nothing else has shortened.
  database.exec(`pragma wal_autocheckpoint = ${2 * checkpointPages}`);
  const writer = new SqliteWriter(database, new SqliteLog(`${path}-wal`), new SqliteCheckpointer(path, log));
  return new SqliteDriver(writer, new SqliteReader(new DatabaseSync(path, { timeout: busyTimeout, readOnly: true }), writer));
}

/** SQLite does not wait here where another process opens the new file at the same moment, as it waits elsewhere. */
async function beginWal(database: DatabaseSync): Promise<void> {
  const end = performance.now() + busyTimeout;
  for (;;) {
    try {
      return database.exec('pragma journal_mode = wal');
    } catch (error) {
      if (!isBusy(error) || performance.now() > end) throw error;
    }
    await setTimeout(10);
  }
}

class SqliteStoreAdapter extends SqliteAdapter implements StoreAdapter {
  readonly #driver: SqliteDriver;
  readonly #files: SqliteFiles | undefined;

  constructor(driver: SqliteDriver, files: SqliteFiles | undefined) {
    super();
    this.#driver = driver;
    this.#files = files;
  }

  check(): void {
    this.#files?.check();
  }

  runAlone<R>(query: CompiledQuery<R>): Promise<QueryResult<R>> {
    return this.#driver.runAlone(query);
  }

  runTogether<R>({ steps, durable }: Write<R>): Promise<R[]> {
    return this.#driver.runTogether((run) => steps(<S>(query: CompiledQuery<S>) => run<S>(query).rows), durable);
  }

  /** Migrations run in one transaction: a crash leaves no half of one, and a second process waits for the first. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** The driver gives writers their turns; Kysely would make readers wait for them too. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
