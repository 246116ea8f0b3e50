import type { ExpressionBuilder, QueryCreator } from 'kysely';
import { recordActs } from '../audit/entries.ts';
import { openIfPossible } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { RateLimited } from '../limits/rateLimited.ts';
import type { PhoneHolder, PlatformIdentity } from '../platforms/platform.ts';
import type { Services } from '../services.ts';
import { lockKeys } from '../store/lockKeys.ts';
import { prepare } from '../store/prepared.ts';
import type { Schema, Store } from '../store/schema.ts';
import { newUserId } from './ids.ts';

export interface LookUp {
  /** Make a user for a person who has none. */
  createUser: boolean;
  unionid: UnionidRole;
}

/**
 * What a unionid counts for beside the openid: nothing; that it may not be another user's; or, with `login_with_unionid` and
 * `associate_with_unionid`, that it finds the user where the openid does not.
 */
export type UnionidRole = 'ignored' | 'checked' | 'counted';

/**
 * The id of the user who owns a platform identity, made if need be. Keeps the unionid and the session key of this exchange.
 *
 * @param services within a transaction: of many first logins of one person, the identities' primary key lets one through
 * @throws identity_not_found when there is none and none may be made; unionid_conflict when unionid and openid disagree
 */
export async function findOrCreateUser(
  services: Services,
  appId: string,
  platform: string,
  identity: PlatformIdentity,
  { createUser, unionid }: LookUp,
): Promise<number> {
  const owner = await findOwner(services, appId, platform, identity, unionid);
  if (owner !== undefined) return owner;
  if (!createUser) throw new ApiError('identity_not_found');
  return createUserWithIdentity(services, appId, platform, identity);
}

export type Exchange = {
  appId: string;
  platform: string;
  /** The openid that the identity is known under. */
  known: string;
  session_key: string | null;
  updated_at: number;
  /** When a count of exchanges that begins now is over. */
  over_at: number;
};

type CountTimes = Pick<Exchange, 'updated_at' | 'over_at'>;

/** Whether the count of an identity's exchanges is over. One that would be over later than one that begins now began while a clock was ahead. */
export const countIsOver = ({ or, eb }: ExpressionBuilder<Schema, 'identities'>, { updated_at, over_at }: CountTimes) =>
  or([eb('exchanges_until', '<=', updated_at), eb('exchanges_until', '>', over_at)]);

/**
 * Keeps an exchange. Writes no column that an index has, which would cost a returning person's login as much as all else. An identity's
 * row counts its exchanges itself, so that a login needs no statement more for that.
 */
export const touchIdentity = (store: QueryCreator<Schema>, exchange: Exchange) =>
  store
    .updateTable('identities')
    .set((row) => ({
      session_key: exchange.session_key,
      updated_at: exchange.updated_at,
      exchanges: row
        .case()
        .when(countIsOver(row, exchange))
        .then(1)
        .else(row('exchanges', '+', 1))
        .end(),
      exchanges_until: row.case().when(countIsOver(row, exchange)).then(row.val(exchange.over_at)).else(row.ref('exchanges_until')).end(),
    }))
    .where('app_id', '=', exchange.appId)
    .where('platform', '=', exchange.platform)
    .where('openid', '=', exchange.known)
    .returning(['app_id', 'user_id', 'unionid', 'exchanges', 'exchanges_until']);

const keepExchange = prepare(touchIdentity);

/**
 * Keeps the openid and unionid that an exchange says differently, which hardly one does.
 *
 * @param known the openid that the identity is known under
 */
export async function renameIdentity(
  { store, now }: Services,
  appId: string,
  platform: string,
  known: string,
  { openid, unionid }: PlatformIdentity,
): Promise<void> {
  const renamed = await store
    .updateTable('identities')
    .set({ openid, ...(unionid && { unionid }) })
    .where('app_id', '=', appId)
    .where('platform', '=', platform)
    .where('openid', '=', known)
    .returning('user_id')
    .executeTakeFirst();
  if (renamed) await recordActs(store, appId, now(), { event: 'identity_renamed', userId: renamed.user_id, method: platform });
}

/**
 * Finds whom an identity belongs to and keeps what this exchange said of it.
 *
 * @param services within a transaction, which takes back what was kept where this throws
 * @param claimant whose the openid would become where nobody has it
 * @throws unionid_conflict; rate_limited where this identity's codes are exchanged too often
 */
export async function findOwner(
  services: Services,
  appId: string,
  platform: string,
  identity: PlatformIdentity,
  role: UnionidRole,
  claimant?: number,
): Promise<number | undefined> {
  const { openid, unionid } = identity;
  const known = role === 'ignored' ? openid : await settleUnionid(services.store, appId, platform, identity, role, claimant);
  const [owner] = await keepExchange(services.store, toExchange(services, appId, platform, identity, known));
  if (!owner) return undefined;
  const rate = services.rateLimits?.identity;
  if (rate && owner.exchanges > rate.limit) {
    const bucket = { limit: 'identity', subject: `${platform} ${known}`, rate };
    throw new RateLimited([{ bucket, remaining: rate.limit - owner.exchanges, reset: owner.exchanges_until - services.now() }]);
  }
  // A unionid stays where an exchange does not say it.
  const renamed = known !== openid || (unionid !== undefined && owner.unionid !== unionid);
  if (renamed) await renameIdentity(services, appId, platform, known, identity);
  return owner.user_id;
}

/** @returns the openid under which the identity is known, which is an earlier one where only the unionid finds it */
async function settleUnionid(
  store: Store,
  appId: string,
  platform: string,
  { openid, unionid }: PlatformIdentity,
  role: 'checked' | 'counted',
  claimant: number | undefined,
): Promise<string> {
  if (!unionid) return openid;
  // No constraint keeps two first logins of one unionid, by two openids, from making two users.
  await lockKeys(store, `${appId} ${platform} unionid ${unionid}`);
  const byUnionid = await findIdentity(store, appId, platform, 'unionid', unionid);
  if (!byUnionid) return openid;
  const openidOwner = (await findIdentity(store, appId, platform, 'openid', openid))?.user_id ?? claimant;
  if (openidOwner !== undefined && openidOwner !== byUnionid.user_id) {
    // Who logs in has shown to be the openid's user; who links may be a stranger to both.
    const isOneOfThem = claimant === undefined || [openidOwner, byUnionid.user_id].includes(claimant);
    const message = `The unionid belongs to user ${byUnionid.user_id}, the openid to user ${openidOwner}.`;
    throw new ApiError('unionid_conflict', isOneOfThem ? { message } : {});
  }
  return role === 'counted' ? byUnionid.openid : openid;
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

/**
 * Makes an identity the user's own, or does nothing but keep this exchange where it is already.
 *
 * @param services within a transaction, which takes back what was kept where this throws
 * @throws identity_taken, platform_already_linked or unionid_conflict
 */
export async function linkIdentity(
  services: Services,
  appId: string,
  userId: number,
  platform: string,
  identity: PlatformIdentity,
  unionid: UnionidRole,
): Promise<void> {
  const owner = await findOwner(services, appId, platform, identity, unionid, userId);
  if (owner === userId) return;
  if (owner !== undefined) throw new ApiError('identity_taken');
  if (await findIdentityOf(services.store, appId, userId, platform)) throw new ApiError('platform_already_linked');
  await insertIdentity(services, appId, userId, platform, identity);
  await recordActs(services.store, appId, services.now(), { event: 'identity_linked', userId, method: platform });
}

/** Makes a user of a person whom no identity knows. */
export async function createUserWithIdentity(
  services: Services,
  appId: string,
  platform: string,
  identity: PlatformIdentity,
): Promise<number> {
  const id = newUserId();
  const created_at = services.now();
  await services.store.insertInto('users').values({ app_id: appId, id, created_at, updated_at: created_at }).execute();
  await insertIdentity(services, appId, id, platform, identity);
  await recordActs(services.store, appId, created_at, { event: 'registered', userId: id, method: platform });
  return id;
}

async function insertIdentity(services: Services, appId: string, userId: number, platform: string, identity: PlatformIdentity) {
  await services.store
    .insertInto('identities')
    .values({
      app_id: appId,
      platform,
      user_id: userId,
      unionid: identity.unionid ?? null,
      profile: JSON.stringify(identity.profile ?? {}),
      created_at: services.now(),
      ...toColumns(services, appId, platform, identity),
    })
    .execute();
}

/** Whose a platform identity is, if anybody's. Keeps nothing. */
export async function findIdentityOwner(store: Store, appId: string, platform: string, openid: string): Promise<number | undefined> {
  return (await findIdentity(store, appId, platform, 'openid', openid))?.user_id;
}

/** The user's identity on a platform with the session key of its latest exchange, as far as there are any. */
export async function findHolder({ store, vault }: Services, appId: string, userId: number, platform: string): Promise<PhoneHolder> {
  const row = await findIdentityOf(store, appId, userId, platform);
  if (!row) return {};
  const { openid, session_key } = row;
  return {
    openid,
    sessionKey: session_key === null ? undefined : openIfPossible(vault, session_key, sessionKeyContext(appId, platform, openid)),
  };
}

export const findIdentityOf = (store: Store, appId: string, userId: number, platform: string) =>
  store
    .selectFrom('identities')
    .select(['openid', 'unionid', 'session_key'])
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('platform', '=', platform)
    .executeTakeFirst();

/** The columns that every exchange writes. */
function toColumns({ vault, now }: Services, appId: string, platform: string, { openid, sessionKey }: PlatformIdentity) {
  return {
    openid,
    session_key: sessionKey === undefined ? null : vault.seal(sessionKey, sessionKeyContext(appId, platform, openid)),
    updated_at: now(),
  };
}

/** @param known the openid that the identity is known under */
export function toExchange(services: Services, appId: string, platform: string, identity: PlatformIdentity, known: string): Exchange {
  const { session_key, updated_at } = toColumns(services, appId, platform, identity);
  return { appId, platform, known, session_key, updated_at, over_at: updated_at + (services.rateLimits?.identity.seconds ?? 0) };
}

/** What a sealed session key belongs to. */
export const sessionKeyContext = (appId: string, platform: string, openid: string) => `${appId}/${platform}/${openid}`;
