import { recordActs } from '../audit/entries.ts';
import type { UserRow } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { unbannedState } from './userState.ts';
import { writeUser } from './users.ts';

interface Ban {
  /** For operators. */
  reason: string;
  /** Unix seconds; null for a ban without an end. */
  until: number | null;
}

/**
 * Bans a user, in place of an earlier ban: its sessions and logins are refused from the next request on. Its sessions stay in the
 * store, and are valid again once the ban is over.
 *
 * @param user the locked row of an account that is neither closed nor merged
 */
export async function banUser(tx: Transaction, { id }: UserRow, { reason, until }: Ban): Promise<void> {
  await writeUser(tx, id, { state: 'banned', banned_reason: reason, banned_until: until });
  await recordActs(tx, { event: 'user_banned', userId: id });
  await recordEvents(tx, { type: 'user.banned', data: { user_id: id, until } });
}

/**
 * Ends a ban. A scheduled closing stays scheduled.
 *
 * @param user the locked row of a banned user
 */
export async function unbanUser(tx: Transaction, user: UserRow): Promise<void> {
  await writeUser(tx, user.id, { state: unbannedState(user), banned_reason: null, banned_until: null });
  await recordActs(tx, { event: 'user_unbanned', userId: user.id });
  await recordEvents(tx, { type: 'user.unbanned', data: { user_id: user.id } });
}
