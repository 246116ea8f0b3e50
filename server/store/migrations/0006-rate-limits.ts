import type { Kysely } from 'kysely';

/** What is counted against a limit, in place of the allowances of numbers, users and addresses; an identity's own count stands in its row. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('rate_limits')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('limit_name', 'varchar(32)', (column) => column.notNull())
    .addColumn('subject', 'varchar(64)', (column) => column.notNull())
    .addColumn('used', 'integer', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('rate_limits_pk', ['app_id', 'limit_name', 'subject'])
    .execute();
  await db.schema.createIndex('rate_limits_until').on('rate_limits').column('until').execute();
  await db.schema.dropTable('allowances').execute();

  for (const [name, type] of [
    ['exchanges', 'integer'],
    ['exchanges_until', 'bigint'],
  ] as const) {
    await db.schema
      .alterTable('identities')
      .addColumn(name, type, (column) => column.notNull().defaultTo(0))
      .execute();
  }
}
