import { sql } from 'kysely';
import { isPostgres } from './isPostgres.ts';
import type { TenantRows } from './tenant.ts';

/**
 * Serialises a tenant's transactions that lock the same key, until they end. For cases without a row to lock. Keys must be locked before
 * rows; they are sorted, so that transactions do not deadlock. SQLite runs one writing transaction at a time anyway.
 */
export async function lockKeys({ id, store }: TenantRows, ...keys: string[]): Promise<void> {
  if (!isPostgres(store)) return;
  for (const key of keys.toSorted()) await sql`select pg_advisory_xact_lock(hashtextextended(${`${id} ${key}`}, 0))`.execute(store);
}
