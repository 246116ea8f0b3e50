import { Kysely, type LogEvent } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Logger } from 'pino';
import { type PostgresUrl, readPostgresUrl } from '../config/postgresUrl.ts';
import { ApiError } from '../errors.ts';
import { trackQuery } from '../observe/currentRequest.ts';
import type { Pool } from '../observe/metrics.ts';
import { migrations } from './migrations/index.ts';
import { postgresDialect, postgresMigrationDialect, requireSchema, requireUtf8 } from './postgres/dialect.ts';
import type { Schema, Store } from './schema.ts';
import { sqliteDialect } from './sqlite/dialect.ts';

/** Named after this server: another user of Kysely may share the schema. */
export const migrationTableName = 'login_migration';

/** PostgreSQL's `duplicate_table`. */
const isTaken = (error: unknown): error is Error => error instanceof Error && 'code' in error && error.code === '42P07';
const takenHint = 'the schema already has tables of these names: choose another with ?schema=NAME';

const track = ({ query, queryDurationMillis }: LogEvent) => trackQuery(query.sql, queryDurationMillis);

/**
 * Opens the store and brings its schema up to date. Any number of processes may do so at once.
 *
 * @param url `DATABASE_URL`: `sqlite:PATH`, `sqlite::memory:`, `postgres://…` or `postgresql://…`
 * @param onPool gets PostgreSQL's pool
 * @throws an error that says in one line, without the URL's password, why the database cannot be used
 */
export async function openStore(url: string, log: Logger, onPool?: (pool: Pool) => void): Promise<Store> {
  try {
    const [, path] = /^sqlite:(.+)$/.exec(url) ?? [];
    if (path) return await openSqlite(path, log);
    const target = readPostgresUrl(url);
    const migrating = new Kysely<Schema>({ dialect: await postgresMigrationDialect(target, log), log: track });
    await preparePostgres(migrating, target).finally(() => migrating.destroy());
    return new Kysely<Schema>({ dialect: await postgresDialect(target, log, onPool), log: track });
  } catch (error) {
    throw new Error(`DATABASE_URL: ${reasonOf(error)}`, { cause: error });
  }
}

async function openSqlite(path: string, log: Logger): Promise<Store> {
  const store = new Kysely<Schema>({ dialect: await sqliteDialect(path, log), log: track });
  try {
    await migrate(store);
    return store;
  } catch (error) {
    await store.destroy();
    throw error;
  }
}

async function preparePostgres(store: Store, { schema }: PostgresUrl): Promise<void> {
  await requireUtf8(store);
  await migrate(store, await requireSchema(store, schema));
}

/** @param migrationTableSchema PostgreSQL's schema of the migration table; other schemas may have one of the same name */
async function migrate(store: Store, migrationTableSchema?: string): Promise<void> {
  const migrator = new Migrator({
    db: store,
    provider: { getMigrations: async () => migrations },
    migrationTableName,
    migrationLockTableName: `${migrationTableName}_lock`,
    ...(migrationTableSchema !== undefined && { migrationTableSchema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw isTaken(error) ? new Error(takenHint, { cause: error }) : error;
}

/** A host with several addresses fails with one error for each. */
function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return reasonOf(error.cause);
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

/** SQLite's SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE. */
const sqliteViolations = [1555, 2067];
/** PostgreSQL's `unique_violation`. */
const postgresViolation = '23505';

/** Whether an insert violated a unique constraint. On PostgreSQL that aborts the transaction. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error) return sqliteViolations.includes(Number(error.errcode));
  return 'code' in error && error.code === postgresViolation;
}

/** PostgreSQL's `serialization_failure` and `deadlock_detected`. */
const postgresVictims = ['40001', '40P01'];

/** Whether the transaction lost a deadlock or serialization conflict and may be retried. */
export const lostConflict = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && postgresVictims.includes(String(error.code));
