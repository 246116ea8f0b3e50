import { Kysely } from 'kysely';
import { readPostgresUrl } from '../config/postgresUrl.ts';
import { postgresListDialect } from './postgres/dialect.ts';
import type { Schema, Store } from './schema.ts';
import { sqliteReadOnlyDialect } from './sqlite/readOnlyDialect.ts';

/**
 * Opens a read-only store with one connection. `openStore` must have migrated the database.
 *
 * @param url `DATABASE_URL`, except `sqlite::memory:`
 */
export async function openListStore(url: string): Promise<{ store: Store; isPostgres: boolean }> {
  const [, path] = /^sqlite:(.+)$/.exec(url) ?? [];
  const dialect = path ? sqliteReadOnlyDialect(path) : await postgresListDialect(readPostgresUrl(url));
  return { store: new Kysely<Schema>({ dialect }), isPostgres: path === undefined };
}
