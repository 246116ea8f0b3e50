import { Kysely } from 'kysely';
import { postgresListDialect } from './postgres/postgres.ts';
import { readPostgresUrl } from './postgres/url.ts';
import type { Schema, Store } from './schema.ts';
import { sqliteReadOnlyDialect } from './sqlite/readOnly.ts';

/**
 * A store with one connection, to read only, on a database that `openStore` has brought up to date.
 *
 * @param url `DATABASE_URL`, of a database that other connections see too
 */
export async function openListStore(url: string): Promise<{ store: Store; isPostgres: boolean }> {
  const [, path] = /^sqlite:(.+)$/.exec(url) ?? [];
  const dialect = path ? sqliteReadOnlyDialect(path) : await postgresListDialect(readPostgresUrl(url));
  return { store: new Kysely<Schema>({ dialect }), isPostgres: path === undefined };
}
