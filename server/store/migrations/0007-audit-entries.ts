import type { Kysely } from 'kysely';

/** Who did what, and from where. Many are written at once, so one of a user who is gone by then must not hinder the others: no foreign key. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('audit_entries')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('id', 'bigint', (column) => column.notNull())
    .addColumn('event', 'varchar(32)', (column) => column.notNull())
    .addColumn('user_id', 'bigint')
    .addColumn('method', 'varchar(32)')
    .addColumn('operation', 'varchar(64)', (column) => column.notNull())
    .addColumn('ip', 'varchar(64)')
    .addColumn('request_id', 'varchar(128)')
    .addPrimaryKeyConstraint('audit_entries_pk', ['app_id', 'at', 'id'])
    .execute();
  await db.schema.createIndex('audit_entries_user').on('audit_entries').columns(['app_id', 'user_id', 'at']).execute();
  await db.schema.createIndex('audit_entries_age').on('audit_entries').column('at').execute();
}
