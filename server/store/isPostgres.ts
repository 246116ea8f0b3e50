import { PostgresAdapter } from 'kysely';
import type { Store } from './schema.ts';

/** Whether a store is PostgreSQL; SQLite otherwise. */
export const isPostgres = (store: Store): boolean => store.getExecutor().adapter instanceof PostgresAdapter;
