import type { ExpressionBuilder, QueryCreator } from 'kysely';
import type { PlatformName } from '../../generated/operations.ts';
import { recordActs } from '../audit/entries.ts';
import { openIfPossible, type Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import type { Limited } from '../limits/limits.ts';
import { RateLimited } from '../limits/rateLimited.ts';
import type { PhoneHolder, PlatformIdentity } from '../platforms/platform.ts';
import { lockKeys } from '../store/lockKeys.ts';
import { prepare } from '../store/prepared.ts';
import type { Schema } from '../store/schema.ts';
import type { Tenant, TenantRows, Transaction } from '../store/tenant.ts';
import { createUser } from './users.ts';

/** A person on a platform, as an exchanged code says. */
export interface Identity extends PlatformIdentity {
  platform: PlatformName;
}

/** What it takes to write identities: their session keys rest sealed, and their exchanges are limited. */
export type IdentityTenant = Tenant & Sealing & Limited;
export type IdentityTransaction = IdentityTenant & Transaction;

export interface LookUp {
  /** Make a user for a person who has none. */
  createUser: boolean;
  unionid: UnionidUse;
}

/**
 * How a login uses the unionid: not at all; only to detect that openid and unionid belong to different users; or, with
 * `login_with_unionid` and `associate_with_unionid`, to find the user when the openid does not.
 */
export type UnionidUse = 'ignore' | 'mustAgree' | 'lookup';

/**
 * The id of the user who owns a platform identity, made if need be. Keeps the unionid and the session key of this exchange.
 *
 * @param tx of many first logins of one person, the identities' primary key lets one through
 * @throws identity_not_found when there is none and none may be made; unionid_conflict when unionid and openid disagree
 */
export async function findOrCreateUser(tx: IdentityTransaction, identity: Identity, { createUser, unionid }: LookUp): Promise<number> {
  const owner = await findOwner(tx, identity, unionid);
  if (owner !== undefined) return owner;
  if (!createUser) throw new ApiError('identity_not_found');
  return createUserWithIdentity(tx, identity);
}

export type Exchange = {
  appId: string;
  platform: PlatformName;
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
export const updateExchangeOf = (store: QueryCreator<Schema>, exchange: Exchange) =>
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

const updateExchange = prepare(updateExchangeOf);

/**
 * Keeps the openid and unionid that an exchange says differently, which hardly one does.
 *
 * @param known the openid that the identity is known under
 */
export async function renameIdentity(tx: Transaction, { platform, openid, unionid }: Identity, known: string): Promise<void> {
  const renamed = await tx.store
    .updateTable('identities')
    .set({ openid, ...(unionid && { unionid }) })
    .where('app_id', '=', tx.id)
    .where('platform', '=', platform)
    .where('openid', '=', known)
    .returning('user_id')
    .executeTakeFirst();
  if (renamed) await recordActs(tx, { event: 'identity_renamed', userId: renamed.user_id, method: platform });
}

/**
 * Finds whom an identity belongs to and keeps what this exchange said of it.
 *
 * @param linkingUser the user who is linking the identity; counts as its owner if it has none
 * @throws unionid_conflict; rate_limited where this identity's codes are exchanged too often
 */
export async function findOwner(
  tx: IdentityTransaction,
  identity: Identity,
  use: UnionidUse,
  linkingUser?: number,
): Promise<number | undefined> {
  const { platform, openid, unionid } = identity;
  const known = use === 'ignore' ? openid : await settleUnionid(tx, identity, use, linkingUser);
  const [owner] = await updateExchange(tx.store, toExchange(tx, identity, known));
  if (!owner) return undefined;
  const rate = tx.rateLimits?.identity;
  if (rate && owner.exchanges > rate.limit) {
    const bucket = { limit: 'identity' as const, subject: `${platform} ${known}`, rate };
    throw new RateLimited([{ bucket, remaining: rate.limit - owner.exchanges, reset: owner.exchanges_until - tx.now() }]);
  }
  // A unionid stays where an exchange does not say it.
  const renamed = known !== openid || (unionid !== undefined && owner.unionid !== unionid);
  if (renamed) await renameIdentity(tx, identity, known);
  return owner.user_id;
}

/** @returns the openid under which the identity is known, which is an earlier one where only the unionid finds it */
async function settleUnionid(
  tx: Transaction,
  { platform, openid, unionid }: Identity,
  use: 'mustAgree' | 'lookup',
  linkingUser: number | undefined,
): Promise<string> {
  if (!unionid) return openid;
  // No constraint keeps two first logins of one unionid, by two openids, from making two users.
  await lockKeys(tx, `${platform} unionid ${unionid}`);
  const byUnionid = await findIdentity(tx, platform, 'unionid', unionid);
  if (!byUnionid) return openid;
  const openidOwner = (await findIdentity(tx, platform, 'openid', openid))?.user_id ?? linkingUser;
  if (openidOwner !== undefined && openidOwner !== byUnionid.user_id) {
    // Who logs in has shown to be the openid's user; who links may be a stranger to both.
    const isOneOfThem = linkingUser === undefined || [openidOwner, byUnionid.user_id].includes(linkingUser);
    const message = `The unionid belongs to user ${byUnionid.user_id}, the openid to user ${openidOwner}.`;
    const detail = { platform, unionid_owner: byUnionid.user_id, openid_owner: openidOwner };
    throw new ApiError('unionid_conflict', { detail, ...(isOneOfThem && { message }) });
  }
  return use === 'lookup' ? byUnionid.openid : openid;
}

const findIdentity = ({ id, store }: TenantRows, platform: PlatformName, by: 'openid' | 'unionid', value: string) =>
  store
    .selectFrom('identities')
    .select(['user_id', 'openid'])
    .where('app_id', '=', id)
    .where('platform', '=', platform)
    .where(by, '=', value)
    .orderBy('created_at')
    .executeTakeFirst();

/**
 * Links an identity to a user. If already linked, only stores the new session key.
 *
 * @throws identity_taken, platform_already_linked or unionid_conflict
 */
export async function linkIdentity(tx: IdentityTransaction, userId: number, identity: Identity, unionid: UnionidUse): Promise<void> {
  const { platform } = identity;
  const owner = await findOwner(tx, identity, unionid, userId);
  if (owner === userId) return;
  const detail = { platform, user: userId };
  if (owner !== undefined) throw new ApiError('identity_taken', { detail: { ...detail, owner } });
  if (await findIdentityOf(tx, userId, platform)) throw new ApiError('platform_already_linked', { detail });
  await insertIdentity(tx, userId, identity);
  await recordActs(tx, { event: 'identity_linked', userId, method: platform });
}

/** Makes a user of a person whom no identity knows. */
export async function createUserWithIdentity(tx: IdentityTransaction, identity: Identity): Promise<number> {
  const userId = await createUser(tx, {});
  await insertIdentity(tx, userId, identity);
  await recordActs(tx, { event: 'registered', userId, method: identity.platform });
  return userId;
}

async function insertIdentity(tx: IdentityTransaction, userId: number, identity: Identity): Promise<void> {
  await tx.store
    .insertInto('identities')
    .values({
      app_id: tx.id,
      platform: identity.platform,
      user_id: userId,
      unionid: identity.unionid ?? null,
      profile: JSON.stringify(identity.profile ?? {}),
      created_at: tx.now(),
      ...toColumns(tx, identity),
    })
    .execute();
}

/** Whose a platform identity is, if anybody's. Keeps nothing. */
export async function findIdentityOwner(tenant: TenantRows, platform: PlatformName, openid: string): Promise<number | undefined> {
  return (await findIdentity(tenant, platform, 'openid', openid))?.user_id;
}

/** The user's identity on a platform with the session key of its latest exchange, as far as there are any. */
export async function findHolder(tenant: TenantRows & Sealing, userId: number, platform: PlatformName): Promise<PhoneHolder> {
  const row = await findIdentityOf(tenant, userId, platform);
  if (!row) return {};
  const { openid, session_key } = row;
  return {
    openid,
    sessionKey:
      session_key === null ? undefined : openIfPossible(tenant.vault, session_key, sessionKeyContext(tenant.id, platform, openid)),
  };
}

export const findIdentityOf = ({ id, store }: TenantRows, userId: number, platform: PlatformName) =>
  store
    .selectFrom('identities')
    .select(['openid', 'unionid', 'session_key'])
    .where('app_id', '=', id)
    .where('user_id', '=', userId)
    .where('platform', '=', platform)
    .executeTakeFirst();

/** The columns that every exchange writes. */
function toColumns({ id, vault, now }: IdentityTenant, { platform, openid, sessionKey }: Identity) {
  return {
    openid,
    session_key: sessionKey === undefined ? null : vault.seal(sessionKey, sessionKeyContext(id, platform, openid)),
    updated_at: now(),
  };
}

/** @param known the openid that the identity is known under */
export function toExchange(tenant: IdentityTenant, identity: Identity, known: string): Exchange {
  const { session_key, updated_at } = toColumns(tenant, identity);
  const { platform } = identity;
  return { appId: tenant.id, platform, known, session_key, updated_at, over_at: updated_at + (tenant.rateLimits?.identity.seconds ?? 0) };
}

/** What a sealed session key belongs to. */
export const sessionKeyContext = (appId: string, platform: PlatformName, openid: string) => `${appId}/${platform}/${openid}`;
