import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Logger } from 'pino';
import { StoreDriver } from '../driver.ts';
import { busyTimeout } from './beginImmediate.ts';
import { checkpointPages, SqliteCheckpointer } from './checkpointer.ts';
import { SqliteConnection } from './connection.ts';
import { DatabaseFiles, prepareFile } from './databaseFile.ts';
import { isBusy } from './faults.ts';
import { GroupCommit } from './groupCommit.ts';
import { SqliteReader } from './reader.ts';
import { WalSync } from './walSync.ts';

/** Bytes per page in a new file, half of SQLite's default: among a million users, a request reads six pages and a login writes three. */
export const pageSize = 2048;
/** KiB of page cache, enough for the pages of nine thousand users. */
const cacheSize = 131_072;
/** 3.51.3, whose checkpoints cannot lose a second process's writes (sqlite.org/wal.html#walresetbug). */
const oldestVersion = 3_051_003;

/**
 * Kysely's dialect on `node:sqlite`.
 *
 * @param path a file, whose folder is created if absent, or `:memory:`
 * @throws if Node's SQLite is too old, or the file cannot be used
 */
export async function sqliteDialect(path: string, log: Logger): Promise<Dialect> {
  requireVersion(process.versions.sqlite);
  const inFile = path !== ':memory:';
  const file = inFile ? prepareFile(path) : path;
  const database = new DatabaseSync(file, { timeout: busyTimeout });
  database.exec(`pragma page_size = ${pageSize}`);
  await enableWal(database);
  // `normal` syncs at checkpoints only; WalSync syncs every commit.
  database.exec(`pragma synchronous = normal; pragma cache_size = -${cacheSize}`);
  // Keeps the undo data of savepoints in memory, which is rarely more than a few pages.
  database.exec('pragma temp_store = memory');
  // Fails early if the file cannot be written, and creates the files next to it.
  database.exec('begin immediate; rollback');
  const files = inFile ? new DatabaseFiles(file) : undefined;
  const driver = inFile ? createFileDriver(database, file, log) : driverOn(new GroupCommit(database));
  return {
    createDriver: () => driver,
    createAdapter: () => new SqliteStoreAdapter(files),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (store) => new SqliteIntrospector(store),
  };
}

/** @throws if the version is older than 3.51.3 */
export function requireVersion(version = ''): void {
  // SQLite's own numbering: 3.51.3 is 3051003.
  const number = version.split('.').reduce((higher, part) => higher * 1000 + Number(part), 0);
  if (number >= oldestVersion) return;
  throw new Error(`this Node bundles SQLite ${version}, which can lose data; use Node 24.15 or newer`);
}

function createFileDriver(database: DatabaseSync, path: string, log: Logger): StoreDriver {
  // SQLite checkpoints within a commit only if the checkpointer could not shorten the WAL.
  database.exec(`pragma wal_autocheckpoint = ${2 * checkpointPages}`);
  const writer = new GroupCommit(database, { walSync: new WalSync(`${path}-wal`), checkpointer: new SqliteCheckpointer(path, log) });
  return driverOn(writer, new SqliteReader(new DatabaseSync(path, { timeout: busyTimeout, readOnly: true }), writer));
}

/** @param reader absent for a database in memory, which only one connection can see: reads then wait for writes */
const driverOn = (writer: GroupCommit, reader?: SqliteReader): StoreDriver =>
  new StoreDriver(
    () => new SqliteConnection(writer, reader ?? writer),
    () => {
      // First, because the last connection checkpoints the WAL, which a read-only one cannot.
      reader?.close();
      return writer.close();
    },
  );

/** Switches to WAL. Retries, because SQLite's busy timeout does not apply while another process creates the file. */
async function enableWal(database: DatabaseSync): Promise<void> {
  const deadline = performance.now() + busyTimeout;
  for (;;) {
    try {
      return database.exec('pragma journal_mode = wal');
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await setTimeout(10);
  }
}

export class SqliteStoreAdapter extends SqliteAdapter {
  readonly #files: DatabaseFiles | undefined;

  constructor(files: DatabaseFiles | undefined) {
    super();
    this.#files = files;
  }

  /** @throws if a file of the database was removed or replaced */
  checkFiles(): void {
    this.#files?.check();
  }

  /** Makes migrations run in one transaction: a crash rolls them back, and a second process waits for the first. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** The writer serialises transactions itself; Kysely would make reads wait too. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
