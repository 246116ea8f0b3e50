import { type Kysely, sql } from 'kysely';

/**
 * Addresses and numbers that users claim, apart from those that they have proved: `login_names` keeps usernames and proofs, which are unique.
 * A user's proved address or number stays in `…_proved` while a new one waits for its proof.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('login_claims')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('kind', 'varchar(16)', (column) => column.notNull())
    .addColumn('value', 'varchar(254)', (column) => column.notNull())
    .addColumn('user_id', 'bigint', (column) => column.notNull())
    .addColumn('claimed_at', 'bigint', (column) => column.notNull())
    .addColumn('resets', 'integer', (column) => column.notNull().defaultTo(1))
    .addPrimaryKeyConstraint('login_claims_pk', ['app_id', 'user_id', 'kind'])
    .addForeignKeyConstraint('login_claims_user', ['app_id', 'user_id'], 'users', ['app_id', 'id'], (key) => key.onDelete('cascade'))
    .execute();
  await db.schema.createIndex('login_claims_value').on('login_claims').columns(['app_id', 'kind', 'value', 'claimed_at']).execute();

  await db.schema.alterTable('users').addColumn('email_proved', 'varchar(254)').execute();
  await db.schema.alterTable('users').addColumn('phone_proved', 'varchar(20)').execute();
  for (const kind of ['email', 'phone']) {
    const [value, verified] = [sql.ref(kind), sql.ref(`${kind}_verified`)];
    await sql`insert into login_claims (app_id, kind, value, user_id, claimed_at)
      select app_id, ${sql.lit(kind)}, ${value}, id, created_at from users where ${value} is not null and ${verified} = 0`.execute(db);
    await sql`delete from login_names where kind = ${sql.lit(kind)} and exists (
      select 1 from users where users.app_id = login_names.app_id and users.id = login_names.user_id and ${verified} = 0)`.execute(db);
    // Both are looked for in these two tables from now on.
    await db.schema.dropIndex(`users_${kind}`).execute();
  }
}
