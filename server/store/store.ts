import { type Dialect, Kysely, type LogEvent } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Logger } from 'pino';
import { ApiError } from '../errors.ts';
import { noteQuery } from '../observe/currentRequest.ts';
import type { Pool } from '../observe/metrics.ts';
import { migrations } from './migrations/index.ts';
import { postgresDialect, postgresMigrationDialect, requireUtf8 } from './postgres.ts';
import type { Schema } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';

export type Store = Kysely<Schema>;

const note = ({ query, queryDurationMillis }: LogEvent) => noteQuery(query.sql, queryDurationMillis);

/**
 * Opens the store and brings its schema up to date. Any number of processes may do so at once.
 *
 * @param url `DATABASE_URL`: `sqlite:PATH`, `sqlite::memory:`, `postgres://…` or `postgresql://…`
 * @param onPool told of PostgreSQL's connections
 * @throws an error that says in one line, without the URL's password, why the database cannot be used
 */
export async function openStore(url: string, log: Logger, onPool?: (pool: Pool) => void): Promise<Store> {
  try {
    const [, path] = /^sqlite:(.+)$/.exec(url) ?? [];
    if (path) return await migrate(await sqliteDialect(path, log));
    const migrated = await migrate(await postgresMigrationDialect(url, log));
    await requireUtf8(migrated).finally(() => migrated.destroy());
    return new Kysely<Schema>({ dialect: await postgresDialect(url, log, onPool), log: note });
  } catch (error) {
    throw new Error(`DATABASE_URL: ${reasonOf(error)}`, { cause: error });
  }
}

async function migrate(dialect: Dialect): Promise<Store> {
  const store = new Kysely<Schema>({ dialect, log: note });
  const { error } = await new Migrator({ db: store, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error === undefined) return store;
  await store.destroy();
  throw error;
}

/** A host with several addresses fails with one error for each. */
function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return reasonOf(error.cause);
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

/**
 * Resolves when the store can be used.
 *
 * @throws when it does not answer, or lacks a migration, as one that was restored from an older copy does
 */
export async function checkStore(store: Store): Promise<void> {
  const [newest = ''] = Object.keys(migrations).slice(-1);
  const done = store.withTables<{ kysely_migration: { name: string } }>().selectFrom('kysely_migration').select('name');
  if (await done.where('name', '=', newest).executeTakeFirst()) return;
  throw new Error(`the store lacks migration ${newest}: start a server, which brings it up to date`);
}

/** SQLite's SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE. */
const sqliteViolations = [1555, 2067];
/** PostgreSQL's `unique_violation`. */
const postgresViolation = '23505';

/** Whether an insert lost to a row that was there first. On PostgreSQL the transaction is over with it. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error) return sqliteViolations.includes(Number(error.errcode));
  return 'code' in error && error.code === postgresViolation;
}

/** PostgreSQL's `serialization_failure` and `deadlock_detected`. */
const postgresVictims = ['40001', '40P01'];

/** Whether the database chose a transaction to fail so that others can go on; it is right the next time. */
export const isVictim = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && postgresVictims.includes(String(error.code));
