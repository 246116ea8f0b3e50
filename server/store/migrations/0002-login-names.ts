import type { Kysely } from 'kysely';

/** What a person may log in with. The primary key decides who has a name, whichever process asks first. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('login_names')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('kind', 'varchar(16)', (column) => column.notNull())
    // A username of 64 characters can be eighteen times as long in the form that compares.
    .addColumn('value', 'varchar(1152)', (column) => column.notNull())
    .addColumn('user_id', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('login_names_pk', ['app_id', 'kind', 'value'])
    .addUniqueConstraint('login_names_one_of_a_kind', ['app_id', 'user_id', 'kind'])
    .addForeignKeyConstraint('login_names_user', ['app_id', 'user_id'], 'users', ['app_id', 'id'], (key) => key.onDelete('cascade'))
    .execute();

  await db.schema.alterTable('users').addColumn('password_hash', 'varchar(256)').execute();
  await db.schema
    .alterTable('users')
    .addColumn('fields', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
  await db.schema.createIndex('users_phone').on('users').columns(['app_id', 'phone']).execute();
  await db.schema.createIndex('users_email').on('users').columns(['app_id', 'email']).execute();
}
