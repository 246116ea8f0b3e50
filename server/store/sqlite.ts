import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { type CompiledQuery, type Dialect, type QueryResult, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { StoreAdapter, Write } from './prepared.ts';
import { SqliteDriver } from './sqliteDriver.ts';
import { isBusy } from './sqliteFaults.ts';
import { SqliteLog } from './sqliteLog.ts';

/** Milliseconds to wait for another process that is writing to the same file. Nothing else runs in this one meanwhile. */
const busyTimeout = 10_000;
/** KiB of the file that are kept at hand at most, as many as PostgreSQL keeps of its own accord: SQLite's own 2 MiB hold some thousand users. */
const cache = 131_072;
/** Pages of the log that are put into the file at once, 16 MiB: four times SQLite's own, as many logins write the same pages again. */
const checkpointPages = 4000;

/**
 * Kysely's dialect on Node's own SQLite.
 *
 * @param path a file, whose folder is made if need be, or `:memory:`
 */
export async function sqliteDialect(path: string): Promise<Dialect> {
  const inMemory = path === ':memory:';
  if (!inMemory) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const writer = new DatabaseSync(path, { timeout: busyTimeout });
  await beginWal(writer);
  // With `normal`, WAL could lose the last commits in a power cut, which only what says so may (`Write.durable`).
  writer.exec(`pragma synchronous = full; pragma cache_size = -${cache}; pragma wal_autocheckpoint = ${checkpointPages}`);
  // What a savepoint would take back, which is hardly ever more than some pages.
  writer.exec('pragma temp_store = memory');
  const reader = inMemory ? undefined : new DatabaseSync(path, { timeout: busyTimeout, readOnly: true });
  const driver = new SqliteDriver(writer, reader, inMemory ? undefined : new SqliteLog(`${path}-wal`));
  return {
    createDriver: () => driver,
    createAdapter: () => new SqliteStoreAdapter(driver),
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
      if (!isBusy(error) || performance.now() > end) throw error;
    }
    await setTimeout(10);
  }
}

class SqliteStoreAdapter extends SqliteAdapter implements StoreAdapter {
  readonly #driver: SqliteDriver;

  constructor(driver: SqliteDriver) {
    super();
    this.#driver = driver;
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
