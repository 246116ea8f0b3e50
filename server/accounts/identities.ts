import type { ExpressionBuilder, QueryCreator } from 'kysely';
import { recordActs } from '../audit/entries.ts';
import { openIfPossible, type Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import type { Limited } from '../limits/limits.ts';
import { RateLimited } from '../limits/rateLimited.ts';
import { countAccount } from '../observe/currentRequest.ts';
import { hostAppNamed, inHostApp, isOfApp, outsideHostApp } from '../platforms/hostApps.ts';
import type { Identity, PhoneHolder, PlatformApp } from '../platforms/platform.ts';
import { sharingUnionids } from '../platforms/unionids.ts';
import { lockKeys } from '../store/lockKeys.ts';
import { type Placeholders, prepare } from '../store/prepared.ts';
import type { IdentityPlatform, Schema } from '../store/schema.ts';
import type { Tenant, TenantRows, Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { findRenamed, findRows, formerToStore, openidKey, settleOpenids } from './formerOpenids.ts';
import { findHostApp, isAnotherPerson } from './hostApps.ts';
import { newId } from './ids.ts';
import { mergeOriginal } from './profiles.ts';
import { TakenByOther } from './takenByOther.ts';
import { lockUnionid } from './unionidKeys.ts';
import { createUser, type SeenThrough } from './users.ts';

/** Capabilities for writing identities: session keys are stored sealed, and exchanges are rate-limited. */
export type IdentityTenant = Tenant & Sealing & Limited & SeenThrough;
export type IdentityTransaction = IdentityTenant & Transaction;

export interface LookUp {
  /** Whether to create a user for a person who has none. */
  createUser: boolean;
  unionid: UnionidUse;
}

/**
 * How a login uses the unionid: not at all; only to detect that openid and unionid belong to different users; or, with
 * `login_with_unionid` and `associate_with_unionid`, to find the user when the openid does not.
 */
export type UnionidUse = 'ignore' | 'mustAgree' | 'lookup';

/**
 * Finds the owner of a platform identity, or creates a user for it. Updates the identity's unionid and session key.
 *
 * @throws identity_not_found if there is no user and none may be created; identity_conflict or unionid_conflict if the ids disagree
 */
export async function findOrCreateUser(tx: IdentityTransaction, identity: Identity, { createUser, unionid }: LookUp): Promise<number> {
  const owner = (await findOwner(tx, identity, unionid)) ?? (await joinByUnionid(tx, identity));
  if (owner !== undefined) return owner;
  if (!createUser) throw new ApiError('identity_not_found');
  return createUserWithIdentity(tx, identity);
}

export type Exchange = {
  tenantId: string;
  platform: IdentityPlatform;
  platformAppId: string;
  /** The stored openid. */
  known: string;
  session_key: string | null;
  updated_at: number;
  /** The end of a counting window that begins now. */
  over_at: number;
};

type CountTimes = Pick<Exchange, 'updated_at' | 'over_at'>;

/** Whether an identity's counting window is over. A window that ends too late was begun while a clock was ahead. */
export const countIsOver = ({ or, eb }: ExpressionBuilder<Schema, 'identities'>, { updated_at, over_at }: Placeholders<CountTimes>) =>
  or([eb('exchanges_until', '<=', updated_at), eb('exchanges_until', '>', over_at)]);

/**
 * Records an exchange. Writes no indexed column, which would double the cost of a returning person's login. An identity's row counts its
 * exchanges itself, so that a login needs no further statement for that.
 */
export const updateExchangeOf = (store: QueryCreator<Schema>, exchange: Placeholders<Exchange>) =>
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
    .where('tenant_id', '=', exchange.tenantId)
    .where('platform', '=', exchange.platform)
    .where('platform_app_id', '=', exchange.platformAppId)
    .where('openid', '=', exchange.known)
    .returning(['tenant_id', 'user_id', 'unionid', 'former_openid', 'exchanges', 'exchanges_until']);

const updateExchange = prepare(updateExchangeOf);

/**
 * Updates an identity whose ids have changed, which is rare.
 *
 * @param known the stored openid
 */
export async function renameIdentity(tx: Transaction, identity: Identity, known: string): Promise<void> {
  const { platform, platformAppId, openid, unionid } = identity;
  const former = formerToStore(identity);
  const renamed = await tx.store
    .updateTable('identities')
    .set({ openid, ...(unionid && { unionid }), ...(former !== null && { former_openid: former }) })
    .where('tenant_id', '=', tx.id)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', platformAppId)
    .where('openid', '=', known)
    .returning('user_id')
    .executeTakeFirst();
  if (!renamed) return;
  if (identity.profile) await mergeOriginal(tx, renamed.user_id, identity, identity.profile);
  await recordActs(tx, { event: 'identity_renamed', userId: renamed.user_id, method: platform });
}

/**
 * Finds the owner of an identity and updates the identity's row.
 *
 * @param linkingUser the user who is linking the identity; becomes its owner if it has none
 * @throws identity_conflict; unionid_conflict; rate_limited if this identity's codes are exchanged too often
 */
export async function findOwner(
  tx: IdentityTransaction,
  reported: Identity,
  use: UnionidUse,
  linkingUser?: number,
): Promise<number | undefined> {
  const { identity, known: settled } = await settleOpenids(tx, await inKnownHostApp(tx, reported), linkingUser);
  const { platform, openid, unionid } = identity;
  const known = use === 'ignore' ? settled : await settleUnionid(tx, { ...identity, openid: settled }, use, linkingUser);
  const [owner] = await updateExchange(tx.store, toExchange(tx, identity, known));
  if (!owner) return undefined;
  const rate = tx.rateLimits?.identity;
  if (rate && owner.exchanges > rate.limit) {
    const bucket = { limit: 'identity' as const, subject: `${platform} ${identity.platformAppId} ${known}`, rate };
    throw new RateLimited([{ bucket, remaining: rate.limit - owner.exchanges, reset: owner.exchanges_until - tx.now() }]);
  }
  // An exchange without a unionid does not clear the stored one.
  const former = formerToStore(identity);
  const renamed =
    known !== openid || (unionid !== undefined && owner.unionid !== unionid) || (former !== null && owner.former_openid !== former);
  if (renamed) await renameIdentity(tx, identity, known);
  return owner.user_id;
}

/** No constraint prevents two first logins, which name different host apps, from storing one openid twice. */
async function inKnownHostApp(tx: Transaction, identity: Identity): Promise<Identity> {
  const { platform, openid, platformAppId, hostApp } = identity;
  if (hostApp === undefined) return identity;
  await lockKeys(tx, openidKey(platform, openid));
  const known = await findHostApp(tx, { platform, openid, platformAppId: outsideHostApp(platformAppId) });
  return known === undefined ? identity : { ...identity, platformAppId: known };
}

/** @returns the stored openid of the identity, which is an earlier one if only the unionid finds it */
async function settleUnionid(
  tx: Transaction,
  identity: Identity,
  use: 'mustAgree' | 'lookup',
  linkingUser: number | undefined,
): Promise<string> {
  const { platform, openid, unionid } = identity;
  if (!unionid) return openid;
  await lockUnionid(tx, platform, unionid);
  const byUnionid = await findByUnionid(tx, identity, unionid);
  if (!byUnionid) return openid;
  const openidOwner = (await findIdentityOwner(tx, identity)) ?? linkingUser;
  if (openidOwner !== undefined && openidOwner !== byUnionid.user_id) {
    // A login has proved that it is the openid's user; a linking user may be neither of the two.
    const isOneOfThem = linkingUser === undefined || [openidOwner, byUnionid.user_id].includes(linkingUser);
    const text = {
      en: `The unionid belongs to user ${byUnionid.user_id}, the openid to user ${openidOwner}.`,
      zh: `unionid 属于用户 ${byUnionid.user_id}，openid 属于用户 ${openidOwner}。`,
    };
    const detail = { platform, unionid_owner: byUnionid.user_id, openid_owner: openidOwner };
    throw new ApiError('unionid_conflict', { detail, ...(isOneOfThem && { text }) });
  }
  return use === 'lookup' && isInApp(byUnionid, identity) ? byUnionid.openid : openid;
}

/** Finds the oldest identity with a unionid, on any platform that shares it; one of this platform app takes precedence. */
const findByUnionid = ({ id, store }: TenantRows, { platform, platformAppId }: PlatformApp, unionid: string) =>
  store
    .selectFrom('identities')
    .select(['user_id', 'openid', 'platform', 'platform_app_id'])
    .where('tenant_id', '=', id)
    .where('platform', 'in', sharingUnionids(platform))
    .where('unionid', '=', unionid)
    .orderBy(({ eb, and }) =>
      eb
        .case()
        .when(and([eb('platform', '=', platform), eb('platform_app_id', '=', platformAppId)]))
        .then(0)
        .else(1)
        .end(),
    )
    .orderBy('created_at')
    .executeTakeFirst();

const isInApp = (row: { platform: string; platform_app_id: string }, { platform, platformAppId }: PlatformApp): boolean =>
  row.platform === platform && row.platform_app_id === platformAppId;

/**
 * Links an identity that is new to a platform app to the user who has the unionid in another platform app of the tenant.
 *
 * @returns undefined if there is no such user, or the user has another openid in this platform app
 */
export async function joinByUnionid(tx: IdentityTransaction, identity: Identity): Promise<number | undefined> {
  if (!identity.unionid) return undefined;
  await lockUnionid(tx, identity.platform, identity.unionid);
  const userId = await findJoinable(tx, identity);
  if (userId !== undefined) await addIdentity(tx, userId, identity);
  return userId;
}

/** The user whom `joinByUnionid` would choose. */
async function findJoinable(tenant: TenantRows, identity: Identity): Promise<number | undefined> {
  const found = identity.unionid ? await findByUnionid(tenant, identity, identity.unionid) : undefined;
  if (!found || isInApp(found, identity)) return undefined;
  return (await findIdentityOf(tenant, found.user_id, identity)) ? undefined : found.user_id;
}

/**
 * Links an identity to a user. If already linked, only stores the new session key.
 *
 * @throws identity_taken, platform_already_linked, identity_conflict or unionid_conflict
 */
export async function linkIdentity(tx: IdentityTransaction, userId: number, identity: Identity, unionid: UnionidUse): Promise<void> {
  const owner = await findOwner(tx, identity, unionid, userId);
  if (owner === userId) return;
  const detail = { platform: identity.platform, user: userId };
  if (owner !== undefined) throw new TakenByOther('identity_taken', owner, { kind: 'platform', identity }, detail);
  if ((await findIdentityOf(tx, userId, identity)) || (await isAnotherPerson(tx, userId, identity))) {
    throw new ApiError('platform_already_linked', { detail });
  }
  await addIdentity(tx, userId, identity);
}

async function addIdentity(tx: IdentityTransaction, userId: number, identity: Identity): Promise<void> {
  await insertIdentity(tx, userId, identity);
  await recordActs(tx, { event: 'identity_linked', userId, method: identity.platform });
  await recordEvents(tx, { type: 'user.linked', data: { user_id: userId, platform: identity.platform, app_id: identity.platformAppId } });
}

/** Creates a user for a new identity. */
export async function createUserWithIdentity(tx: IdentityTransaction, identity: Identity): Promise<number> {
  const userId = await createUser(tx, identity.isDevice ? { is_anonymous: 1 } : {});
  await insertIdentity(tx, userId, identity);
  await recordActs(tx, { event: 'registered', userId, method: identity.platform });
  tx.afterCommit(() => countAccount('registrations', tx, identity.platform));
  await recordEvents(tx, { type: 'user.created', data: { user_id: userId, method: identity.platform, restored: false } });
  return userId;
}

async function insertIdentity(tx: IdentityTransaction, userId: number, identity: Identity): Promise<void> {
  await tx.store
    .insertInto('identities')
    .values({
      tenant_id: tx.id,
      platform: identity.platform,
      platform_app_id: identity.platformAppId,
      id: newId(),
      user_id: userId,
      unionid: identity.unionid ?? null,
      former_openid: formerToStore(identity),
      profile: JSON.stringify(identity.profile ?? {}),
      created_at: tx.now(),
      ...toColumns(tx, identity),
    })
    .execute();
}

/** The owner of an identity, if there is one. Changes nothing. */
export async function findIdentityOwner(
  tenant: TenantRows,
  identity: PlatformApp & Pick<Identity, 'openid' | 'formerOpenid'>,
): Promise<number | undefined> {
  const [row] = await findRows(tenant, identity);
  return row?.user_id;
}

/** Finds the user whom `findOrCreateUser` would find. Changes nothing. */
export const findPerson = async (tenant: TenantRows, identity: Identity): Promise<number | undefined> =>
  (await findIdentityOwner(tenant, identity)) ?? (await findRenamed(tenant, identity))?.user_id ?? (await findJoinable(tenant, identity));

/** Whether `findOrCreateUser` would find a user. Changes nothing. */
export const hasUser = async (tenant: TenantRows, identity: Identity): Promise<boolean> =>
  (await findPerson(tenant, identity)) !== undefined;

/**
 * Finds the user's openid in a platform app and the session key of its latest exchange. Either may be absent.
 *
 * @param hostApp the host app, on platforms that have several; otherwise the one of the latest exchange counts
 */
export async function findHolder(
  tenant: TenantRows & Sealing,
  userId: number,
  { platform, platformAppId }: PlatformApp,
  hostApp = '',
): Promise<PhoneHolder & PlatformApp> {
  const rows = await tenant.store
    .selectFrom('identities')
    .select(['openid', 'session_key', 'platform_app_id'])
    .where('tenant_id', '=', tenant.id)
    .where('user_id', '=', userId)
    .where('platform', '=', platform)
    .orderBy('updated_at', 'desc')
    .execute();
  const named = inHostApp(platformAppId, hostAppNamed(hostApp));
  const inApp = rows.filter(({ platform_app_id }) => isOfApp(platformAppId, platform_app_id));
  const row = inApp.find(({ platform_app_id }) => platform_app_id === named) ?? inApp[0];
  if (!row) return { platform, platformAppId };
  const { openid, session_key, platform_app_id } = row;
  const app = { platform, platformAppId: platform_app_id };
  const sealed =
    session_key === null ? undefined : openIfPossible(tenant.vault, session_key, sessionKeyContext(tenant.id, { ...app, openid }));
  return { ...app, openid, sessionKey: sealed };
}

/** Finds the user's identity in a platform app. */
export const findIdentityOf = ({ id, store }: TenantRows, userId: number, { platform, platformAppId }: PlatformApp) =>
  store
    .selectFrom('identities')
    .select(['openid', 'unionid', 'session_key'])
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', platformAppId)
    .executeTakeFirst();

/** Finds the unionids of a user's identities on a platform and those that share them. */
export async function findUnionids({ id, store }: TenantRows, userId: number, platform: IdentityPlatform): Promise<string[]> {
  const rows = await store
    .selectFrom('identities')
    .select('unionid')
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .where('platform', 'in', sharingUnionids(platform))
    .execute();
  return rows.flatMap(({ unionid }) => unionid ?? []);
}

/** The columns that every exchange writes. */
function toColumns({ id, vault, now }: IdentityTenant, identity: Identity) {
  const { openid, sessionKey } = identity;
  return {
    openid,
    session_key: sessionKey === undefined ? null : vault.seal(sessionKey, sessionKeyContext(id, identity)),
    updated_at: now(),
  };
}

/** @param known the stored openid */
export function toExchange(tenant: IdentityTenant, identity: Identity, known: string): Exchange {
  const { session_key, updated_at } = toColumns(tenant, identity);
  const { platform, platformAppId } = identity;
  const over_at = updated_at + (tenant.rateLimits?.identity.seconds ?? 0);
  return { tenantId: tenant.id, platform, platformAppId, known, session_key, updated_at, over_at };
}

/** The vault's context for a sealed session key. */
export const sessionKeyContext = (tenantId: string, { platform, platformAppId, openid }: PlatformApp & { openid: string }) =>
  `${tenantId}/${platform}/${platformAppId}/${openid}`;
