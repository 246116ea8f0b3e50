import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { isUniqueViolation } from '../store/store.ts';
import { newUserId } from './ids.ts';
import { findVerifiedOwner, proveLoginName } from './loginNames.ts';

/**
 * The id of the user who has proved a phone number, made if need be. Whoever asks must have proved the number.
 *
 * @throws user_not_found when there is none and none may be made
 */
export async function findOrCreatePhoneOwner(services: Services, appId: string, phone: string, createUser: boolean): Promise<number> {
  const owner = await findVerifiedOwner(services.store, appId, 'phone', phone);
  if (owner !== undefined) return owner;
  if (!createUser) throw new ApiError('user_not_found');
  try {
    return await createPhoneOwner(services, appId, phone);
  } catch (error) {
    if (!lostRace(error)) throw error;
    // Somebody else proved or claimed the number meanwhile, or the random id was taken: what is there now decides.
    return (await findVerifiedOwner(services.store, appId, 'phone', phone)) ?? createPhoneOwner(services, appId, phone);
  }
}

async function createPhoneOwner({ store, now }: Services, appId: string, phone: string): Promise<number> {
  const id = newUserId();
  const created_at = now();
  await store.transaction().execute(async (transaction) => {
    await transaction.insertInto('users').values({ app_id: appId, id, created_at, updated_at: created_at }).execute();
    await proveLoginName(transaction, appId, id, 'phone', phone, created_at);
  });
  return id;
}

const lostRace = (error: unknown) => isUniqueViolation(error) || (error instanceof ApiError && error.code === 'phone_taken');
