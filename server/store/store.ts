import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';

export type Store = Kysely<Schema>;

/**
 * Opens the store and brings its schema up to date.
 *
 * @param url `sqlite:PATH`, or `sqlite::memory:`
 * @throws when the database cannot be opened or a migration fails
 */
export async function openStore(url: string): Promise<Store> {
  const [, path] = /^sqlite:(.+)$/.exec(url) ?? [];
  if (!path) throw new Error(`DATABASE_URL must be sqlite:PATH, not ${url.split(':')[0]}:…`);
  const store = new Kysely<Schema>({ dialect: sqliteDialect(path) });
  const { error } = await new Migrator({ db: store, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error) {
    await store.destroy();
    throw error;
  }
  return store;
}

/** Resolves when the store answers. */
export async function pingStore(store: Store): Promise<void> {
  await sql`select 1`.execute(store);
}

/** Whether an insert lost to a row that was there first. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === 1555 || error.errcode === 2067);
}
