import type { Kysely } from 'kysely';

/** Fingerprints of the numbers that were opened with an identity's session key, because each counts once. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.alterTable('identities').addColumn('sealed_numbers', 'text').execute();
}
