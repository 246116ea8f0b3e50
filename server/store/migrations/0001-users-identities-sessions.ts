import { type CreateTableBuilder, type Kysely, SqliteAdapter } from 'kysely';

/** Every table leads with the app, so that the schema can be sharded by app where the database does that. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .$call(db.getExecutor().adapter instanceof SqliteAdapter ? addRowid : addPrimaryKey)
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('nickname', 'varchar(256)')
    .addColumn('avatar', 'varchar(2048)')
    .addColumn('gender', 'integer')
    .addColumn('language', 'varchar(64)')
    .addColumn('city', 'varchar(256)')
    .addColumn('province', 'varchar(256)')
    .addColumn('country', 'varchar(256)')
    .addColumn('is_authorized', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('is_anonymous', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('username', 'varchar(64)')
    .addColumn('email', 'varchar(254)')
    .addColumn('email_verified', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('phone', 'varchar(20)')
    .addColumn('phone_verified', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();

  await db.schema
    .createTable('identities')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('platform', 'varchar(32)', (column) => column.notNull())
    .addColumn('openid', 'varchar(128)', (column) => column.notNull())
    .addColumn('user_id', 'bigint', (column) => column.notNull())
    .addColumn('unionid', 'varchar(128)')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('session_key', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('identities_pk', ['app_id', 'platform', 'openid'])
    .addUniqueConstraint('identities_one_per_platform', ['app_id', 'user_id', 'platform'])
    .addForeignKeyConstraint('identities_user', ['app_id', 'user_id'], 'users', ['app_id', 'id'], (key) => key.onDelete('cascade'))
    .execute();
  await db.schema.createIndex('identities_unionid').on('identities').columns(['app_id', 'platform', 'unionid']).execute();

  await db.schema
    .createTable('sessions')
    .addColumn('app_id', 'varchar(192)', (column) => column.notNull())
    .addColumn('token_hash', 'varchar(64)', (column) => column.notNull())
    .addColumn('user_id', 'bigint', (column) => column.notNull())
    .addColumn('platform', 'varchar(32)')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('sessions_pk', ['app_id', 'token_hash'])
    .addForeignKeyConstraint('sessions_user', ['app_id', 'user_id'], 'users', ['app_id', 'id'], (key) => key.onDelete('cascade'))
    .execute();
  await db.schema.createIndex('sessions_user').on('sessions').columns(['app_id', 'user_id']).execute();
  await db.schema.createIndex('sessions_expiry').on('sessions').column('expires_at').execute();
}

type Users = CreateTableBuilder<'users', 'app_id'>;

const addPrimaryKey = (users: Users) =>
  users.addColumn('id', 'bigint', (column) => column.notNull()).addPrimaryKeyConstraint('users_pk', ['app_id', 'id']);

/** SQLite finds a row by such a column without an index, as most requests do. Ids are random, so that no two apps have one in common. */
const addRowid = (users: Users) =>
  users.addColumn('id', 'integer', (column) => column.primaryKey()).addUniqueConstraint('users_in_app', ['app_id', 'id']);
