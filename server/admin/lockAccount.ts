import { isTombstone } from '../accounts/userState.ts';
import { lockUser } from '../accounts/users.ts';
import type { UserRow } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import type { UserOptions } from './command.ts';
import { requireUser } from './requireUser.ts';

/**
 * Locks the row of a user who has an account.
 *
 * @throws if the app has no such user, or the account is closed or merged
 */
export async function lockAccount(tx: Transaction, options: UserOptions): Promise<UserRow> {
  const { id, state } = await requireUser(tx.store, options);
  if (isTombstone({ state })) throw new Error(`the account of user ${id} is ${state}`);
  return lockUser(tx, id);
}
