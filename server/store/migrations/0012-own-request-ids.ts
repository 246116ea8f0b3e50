import type { Kysely } from 'kysely';

/** A client names its requests as it likes, also as somebody else's: the audit trail has the server's own id beside such a name. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.alterTable('audit_entries').addColumn('own_request_id', 'varchar(36)').execute();
}
