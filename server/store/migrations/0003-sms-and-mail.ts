import type { Kysely } from 'kysely';

/** Codes and links that were sent out, and how often: each number, user and address has one row of a kind, so none of these grows by itself. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('sms_codes')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('phone', 'varchar(20)', (column) => column.notNull())
    .addColumn('code_hash', 'varchar(64)', (column) => column.notNull())
    .addColumn('tries_left', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('sms_codes_pk', ['app_id', 'phone'])
    .execute();

  await db.schema
    .createTable('mail_links')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('user_id', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'varchar(16)', (column) => column.notNull())
    .addColumn('token_hash', 'varchar(64)', (column) => column.notNull())
    .addColumn('address', 'varchar(254)', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('mail_links_pk', ['app_id', 'user_id', 'kind'])
    .addUniqueConstraint('mail_links_token', ['app_id', 'token_hash'])
    .addForeignKeyConstraint('mail_links_user', ['app_id', 'user_id'], 'users', ['app_id', 'id'], (key) => key.onDelete('cascade'))
    .execute();

  await db.schema
    .createTable('allowances')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('kind', 'varchar(16)', (column) => column.notNull())
    .addColumn('subject', 'varchar(254)', (column) => column.notNull())
    .addColumn('used', 'integer', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('allowances_pk', ['app_id', 'kind', 'subject'])
    .execute();
}
