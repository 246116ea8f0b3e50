import type { Kysely } from 'kysely';

/** The apps' access tokens at the platforms, which one process renews for all. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('platform_tokens')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('platform', 'varchar(32)', (column) => column.notNull())
    .addColumn('platform_app_id', 'varchar(128)', (column) => column.notNull())
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('renew_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('platform_tokens_pk', ['app_id', 'platform', 'platform_app_id'])
    .execute();
}
