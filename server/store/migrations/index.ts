import type { Migration } from 'kysely/migration';
import * as initialSchema from './0001-initial-schema.ts';

/** Every migration by the name of its file, in the order in which they run. A released migration never changes. */
export const migrations: Record<string, Migration> = { '0001-initial-schema': initialSchema };
