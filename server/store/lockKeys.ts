import { sql } from 'kysely';
import { isPostgres } from './isPostgres.ts';
import type { TenantRows } from './tenant.ts';

/**
 * Serialises the transactions of a tenant that name the same key, from here to their end, if there is no row to lock. Keys are
 * locked before rows, and in one order, so that transactions do not deadlock. SQLite runs one writing transaction at a time anyway.
 */
export async function lockKeys({ id, store }: TenantRows, ...keys: string[]): Promise<void> {
  if (!isPostgres(store)) return;
  for (const key of keys.toSorted()) await sql`select pg_advisory_xact_lock(hashtextextended(${`${id} ${key}`}, 0))`.execute(store);
}
