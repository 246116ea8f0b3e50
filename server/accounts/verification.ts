import { recordActs } from '../audit/entries.ts';
import type { LoginName, ProvableKind } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { releaseNumber, verifiedOf, verifyLoginName } from './claims.ts';
import { findVerifiedOwner, lockNames } from './loginNames.ts';
import type { AccountPolicy } from './policy.ts';
import { TakenByOther } from './takenByOther.ts';
import { lockUser } from './users.ts';
import { canLogIn } from './waysIn.ts';

/**
 * Makes the user the owner of an address or number that a platform, an SMS code or a mailed link verified. If another user had verified
 * the number, it has changed hands and moves, unless it is the previous owner's only way to log in.
 *
 * @throws phone_sole_login; email_taken if another user has verified the address
 */
export async function verify(tx: Transaction, policy: AccountPolicy, userId: number, kind: ProvableKind, value: LoginName): Promise<void> {
  await lockNames(tx, [{ kind, value }]);
  if (kind === 'phone') await releaseFromOther(tx, policy, userId, value);
  const before = await verifyLoginName(tx, userId, kind, value);
  const replaced = verifiedOf(before, kind);
  if (replaced === null || (await findVerifiedOwner(tx, kind, replaced)) === userId) return;
  tx.afterCommit(() => policy.tellOwner(before, kind === 'email' ? 'email_replaced' : 'phone_changed'));
}

async function releaseFromOther(tx: Transaction, policy: AccountPolicy, userId: number, phone: LoginName): Promise<void> {
  const owner = await findVerifiedOwner(tx, 'phone', phone);
  if (owner === undefined || owner === userId) return;
  const before = await lockUser(tx, owner);
  if (!(await canLogIn(tx, await releaseNumber(tx, before), policy)))
    throw new TakenByOther('phone_sole_login', owner, { kind: 'number', phone }, { user: userId });
  await recordActs(tx, { event: 'phone_released', userId: owner });
  tx.afterCommit(() => policy.tellOwner(before, 'phone_moved'));
}
