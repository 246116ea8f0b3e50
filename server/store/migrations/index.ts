import type { Migration } from 'kysely/migration';
import * as usersIdentitiesSessions from './0001-users-identities-sessions.ts';

/** Every migration by name, in the order of their names. A released migration never changes. */
export const migrations: Record<string, Migration> = {
  '0001-users-identities-sessions': usersIdentitiesSessions,
};
