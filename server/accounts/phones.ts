import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import type { PlatformIdentity } from '../platforms/platform.ts';
import type { Services } from '../services.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { createUserWithIdentity, findOwner, linkIdentity } from './identities.ts';
import { findVerifiedOwner, proveLoginName } from './loginNames.ts';
import { createUser as insertUser } from './users.ts';

/**
 * The id of the user whom a platform identity or, failing that, a verified phone number belongs to, made if need be. The number becomes
 * the user's own and verified; whoever verified it before gets the identity linked.
 *
 * @param services within a transaction
 * @param phone a number that the platform vouches for
 * @throws identity_not_found, phone_taken, platform_already_linked
 */
export async function findOrCreateUserByPhone(
  services: Services,
  appId: string,
  platform: string,
  identity: PlatformIdentity,
  phone: string,
  { createUser }: { createUser: boolean },
): Promise<number> {
  const { store, now } = services;
  const userId =
    (await findOwner(services, appId, platform, identity, 'ignored')) ??
    (await linkToVerifiedOwner(services, appId, platform, identity, phone)) ??
    (createUser ? await createUserWithIdentity(services, appId, platform, identity) : undefined);
  if (userId === undefined) throw new ApiError('identity_not_found');
  await proveLoginName(store, appId, userId, 'phone', phone, now());
  return userId;
}

async function linkToVerifiedOwner(services: Services, appId: string, platform: string, identity: PlatformIdentity, phone: string) {
  const owner = await findVerifiedOwner(services.store, appId, 'phone', phone);
  if (owner !== undefined) await linkIdentity(services, appId, owner, platform, identity, 'ignored');
  return owner;
}

/**
 * Makes a number that a platform vouches for the user's own.
 *
 * @param services within a transaction
 * @throws phone_already_bound where the user has another and may not lose it; phone_taken
 */
export async function updatePhoneOf(
  { store, now }: Services,
  appId: string,
  userId: number,
  phone: string,
  { overwrite }: { overwrite: boolean },
): Promise<void> {
  const user = await store.selectFrom('users').select('phone').where('app_id', '=', appId).where('id', '=', userId).executeTakeFirst();
  if (!overwrite && user?.phone && user.phone !== phone) throw new ApiError('phone_already_bound');
  await proveLoginName(store, appId, userId, 'phone', phone, now());
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
