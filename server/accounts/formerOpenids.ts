import { ApiError } from '../errors.ts';
import type { Identity, PlatformApp } from '../platforms/platform.ts';
import { lockKeys } from '../store/lockKeys.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import type { TenantRows, Transaction } from '../store/tenant.ts';
import { TakenByOther } from './takenByOther.ts';
import { lockUnionid } from './unionidKeys.ts';

type Ids = Pick<Identity, 'openid' | 'formerOpenid'>;

/** The value of `former_openid` that an exchange reports; null if it reports none. */
export const formerToStore = ({ openid, formerOpenid = null }: Ids): string | null => (formerOpenid === openid ? null : formerOpenid);

/** All ids of a person that an exchange reports. */
export const idsIn = ({ openid, formerOpenid }: Ids): string[] => [...new Set([openid, ...(formerOpenid ? [formerOpenid] : [])])];

export const openidKey = (platform: IdentityPlatform, openid: string) => `${platform} openid ${openid}`;

/**
 * Finds the row of a person whose ids the platform replaces, by any of them, or else by the unionid. A row keeps the newest kind of id as
 * its openid, and the older one next to it.
 *
 * @param linkingUser the user who is linking the identity
 * @returns the identity with the ids to store, and the openid that is stored now
 * @throws identity_conflict if the ids belong to different users
 */
export async function settleOpenids(
  tx: Transaction,
  identity: Identity,
  linkingUser: number | undefined,
): Promise<{ identity: Identity; known: string }> {
  const { platform, openid, formerOpenid } = identity;
  if (formerOpenid === undefined) return { identity, known: openid };
  // No constraint prevents two first logins, one with each id, from creating two users.
  await lockKeys(tx, ...idsIn(identity).map((id) => openidKey(platform, id)));
  const rows = await findRows(tx, identity);
  const owners = [...new Set(rows.map(({ user_id }) => user_id))];
  if (owners.length > 1) throw conflict(identity, rows, owners, linkingUser);
  if (rows.length === 0 && identity.unionid) await lockUnionid(tx, platform, identity.unionid);
  const row = rows[0] ?? (await findRenamed(tx, identity));
  if (!row) return { identity, known: openid };
  const newest = openid === formerOpenid ? row.openid : openid;
  const older = [formerOpenid, row.former_openid, row.openid].find((id) => id !== null && id !== newest) ?? null;
  return { identity: { ...identity, openid: newest, formerOpenid: older }, known: row.openid };
}

/** The error for ids of different users. A user who is one of the two may want to merge the other. */
function conflict(identity: Identity, rows: readonly Row[], owners: readonly number[], linkingUser: number | undefined): ApiError {
  const { platform } = identity;
  // A login has proved that it is both; a linking user may be neither.
  const isOneOfThem = linkingUser === undefined || owners.includes(linkingUser);
  const text = {
    en: `The platform reports two ids of this person, and they belong to the users ${owners.join(' and ')}.`,
    zh: `平台返回了此人的两个 id，它们分别属于用户 ${owners.join(' 和 ')}。`,
  };
  const detail = { platform, owners, openids: rows.map(({ openid }) => openid) };
  const other = owners.find((owner) => owner !== linkingUser);
  if (linkingUser !== undefined && isOneOfThem && other !== undefined) {
    return new TakenByOther('identity_conflict', other, { kind: 'platform', identity }, detail);
  }
  return new ApiError('identity_conflict', { detail, ...(isOneOfThem && { text }) });
}

type Row = Awaited<ReturnType<typeof findRows>>[number];

/** Selects rows of a platform app. `former_openid` keeps SQLite from a scan of the tenant in the index that covers the rest. */
export const rowsOf = ({ id, store }: TenantRows, { platform, platformAppId }: PlatformApp) =>
  store
    .selectFrom('identities')
    .select(['user_id', 'openid', 'former_openid'])
    .where('tenant_id', '=', id)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', platformAppId);

/** Finds the rows that have one of a person's ids, as their openid or as their former one. */
export function findRows(tenant: TenantRows, identity: PlatformApp & Ids) {
  const rows = rowsOf(tenant, identity);
  if (identity.formerOpenid === undefined) return rows.where('openid', '=', identity.openid).execute();
  const ids = idsIn(identity);
  // A union, because SQLite has an index for either half and none for `or`.
  return rows
    .where('openid', 'in', ids)
    .union(rowsOf(tenant, identity).where('former_openid', 'in', ids))
    .execute();
}

/** Finds the row of a person whose ids are all new, by the unionid in the same app. Undefined on platforms whose ids never change. */
export async function findRenamed(tenant: TenantRows, identity: Identity): Promise<Row | undefined> {
  if (identity.formerOpenid === undefined || !identity.unionid) return undefined;
  return rowsOf(tenant, identity).where('unionid', '=', identity.unionid).orderBy('created_at').executeTakeFirst();
}
