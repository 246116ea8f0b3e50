import { sql } from 'kysely';
import type { AuditEntry } from '../audit/entries.ts';
import { discardAvatar } from '../pictures/avatarFiles.ts';
import type { Schema, UserRow } from '../store/schema.ts';
import type { TenantRows, Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { deleteSettled } from '../webhooks/settled.ts';
import { verifiedOf } from './claims.ts';
import { mergedFrom } from './users.ts';

type TableOfUsers = { [Table in keyof Schema]: 'user_id' extends keyof Schema[Table] ? Table : never }[keyof Schema];
type Row = Record<string, unknown>;

/** Tables with a user's rows, and the columns that an export leaves out. */
const tablesOfUsers: { [Table in TableOfUsers]: readonly (keyof Schema[Table])[] } = {
  login_names: [],
  login_claims: [],
  identities: ['session_key', 'sealed_numbers'],
  sessions: ['token_hash'],
  mail_links: ['token_hash'],
  merge_tickets: ['session_hash', 'ticket_hash', 'ways_in'],
  scan_logins: ['ticket_hash', 'poll_hash', 'check_hash', 'session_hash'],
  merges: ['snapshot'],
  picture_checks: [],
  // Operators are colleagues, not the user.
  audit_entries: ['done_by'],
  webhook_deliveries: [],
  webhook_queues: [],
};

/** Their rows may outlast the user. */
const outlasting: readonly string[] = ['audit_entries', 'webhook_deliveries', 'webhook_queues'] satisfies TableOfUsers[];

/** All data of a user, by table and column. Times are unix seconds. */
export interface UserData extends Record<string, Row[]> {
  users: Row[];
}

/** Rows of one table. A large table comes in several parts, one after another. */
export interface UserDataPart {
  table: string;
  rows: Row[];
}

/** Reads all data of a user, without secrets, part by part: the audit trail has no bound. */
export async function* readUserData(tenant: TenantRows, user: UserRow): AsyncGenerator<UserDataPart> {
  const { tenant_id, password_hash, fields, ...profile } = user;
  yield { table: 'users', rows: [{ ...profile, fields: JSON.parse(fields) }] };
  for (const [table, secrets] of Object.entries(tablesOfUsers)) {
    if (table === 'audit_entries') continue;
    const { rows } = await sql<Row>`select * from ${sql.table(table)} where tenant_id = ${tenant_id} and user_id = ${user.id}`.execute(
      tenant.store,
    );
    yield { table, rows: rows.map((row) => readable(row, secrets)) };
  }
  yield { table: 'sms_codes', rows: await smsCodesOf(tenant, user).select(['phone', 'tries_left', 'expires_at']).execute() };
  for await (const entries of readAuditEntries(tenant, user)) {
    yield { table: 'audit_entries', rows: entries.map((entry) => readable({ ...entry }, tablesOfUsers.audit_entries)) };
  }
}

/** Entries that are read at a time. */
const batchSize = 500;

/** The entries of a user, and of the accounts that it took in: for each at least one batch, the oldest entries first. */
async function* readAuditEntries(tenant: TenantRows, user: UserRow): AsyncGenerator<AuditEntry[]> {
  for (const userId of [user.id, ...mergedFrom(user)]) yield* readEntriesOf(tenant, userId);
}

async function* readEntriesOf({ id: tenant_id, store }: TenantRows, user_id: number): AsyncGenerator<AuditEntry[]> {
  let last = { at: 0, id: 0 };
  for (;;) {
    const { at, id } = last;
    const entries = await store
      .selectFrom('audit_entries')
      .selectAll()
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', user_id)
      .where('at', '>=', at)
      .where(({ or, eb }) => or([eb('at', '>', at), eb('id', '>', id)]))
      .orderBy('at')
      .orderBy('id')
      .limit(batchSize)
      .execute();
    yield entries;
    const newest = entries.at(-1);
    if (!newest || entries.length < batchSize) return;
    last = newest;
  }
}

/** Reads all data of a user at once. */
export async function exportUser(tenant: TenantRows, user: UserRow): Promise<UserData> {
  const data: UserData = { users: [] };
  for await (const { table, rows } of readUserData(tenant, user)) data[table] = [...(data[table] ?? []), ...rows];
  return data;
}

function readable({ tenant_id, user_id, ...row }: Row, secrets: readonly string[]): Row {
  const shown = Object.entries(row).filter(([column]) => !secrets.includes(column));
  return Object.fromEntries(shown.map(([column, value]) => [column, column === 'profile' ? JSON.parse(String(value)) : value]));
}

/**
 * Deletes a user and all its data, with the tombstones of accounts that were merged into it.
 *
 * @param tx a concurrent login waits for it, or its session is deleted too
 */
export async function deleteUser(tx: Transaction, user: UserRow): Promise<void> {
  const { store } = tx;
  const { tenant_id, id } = user;
  await recordEvents(tx, { type: 'user.closed', data: { user_id: id } });
  await deleteRowsOf(tx, user);
  const ids = [id, ...mergedFrom(user)];
  await store.deleteFrom('audit_entries').where('tenant_id', '=', tenant_id).where('user_id', 'in', ids).execute();
  await store
    .deleteFrom('users')
    .where('tenant_id', '=', tenant_id)
    .where('id', 'in', ids)
    .where(({ or, eb }) => or([eb('id', '=', id), eb('merged_into', '=', id)]))
    .execute();
}

/** Deletes a user's rows in all tables but its own, the audit trail and the events that are still to be sent. */
export async function deleteRowsOf(tx: Transaction, user: UserRow): Promise<void> {
  const { store } = tx;
  const { tenant_id, id } = user;
  await discardAvatar(tx, id);
  for (const table of Object.keys(tablesOfUsers)) {
    if (outlasting.includes(table)) continue;
    await sql`delete from ${sql.table(table)} where tenant_id = ${tenant_id} and user_id = ${id}`.execute(store);
  }
  await deleteSettled(tx, id);
  await store
    .deleteFrom('sms_codes')
    .where('tenant_id', '=', tenant_id)
    .where(({ eb, val }) => eb('phone', '=', val(verifiedOf(user, 'phone'))))
    .execute();
}

/** SMS codes of the verified number only, because a claimed number may be another person's. */
const smsCodesOf = ({ store }: TenantRows, user: UserRow) =>
  store
    .selectFrom('sms_codes')
    .where('tenant_id', '=', user.tenant_id)
    .where(({ eb, val }) => eb('phone', '=', val(verifiedOf(user, 'phone'))));
