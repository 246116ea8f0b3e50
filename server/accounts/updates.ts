import type { UserRow } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { isWanted, recordEvents } from '../webhooks/outbox.ts';
import { loadUser } from './users.ts';

/** The fields that a `user.updated` names, and the columns of each. */
const fields = {
  username: ['username'],
  email: ['email', 'email_verified', 'email_proved'],
  phone: ['phone', 'phone_verified', 'phone_proved'],
  password: ['password_hash'],
  nickname: ['nickname'],
  avatar: ['avatar'],
  gender: ['gender'],
  language: ['language'],
  city: ['city'],
  province: ['province'],
  country: ['country'],
  custom_fields: ['fields'],
} as const satisfies Record<string, (keyof UserRow)[]>;

/**
 * Records which fields of a user a transaction has changed, as a `user.updated` if there are any. Reads nothing if no endpoint wants it.
 *
 * @param before the locked row before the change
 */
export async function recordUpdate(tx: Transaction, before: UserRow): Promise<void> {
  if (!isWanted(tx, 'user.updated')) return;
  const after = await loadUser(tx, before.id);
  const isChanged = (columns: readonly (keyof UserRow)[]) => columns.some((column) => before[column] !== after[column]);
  const changed = Object.entries(fields).flatMap(([name, columns]) => (isChanged(columns) ? [name] : []));
  if (changed.length > 0) await recordEvents(tx, { type: 'user.updated', data: { user_id: after.id, changed } });
}
