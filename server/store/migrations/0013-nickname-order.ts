import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** PostgreSQL sorts nicknames by their bytes, as SQLite does, and not by the locale that the database was made with. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return;
  await db.schema.dropIndex('users_nickname').execute();
  await sql`create index users_nickname on users (app_id, (coalesce(nickname, '') collate "C"), id)`.execute(db);
}
