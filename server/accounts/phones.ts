import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import type { GrantedPhone, PlatformIdentity } from '../platforms/platform.ts';
import { unfit } from '../platforms/sealed.ts';
import type { Services } from '../services.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { UserRow } from '../store/schema.ts';
import { createUserWithIdentity, findOrCreateUser, findOwner, linkIdentity } from './identities.ts';
import { claimLoginName, dropLoginName, findVerifiedOwner, proveLoginName } from './loginNames.ts';
import { takeSealedNumber } from './sealedNumbers.ts';
import { createUser as insertUser, lockUser } from './users.ts';

/**
 * The id of the user whom a platform identity or, failing that, a verified phone number belongs to, made if need be. The number becomes
 * the user's own and verified; whoever verified it before gets the identity linked. An unproven number finds nobody and is only claimed.
 *
 * @param services within a transaction
 * @throws identity_not_found, phone_taken, platform_already_linked; sealed_data_invalid for a number that has counted before
 */
export async function findOrCreateUserByPhone(
  services: Services,
  appId: string,
  platform: string,
  identity: PlatformIdentity,
  phone: GrantedPhone,
  { createUser }: { createUser: boolean },
): Promise<number> {
  const userId =
    phone.trust === 'unproven'
      ? await findOrCreateUser(services, appId, platform, identity, { createUser, unionid: 'ignored' })
      : ((await findOwner(services, appId, platform, identity, 'ignored')) ??
        (await linkToVerifiedOwner(services, appId, platform, identity, phone.number)) ??
        (createUser ? await createUserWithIdentity(services, appId, platform, identity) : undefined));
  if (userId === undefined) throw new ApiError('identity_not_found');
  await givePhone(services, appId, userId, platform, identity.openid, phone);
  return userId;
}

/**
 * Gives a user a number that a person granted on a platform: as proved if the platform vouches for it, otherwise as a claim. What came
 * sealed counts once, unless the user has that number already.
 *
 * @param services within a transaction; identity and user are its own from here on, in that order
 * @param openid the user's identity on the platform, if there is one
 * @param lock locks the user's row, and refuses what may not be done any more
 * @throws phone_already_bound if the user has another number and may not lose it; phone_taken; sealed_data_invalid
 */
export async function givePhone(
  services: Services,
  appId: string,
  userId: number,
  platform: string,
  openid: string | undefined,
  { number: phone, trust, opened }: GrantedPhone,
  {
    overwrite = true,
    lock = () => lockUser(services.store, appId, userId, services.now()),
  }: { overwrite?: boolean; lock?: () => Promise<UserRow> } = {},
): Promise<void> {
  const { store, now } = services;
  const counts = !opened || openid === undefined || (await takeSealedNumber(services, appId, platform, openid, opened));
  const user = await lock();
  if (user.phone === phone && (trust === 'unproven' || user.phone_verified === 1)) return;
  if (!counts) throw unfit('counted before');
  if (!overwrite && user.phone && user.phone !== phone) throw new ApiError('phone_already_bound');
  if (trust === 'believed') await proveLoginName(store, appId, userId, 'phone', phone, now());
  else await claimPhone(services, user, phone);
}

/** Makes a number the user's claim, in place of the user's present number. */
async function claimPhone({ store, now }: Services, { app_id, id }: UserRow, phone: string): Promise<void> {
  await dropLoginName(store, app_id, id, 'phone');
  await claimLoginName(store, app_id, id, 'phone', phone);
  await store.updateTable('users').set({ phone, phone_verified: 0 }).where('app_id', '=', app_id).where('id', '=', id).execute();
  await recordActs(store, app_id, now(), { event: 'phone_changed', userId: id });
}

async function linkToVerifiedOwner(services: Services, appId: string, platform: string, identity: PlatformIdentity, phone: string) {
  const owner = await findVerifiedOwner(services.store, appId, 'phone', phone);
  if (owner !== undefined) await linkIdentity(services, appId, owner, platform, identity, 'ignored');
  return owner;
}

/**
 * The id of the user who has proved a phone number, made if need be. Whoever asks must have proved the number.
 *
 * @throws user_not_found when there is none and none may be made
 */
export const findOrCreatePhoneOwner = (
  services: Services,
  appId: string,
  phone: string,
  { createUser }: { createUser: boolean },
): Promise<number> =>
  inTransaction(services, async ({ store, now }) => {
    const owner = await findVerifiedOwner(store, appId, 'phone', phone);
    if (owner !== undefined) return owner;
    if (!createUser) throw new ApiError('user_not_found');
    const id = await insertUser(store, appId, {}, now());
    await recordActs(store, appId, now(), { event: 'registered', userId: id, method: 'sms' });
    await proveLoginName(store, appId, id, 'phone', phone, now());
    return id;
  });
