import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import { tellOwner } from '../mail/notices.ts';
import type { Caller } from '../operations.ts';
import type { ProvableKind } from '../store/schema.ts';
import { provedOf, proveLoginName, releaseNumber } from './claims.ts';
import { findVerifiedOwner, lockNames } from './loginNames.ts';
import { lockUser } from './users.ts';
import { canLogIn } from './waysIn.ts';

/**
 * Makes an address or number the user's own, now that a platform, an SMS code or a mailed link proves it. A number that somebody else has
 * proved before has changed hands: it moves, unless it is the only way in that its earlier owner has.
 *
 * @param caller its store is a transaction
 * @throws phone_sole_login; email_taken when somebody else has proved the address
 */
export async function prove(caller: Caller, userId: number, kind: ProvableKind, value: string): Promise<void> {
  const { appId, services } = caller;
  const { store, now } = services;
  await lockNames(store, appId, [{ kind, value }]);
  if (kind === 'phone') await releaseFromOther(caller, userId, value);
  const before = await proveLoginName(store, appId, userId, kind, value, now());
  const replaced = provedOf(before, kind);
  if (replaced === null || (await findVerifiedOwner(store, appId, kind, replaced)) === userId) return;
  tellOwner(caller, before, kind === 'email' ? 'email_replaced' : 'phone_changed');
}

async function releaseFromOther(caller: Caller, userId: number, phone: string): Promise<void> {
  const { appId, services } = caller;
  const { store, now } = services;
  const owner = await findVerifiedOwner(store, appId, 'phone', phone);
  if (owner === undefined || owner === userId) return;
  const before = await lockUser(store, appId, owner, now());
  if (!(await canLogIn(store, await releaseNumber(store, before), caller))) throw new ApiError('phone_sole_login');
  await recordActs(store, appId, now(), { event: 'phone_released', userId: owner });
  tellOwner(caller, before, 'phone_moved');
}
