import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** The orders in which users are listed most, beside that of the primary key; the nickname as `userList.ts` and `userWhere.ts` compare it. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.createIndex('users_created').on('users').columns(['app_id', 'created_at', 'id']).execute();
  await db.schema.createIndex('users_nickname').on('users').expression(sql`app_id, coalesce(nickname, ''), id`).execute();
}
