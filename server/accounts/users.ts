import type { Updateable } from 'kysely';
import type { components } from '../../generated/types.ts';
import type { App } from '../config/apps.ts';
import { ApiError } from '../errors.ts';
import { defaultPlatform } from '../platforms/defaultPlatform.ts';
import { hostAppOf, isOfApp } from '../platforms/hostApps.ts';
import type { PlatformApps } from '../platforms/platform.ts';
import { type Placeholders, prepare } from '../store/prepared.ts';
import type { IdentityPlatform, UserRow, UserTable, UserValues } from '../store/schema.ts';
import type { Tenant, TenantRows, Transaction } from '../store/tenant.ts';
import type { CustomFields } from './customFields.ts';
import { newId } from './ids.ts';
import { isTombstone } from './userState.ts';

export type CurrentUser = components['schemas']['CurrentUser'];
type PublicUser = components['schemas']['User'];

/** The app that reads a user. A user may have an identity in each app of a platform; the record shows one for each platform. */
export interface SeenThrough {
  platformApps: PlatformApps;
}

/** Columns of a user's record, joined with each of the user's identities. */
export const recordColumns = [
  'users.id',
  'users.created_at',
  'users.updated_at',
  'users.nickname',
  'users.avatar',
  'users.gender',
  'users.language',
  'users.city',
  'users.province',
  'users.country',
  'users.is_authorized',
  'users.is_anonymous',
  'users.username',
  'users.email',
  'users.email_verified',
  'users.email_proved',
  'users.phone',
  'users.phone_verified',
  'users.phone_proved',
  'users.fields',
  'users.state',
  'users.banned_until',
  'users.closing_at',
  'users.merged_from',
  'users.legacy_id',
  'users.legacy_source',
  'identities.platform as identity_platform',
  'identities.platform_app_id',
  'identities.openid',
  'identities.unionid',
  'identities.profile',
] as const;

export const findRecord = prepare((store, { tenantId, id }: Placeholders<{ tenantId: string; id: number }>) =>
  store
    .selectFrom('users')
    .leftJoin('identities', (join) =>
      join.onRef('identities.tenant_id', '=', 'users.tenant_id').onRef('identities.user_id', '=', 'users.id'),
    )
    .select(recordColumns)
    .where('users.tenant_id', '=', tenantId)
    .where('users.id', '=', id),
);

/** A row for each identity, or one without any. */
type RecordRow = Awaited<ReturnType<typeof findRecord>>[number];
export type UserRecord = [RecordRow, ...RecordRow[]];

/** @throws an unexpected error if there is no such user, because sessions are deleted with their user */
export async function loadRecord({ id: tenantId, store }: TenantRows, id: number): Promise<UserRecord> {
  const [first, ...more] = await findRecord(store, { tenantId, id });
  if (!first) throw new Error(`user ${id} of ${tenantId} no longer exists`);
  return [first, ...more];
}

/**
 * Loads the record that users see of themselves.
 *
 * @param platform the session's platform
 */
export const loadCurrentUser = async (
  tenant: TenantRows & SeenThrough,
  id: number,
  platform: IdentityPlatform | null,
): Promise<CurrentUser> => toCurrentUser(await loadRecord(tenant, id), platform, tenant.platformApps);

/** Loads the part of a user that others see; undefined if there is no such user. The id of a merged account finds the survivor. */
export async function loadPublicUser(tenant: TenantRows, { public_fields }: App, id: number): Promise<PublicUser | undefined> {
  const found = await findUser(tenant, id);
  const user = found?.merged_into ? await findUser(tenant, found.merged_into) : found;
  if (!user || isTombstone(user)) return undefined;
  return { ...toPublicUser(user, public_fields), ...(user.id !== id && { merged_from: [id] }) };
}

export function toPublicUser(user: Pick<UserRow, 'id' | 'nickname' | 'avatar' | 'fields'>, publicFields: readonly string[]): PublicUser {
  const fields: CustomFields = JSON.parse(user.fields);
  const shown = publicFields.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]);
  return { ...Object.fromEntries(shown), id: user.id, nickname: user.nickname ?? '', avatar: user.avatar ?? '' };
}

/** The ids of the accounts that were merged into a user. */
export const mergedFrom = ({ merged_from }: Pick<UserRow, 'merged_from'>): number[] =>
  merged_from === null ? [] : JSON.parse(merged_from);

/** Creates a user and returns its id. */
export async function createUser({ id: tenant_id, store, now }: Tenant, values: UserValues): Promise<number> {
  const id = newId();
  await store
    .insertInto('users')
    .values({ ...values, tenant_id, id, created_at: now(), updated_at: now() })
    .execute();
  return id;
}

/**
 * Locks the user's row until the transaction ends, by writing `updated_at`.
 *
 * @throws session_invalid if the account was closed or merged meanwhile
 */
export async function lockUser(tx: Transaction, id: number): Promise<UserRow> {
  const user = await lockUserIfAny(tx, id);
  if (!user) throw new Error(`user ${id} of ${tx.id} no longer exists`);
  if (isTombstone(user)) throw new ApiError('session_invalid', { detail: { user: id, state: user.state } });
  return user;
}

/** The same for a user who may have been deleted. */
export const lockUserIfAny = ({ id: tenantId, store, now }: Transaction, id: number): Promise<UserRow | undefined> =>
  store
    .updateTable('users')
    .set({ updated_at: now() })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();

/** Updates columns of a user's row, which the transaction has locked. */
export async function writeUser({ id: tenantId, store }: Transaction, id: number, columns: Updateable<UserTable>): Promise<void> {
  await store.updateTable('users').set(columns).where('tenant_id', '=', tenantId).where('id', '=', id).execute();
}

/**
 * Finds the user of a session, who must not be anonymous.
 *
 * @throws anonymous_forbidden
 */
export async function findRegisteredUser(tenant: TenantRows, id: number): Promise<UserRow> {
  const user = await loadUser(tenant, id);
  if (user.is_anonymous === 1) throw new ApiError('anonymous_forbidden');
  return user;
}

/** The row of a session's user. */
export const loadUser = ({ id: tenantId, store }: TenantRows, id: number): Promise<UserRow> =>
  store.selectFrom('users').selectAll().where('tenant_id', '=', tenantId).where('id', '=', id).executeTakeFirstOrThrow();

const findUser = ({ id: tenantId, store }: TenantRows, id: number) =>
  store.selectFrom('users').selectAll().where('tenant_id', '=', tenantId).where('id', '=', id).executeTakeFirst();

/**
 * Converts rows to the record that users see of themselves. Custom fields come first, so that they never hide built-in ones. The
 * first-level openid is that of the session's platform, or WeChat's if the session has none (docs/protocol.md, Sessions and users).
 */
export function toCurrentUser(record: UserRecord, platform: IdentityPlatform | null, platformApps: PlatformApps): CurrentUser {
  const [user] = record;
  const identities = visibleIdentities(record, platformApps);
  const first = identities.find((row) => row.identity_platform === (platform ?? defaultPlatform));
  const own = {
    id: user.id,
    user_id: user.id,
    created_at: user.created_at,
    created_by: user.id,
    updated_at: user.updated_at,
    nickname: user.nickname ?? '',
    avatar: user.avatar ?? '',
    gender: user.gender ?? 0,
    language: user.language ?? '',
    city: user.city ?? '',
    province: user.province ?? '',
    country: user.country ?? '',
    openid: first?.openid ?? '',
    unionid: first?.unionid ?? '',
    is_authorized: user.is_authorized === 1,
    _username: user.username,
    _email: user.email,
    _email_verified: user.email_verified === 1,
    _email_proved: user.email_verified === 1 ? user.email : user.email_proved,
    _phone: user.phone,
    _phone_verified: user.phone_verified === 1,
    _phone_proved: user.phone_verified === 1 ? user.phone : user.phone_proved,
    _anonymous: user.is_anonymous === 1,
    ...(user.closing_at !== null && { _closing_at: user.closing_at }),
    ...(user.legacy_id !== null && user.legacy_source !== null && { _legacy_id: user.legacy_id, _legacy_source: user.legacy_source }),
    ...(user.merged_from !== null && { merged_from: mergedFrom(user) }),
    _provider: Object.fromEntries(identities.flatMap(toProvider)),
  };
  return user.fields === '{}' ? own : { ...JSON.parse(user.fields), ...own };
}

/**
 * Selects one identity for each platform. An app that is on the platform sees the user's identity in its own platform app; any other app
 * sees the first by platform app id.
 */
function visibleIdentities(record: UserRecord, platformApps: PlatformApps): RecordRow[] {
  if (record.length === 1) return record.filter((row) => isVisible(row, platformApps));
  const byApp = record.toSorted((a, b) => ((a.platform_app_id ?? '') < (b.platform_app_id ?? '') ? -1 : 1));
  return byApp.filter(
    (row, place) =>
      isVisible(row, platformApps) &&
      byApp.findIndex((other) => other.identity_platform === row.identity_platform && isVisible(other, platformApps)) === place,
  );
}

function isVisible({ identity_platform, platform_app_id }: RecordRow, platformApps: PlatformApps): boolean {
  const own = identity_platform === null ? undefined : platformApps[identity_platform];
  return own === undefined || isOfApp(own, platform_app_id);
}

function toProvider({
  identity_platform,
  platform_app_id,
  openid,
  unionid,
  profile,
}: RecordRow): [string, components['schemas']['PlatformIdentity']][] {
  if (identity_platform === null || openid === null || profile === null) return [];
  const hostApp = hostAppOf(platform_app_id ?? '');
  const ids = { openid, ...(unionid !== null && { unionid }), ...(hostApp !== undefined && { app_name: hostApp }) };
  return [[identity_platform, { ...JSON.parse(profile), ...ids }]];
}
