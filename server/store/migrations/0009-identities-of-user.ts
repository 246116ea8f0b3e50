import { type Kysely, SqliteAdapter } from 'kysely';

/**
 * What an answer shows of a user's identities, beside each other where SQLite looks for whose they are: going from there to each row costs
 * as much again among a million users, and they are read with every session. PostgreSQL has no room in an index for a profile that is longer
 * than a third of a page.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  if (!(db.getExecutor().adapter instanceof SqliteAdapter)) return;
  const columns = ['app_id', 'user_id', 'platform', 'openid', 'unionid', 'profile'];
  await db.schema.createIndex('identities_of_user').on('identities').columns(columns).execute();
}
