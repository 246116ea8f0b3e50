import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type Dialect, SqliteDialect } from 'kysely';
import { toStoreError } from './faults.ts';

/** Milliseconds that SQLite waits while another process recovers the file after a crash. */
const busyTimeout = 1000;

/**
 * Kysely's own SQLite dialect, on a read-only connection.
 *
 * @throws store_unavailable if the file cannot be opened
 */
export function sqliteReadOnlyDialect(path: string): Dialect {
  const database = convertErrors(() => new DatabaseSync(path, { timeout: busyTimeout, readOnly: true }));
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = convertErrors(() => database.prepare(sql));
        return {
          reader: true,
          all: (parameters) => convertErrors(() => statement.all(...(parameters as SQLInputValue[]))),
          run: () => ({ changes: 0, lastInsertRowid: 0 }),
          iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
        };
      },
    },
  });
}

function convertErrors<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw toStoreError(error);
  }
}
