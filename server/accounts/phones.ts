import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import type { GrantedPhone, Identity, PlatformApp } from '../platforms/platform.ts';
import { unfit } from '../platforms/sealed.ts';
import type { PhoneNumber, UserRow } from '../store/schema.ts';
import type { TenantRows, Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { claimLoginName } from './claims.ts';
import {
  createUserWithIdentity,
  findIdentityOf,
  findOrCreateUser,
  findOwner,
  findUnionids,
  type IdentityTransaction,
  joinByUnionid,
  linkIdentity,
  renameIdentity,
} from './identities.ts';
import { findVerifiedOwner, lockNames } from './loginNames.ts';
import type { AccountPolicy } from './policy.ts';
import { takeSealedNumber } from './sealedNumbers.ts';
import { recordUpdate } from './updates.ts';
import { createUser as insertUser, lockUser } from './users.ts';
import { verify } from './verification.ts';

/**
 * Finds the user by the platform identity, otherwise by the verified phone number, or creates one. Links the identity to the number's
 * owner, or makes the user the number's owner. An unproven number finds no user and is only claimed.
 *
 * @throws identity_not_found; phone_sole_login; phone_taken for an unproven number that another user has verified; sealed_data_invalid for
 *   a sealed number that was used before
 */
export async function findOrCreateUserByPhone(
  tx: IdentityTransaction,
  policy: AccountPolicy,
  identity: Identity,
  phone: GrantedPhone,
  { createUser }: { createUser: boolean },
): Promise<number> {
  // Serialises simultaneous first logins of one person, so that each sees what the previous one has committed.
  await lockNames(tx, [{ kind: 'phone', value: phone.number }]);
  const userId =
    phone.trust === 'unproven'
      ? await findOrCreateUser(tx, identity, { createUser, unionid: 'ignore' })
      : ((await findOwner(tx, identity, 'ignore')) ??
        (await joinByUnionid(tx, identity)) ??
        (await linkToVerifiedOwner(tx, identity, phone.number)) ??
        (createUser ? await createUserWithIdentity(tx, identity) : undefined));
  if (userId === undefined) throw new ApiError('identity_not_found');
  await givePhone(tx, policy, userId, identity, phone);
  return userId;
}

/**
 * Assigns a number that was granted on a platform to a user: as verified if the platform vouches for it, otherwise as a claim. A sealed
 * number can be used once, unless the user has it already. Locks number, identity and user, in that order.
 *
 * @param identity the user's identity on the platform, if there is one
 * @param lock locks the user's row, and refuses a change that is no longer allowed
 * @throws phone_already_bound if the user has another number and may not lose it; phone_sole_login; phone_taken; sealed_data_invalid
 */
export async function givePhone(
  tx: IdentityTransaction,
  policy: AccountPolicy,
  userId: number,
  identity: PlatformApp & { openid?: string | undefined },
  { number: phone, trust, opened }: GrantedPhone,
  { overwrite = true, lock = () => lockUser(tx, userId) }: { overwrite?: boolean; lock?: () => Promise<UserRow> } = {},
): Promise<void> {
  const { openid } = identity;
  await lockNames(tx, [{ kind: 'phone', value: phone }]);
  const counts = !opened || openid === undefined || (await takeSealedNumber(tx, userId, identity, opened));
  const user = await lock();
  const isTheirs = user.phone === phone && (trust === 'unproven' || user.phone_verified === 1);
  if (isTheirs && (trust === 'unproven' || !counts)) return;
  if (!counts) throw unfit('counted before');
  if (!overwrite && user.phone && user.phone !== phone) throw new ApiError('phone_already_bound');
  if (trust === 'believed') return verify(tx, policy, userId, 'phone', phone);
  await claimLoginName(tx, userId, 'phone', phone);
  await recordActs(tx, { event: 'phone_changed', userId });
  await recordUpdate(tx, user);
}

/** Finds the number's owner, unless the owner is another person on this platform: the number has changed hands then. */
export async function findLinkableOwner(tenant: TenantRows, identity: Identity, phone: PhoneNumber) {
  const owner = await findVerifiedOwner(tenant, 'phone', phone);
  if (owner === undefined) return undefined;
  const known = await findIdentityOf(tenant, owner, identity);
  if (known && (known.unionid === null || known.unionid !== identity.unionid)) return undefined;
  if (!known && identity.unionid !== undefined) {
    const unionids = await findUnionids(tenant, owner, identity.platform);
    if (unionids.length > 0 && !unionids.includes(identity.unionid)) return undefined;
  }
  return { owner, known };
}

async function linkToVerifiedOwner(tx: IdentityTransaction, identity: Identity, phone: PhoneNumber): Promise<number | undefined> {
  const linkable = await findLinkableOwner(tx, identity, phone);
  if (!linkable) return undefined;
  const { owner, known } = linkable;
  // Equal unionids mean the same person; the openid changed when the mini-program was transferred to another company.
  if (known) await renameIdentity(tx, identity, known.openid);
  await linkIdentity(tx, owner, identity, 'ignore');
  return owner;
}

/**
 * Finds or creates the user who has verified a phone number. The caller must have verified it.
 *
 * @throws user_not_found if there is no user and none may be created
 */
export async function findOrCreatePhoneOwner(
  tx: Transaction,
  policy: AccountPolicy,
  phone: PhoneNumber,
  { createUser }: { createUser: boolean },
): Promise<number> {
  await lockNames(tx, [{ kind: 'phone', value: phone }]);
  const owner = await findVerifiedOwner(tx, 'phone', phone);
  if (owner !== undefined) return owner;
  if (!createUser) throw new ApiError('user_not_found');
  const id = await insertUser(tx, {});
  await recordActs(tx, { event: 'registered', userId: id, method: 'sms' });
  await recordEvents(tx, { type: 'user.created', data: { user_id: id, method: 'sms', restored: false } });
  await verify(tx, policy, id, 'phone', phone);
  return id;
}
