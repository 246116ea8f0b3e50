import { sql } from 'kysely';
import { discardAvatar } from '../pictures/avatarFiles.ts';
import type { Schema, UserRow } from '../store/schema.ts';
import type { TenantRows, Transaction } from '../store/tenant.ts';
import { verifiedOf } from './claims.ts';

type TableOfUsers = { [Table in keyof Schema]: 'user_id' extends keyof Schema[Table] ? Table : never }[keyof Schema];
type Row = Record<string, unknown>;

/** Tables with a user's rows, and the columns that an export leaves out. */
const tablesOfUsers: { [Table in TableOfUsers]: readonly (keyof Schema[Table])[] } = {
  login_names: [],
  login_claims: [],
  identities: ['session_key', 'sealed_numbers'],
  sessions: ['token_hash'],
  mail_links: ['token_hash'],
  audit_entries: [],
};

/** All data of a user, by table and column. Times are unix seconds. */
export interface UserData extends Record<string, Row[]> {
  users: Row[];
}

/** Reads all data of a user, without secrets. */
export async function exportUser(tenant: TenantRows, user: UserRow): Promise<UserData> {
  const { tenant_id, password_hash, fields, ...profile } = user;
  const data: UserData = { users: [{ ...profile, fields: JSON.parse(fields) }] };
  for (const [table, secrets] of Object.entries(tablesOfUsers)) {
    const { rows } = await sql<Row>`select * from ${sql.table(table)} where tenant_id = ${tenant_id} and user_id = ${user.id}`.execute(
      tenant.store,
    );
    data[table] = rows.map((row) => readable(row, secrets));
  }
  data.sms_codes = await smsCodesOf(tenant, user).select(['phone', 'tries_left', 'expires_at']).execute();
  return data;
}

function readable({ tenant_id, user_id, ...row }: Row, secrets: readonly string[]): Row {
  const shown = Object.entries(row).filter(([column]) => !secrets.includes(column));
  return Object.fromEntries(shown.map(([column, value]) => [column, column === 'profile' ? JSON.parse(String(value)) : value]));
}

/**
 * Deletes a user and all its data.
 *
 * @param tx a concurrent login waits for it, or its session is deleted too
 */
export async function deleteUser(tx: Transaction, user: UserRow): Promise<void> {
  const { store } = tx;
  const { tenant_id, id } = user;
  await discardAvatar(tx, id);
  for (const table of Object.keys(tablesOfUsers)) {
    await sql`delete from ${sql.table(table)} where tenant_id = ${tenant_id} and user_id = ${id}`.execute(store);
  }
  await store
    .deleteFrom('sms_codes')
    .where('tenant_id', '=', tenant_id)
    .where(({ eb, val }) => eb('phone', '=', val(verifiedOf(user, 'phone'))))
    .execute();
  await store.deleteFrom('users').where('tenant_id', '=', tenant_id).where('id', '=', id).execute();
}

/** SMS codes of the verified number only, because a claimed number may be another person's. */
const smsCodesOf = ({ store }: TenantRows, user: UserRow) =>
  store
    .selectFrom('sms_codes')
    .where('tenant_id', '=', user.tenant_id)
    .where(({ eb, val }) => eb('phone', '=', val(verifiedOf(user, 'phone'))));
