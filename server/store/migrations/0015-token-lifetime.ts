import type { Kysely } from 'kysely';

/** How long an access token is used, without which nobody can tell whether the time to renew it can be true. Those of before are fetched anew. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .alterTable('platform_tokens')
    .addColumn('lifetime', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
}
