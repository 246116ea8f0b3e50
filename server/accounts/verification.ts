import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import type { ProvableKind } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { provedOf, releaseNumber, verifyLoginName } from './claims.ts';
import { findVerifiedOwner, lockNames } from './loginNames.ts';
import type { AccountPolicy } from './policy.ts';
import { lockUser } from './users.ts';
import { canLogIn } from './waysIn.ts';

/**
 * Makes an address or number the user's own, now that a platform, an SMS code or a mailed link verifies it. A number that somebody else
 * has verified before has changed hands: it moves, unless it is its earlier owner's only way to log in.
 *
 * @throws phone_sole_login; email_taken when somebody else has verified the address
 */
export async function verify(tx: Transaction, policy: AccountPolicy, userId: number, kind: ProvableKind, value: string): Promise<void> {
  await lockNames(tx, [{ kind, value }]);
  if (kind === 'phone') await releaseFromOther(tx, policy, userId, value);
  const before = await verifyLoginName(tx, userId, kind, value);
  const replaced = provedOf(before, kind);
  if (replaced === null || (await findVerifiedOwner(tx, kind, replaced)) === userId) return;
  tx.afterCommit(() => policy.tellOwner(before, kind === 'email' ? 'email_replaced' : 'phone_changed'));
}

async function releaseFromOther(tx: Transaction, policy: AccountPolicy, userId: number, phone: string): Promise<void> {
  const owner = await findVerifiedOwner(tx, 'phone', phone);
  if (owner === undefined || owner === userId) return;
  const before = await lockUser(tx, owner);
  if (!(await canLogIn(tx, await releaseNumber(tx, before), policy)))
    throw new ApiError('phone_sole_login', { detail: { user: userId, owner } });
  await recordActs(tx, { event: 'phone_released', userId: owner });
  tx.afterCommit(() => policy.tellOwner(before, 'phone_moved'));
}
