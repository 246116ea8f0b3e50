import type { Kysely } from 'kysely';

/** Where rows of all apps are looked for whose time is over; the other tables have theirs from the start. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on the schema of its own day, not on today's types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.createIndex('sms_codes_expiry').on('sms_codes').column('expires_at').execute();
  await db.schema.createIndex('mail_links_expiry').on('mail_links').column('expires_at').execute();
}
