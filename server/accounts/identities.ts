import { ApiError } from '../errors.ts';
import type { PlatformIdentity } from '../platforms/platform.ts';
import type { Services } from '../services.ts';
import { isUniqueViolation, type Store } from '../store/store.ts';
import { newUserId } from './ids.ts';

export interface LookUp {
  /** Make a user for a person who has none. */
  createUser: boolean;
  /** Look the unionid up before the openid (`login_with_unionid`). */
  unionidFirst: boolean;
}

/**
 * The id of the user who owns a platform identity, made if need be. Keeps the unionid and the session key of this exchange.
 *
 * Many first logins of one person may race: the identities' primary key lets one through, the others find its row.
 *
 * @throws identity_not_found when there is none and none may be made; unionid_conflict when unionid and openid disagree
 */
export async function findOrCreateUser(
  services: Services,
  appId: string,
  platform: string,
  identity: PlatformIdentity,
  lookUp: LookUp,
): Promise<number> {
  const owner = await findOwner(services, appId, platform, identity, lookUp);
  if (owner !== undefined) return owner;
  if (!lookUp.createUser) throw new ApiError('identity_not_found');
  try {
    return await createUserWithIdentity(services, appId, platform, identity);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Either another login of this person came first, or the random id was taken: what is there now decides.
    return (await findOwner(services, appId, platform, identity, lookUp)) ?? createUserWithIdentity(services, appId, platform, identity);
  }
}

/** Finds whom an identity belongs to and keeps what this exchange said of it. */
async function findOwner(
  services: Services,
  appId: string,
  platform: string,
  identity: PlatformIdentity,
  { unionidFirst }: LookUp,
): Promise<number | undefined> {
  const { store } = services;
  let openid = identity.openid;
  if (unionidFirst && identity.unionid) {
    const [byUnionid, byOpenid] = await Promise.all([
      findIdentity(store, appId, platform, 'unionid', identity.unionid),
      findIdentity(store, appId, platform, 'openid', identity.openid),
    ]);
    if (byUnionid && byOpenid && byUnionid.user_id !== byOpenid.user_id) {
      throw new ApiError('unionid_conflict', {
        message: `The unionid belongs to user ${byUnionid.user_id}, the openid to user ${byOpenid.user_id}.`,
      });
    }
    openid = (byOpenid ?? byUnionid)?.openid ?? openid;
  }
  const known = await store
    .updateTable('identities')
    .set(({ ref }) => ({ ...toColumns(services, appId, platform, identity), unionid: identity.unionid ?? ref('unionid') }))
    .where('app_id', '=', appId)
    .where('platform', '=', platform)
    .where('openid', '=', openid)
    .returning('user_id')
    .executeTakeFirst();
  return known?.user_id;
}

const findIdentity = (store: Store, appId: string, platform: string, by: 'openid' | 'unionid', value: string) =>
  store
    .selectFrom('identities')
    .select(['user_id', 'openid'])
    .where('app_id', '=', appId)
    .where('platform', '=', platform)
    .where(by, '=', value)
    .orderBy('created_at')
    .executeTakeFirst();

async function createUserWithIdentity(services: Services, appId: string, platform: string, identity: PlatformIdentity): Promise<number> {
  const id = newUserId();
  const created_at = services.now();
  await services.store.transaction().execute(async (transaction) => {
    await transaction.insertInto('users').values({ app_id: appId, id, created_at, updated_at: created_at }).execute();
    await transaction
      .insertInto('identities')
      .values({
        app_id: appId,
        platform,
        user_id: id,
        unionid: identity.unionid ?? null,
        profile: JSON.stringify(identity.profile ?? {}),
        created_at,
        ...toColumns(services, appId, platform, identity),
      })
      .execute();
  });
  return id;
}

/** The columns that every exchange writes. */
function toColumns({ vault, now }: Services, appId: string, platform: string, { openid, sessionKey }: PlatformIdentity) {
  return {
    openid,
    session_key: sessionKey === undefined ? null : vault.seal(sessionKey, sessionKeyContext(appId, platform, openid)),
    updated_at: now(),
  };
}

const sessionKeyContext = (appId: string, platform: string, openid: string) => `${appId}/${platform}/${openid}`;
