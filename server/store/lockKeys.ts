import { PostgresAdapter, sql } from 'kysely';
import type { Store } from './schema.ts';

/**
 * Makes transactions that name a key run one after the other, from here to their end, where no row stands for what they decide about.
 * Taken before rows are locked, so that none waits for one that waits for it. SQLite runs one writing transaction at a time anyway.
 */
export async function lockKeys(transaction: Store, ...keys: string[]): Promise<void> {
  if (!(transaction.getExecutor().adapter instanceof PostgresAdapter)) return;
  for (const key of keys.toSorted()) await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(transaction);
}
