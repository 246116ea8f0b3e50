import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import type { Caller } from '../operations.ts';
import type { GrantedPhone, PlatformIdentity } from '../platforms/platform.ts';
import { unfit } from '../platforms/sealed.ts';
import type { Services } from '../services.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { UserRow } from '../store/schema.ts';
import { claimLoginName } from './claims.ts';
import { createUserWithIdentity, findIdentityOf, findOrCreateUser, findOwner, linkIdentity, renameIdentity } from './identities.ts';
import { findVerifiedOwner, lockNames } from './loginNames.ts';
import { prove } from './proofs.ts';
import { takeSealedNumber } from './sealedNumbers.ts';
import { createUser as insertUser, lockUser } from './users.ts';

/**
 * The id of the user whom a platform identity or, failing that, a verified phone number belongs to, made if need be. The number becomes
 * the user's own and verified; whoever verified it before gets the identity linked. An unproven number finds nobody and is only claimed.
 *
 * @param caller its store is a transaction
 * @throws identity_not_found; phone_sole_login; phone_taken for an unproven number that somebody else has proved; sealed_data_invalid for a
 *   number that has counted before
 */
export async function findOrCreateUserByPhone(
  caller: Caller,
  platform: string,
  identity: PlatformIdentity,
  phone: GrantedPhone,
  { createUser }: { createUser: boolean },
): Promise<number> {
  const { appId, services } = caller;
  const userId =
    phone.trust === 'unproven'
      ? await findOrCreateUser(services, appId, platform, identity, { createUser, unionid: 'ignored' })
      : ((await findOwner(services, appId, platform, identity, 'ignored')) ??
        (await linkToVerifiedOwner(services, appId, platform, identity, phone.number)) ??
        (createUser ? await createUserWithIdentity(services, appId, platform, identity) : undefined));
  if (userId === undefined) throw new ApiError('identity_not_found');
  await givePhone(caller, userId, platform, identity.openid, phone);
  return userId;
}

/**
 * Gives a user a number that a person granted on a platform: as proved if the platform vouches for it, otherwise as a claim. What came
 * sealed counts once, unless the user has that number already.
 *
 * @param caller its store is a transaction; identity, number and user are its own from here on, in that order
 * @param openid the user's identity on the platform, if there is one
 * @param lock locks the user's row, and refuses what may not be done any more
 * @throws phone_already_bound if the user has another number and may not lose it; phone_sole_login; phone_taken; sealed_data_invalid
 */
export async function givePhone(
  caller: Caller,
  userId: number,
  platform: string,
  openid: string | undefined,
  { number: phone, trust, opened }: GrantedPhone,
  {
    overwrite = true,
    lock = () => lockUser(caller.services.store, caller.appId, userId, caller.services.now()),
  }: { overwrite?: boolean; lock?: () => Promise<UserRow> } = {},
): Promise<void> {
  const { appId, services } = caller;
  const { store, now } = services;
  const counts = !opened || openid === undefined || (await takeSealedNumber(services, appId, platform, openid, opened));
  await lockNames(store, appId, [{ kind: 'phone', value: phone }]);
  const user = await lock();
  const isTheirs = user.phone === phone && (trust === 'unproven' || user.phone_verified === 1);
  if (isTheirs && (trust === 'unproven' || !counts)) return;
  if (!counts) throw unfit('counted before');
  if (!overwrite && user.phone && user.phone !== phone) throw new ApiError('phone_already_bound');
  if (trust === 'believed') return prove(caller, userId, 'phone', phone);
  await claimLoginName(store, appId, userId, 'phone', phone, now());
  await recordActs(store, appId, now(), { event: 'phone_changed', userId });
}

/** An owner who is another person on this platform had the number before: it has changed hands. */
async function linkToVerifiedOwner(services: Services, appId: string, platform: string, identity: PlatformIdentity, phone: string) {
  await lockNames(services.store, appId, [{ kind: 'phone', value: phone }]);
  const owner = await findVerifiedOwner(services.store, appId, 'phone', phone);
  if (owner === undefined) return undefined;
  const known = await findIdentityOf(services.store, appId, owner, platform);
  if (known && (known.unionid === null || known.unionid !== identity.unionid)) return undefined;
  // One unionid is one person, whose openid is another since the mini-program moved to another company.
  if (known) await renameIdentity(services, appId, platform, known.openid, identity);
  await linkIdentity(services, appId, owner, platform, identity, 'ignored');
  return owner;
}

/**
 * The id of the user who has proved a phone number, made if need be. Whoever asks must have proved the number.
 *
 * @throws user_not_found when there is none and none may be made
 */
export const findOrCreatePhoneOwner = (caller: Caller, phone: string, { createUser }: { createUser: boolean }): Promise<number> =>
  inTransaction(caller.services, async (services) => {
    const { appId } = caller;
    const { store, now } = services;
    await lockNames(store, appId, [{ kind: 'phone', value: phone }]);
    const owner = await findVerifiedOwner(store, appId, 'phone', phone);
    if (owner !== undefined) return owner;
    if (!createUser) throw new ApiError('user_not_found');
    const id = await insertUser(store, appId, {}, now());
    await recordActs(store, appId, now(), { event: 'registered', userId: id, method: 'sms' });
    await prove({ ...caller, services }, id, 'phone', phone);
    return id;
  });
