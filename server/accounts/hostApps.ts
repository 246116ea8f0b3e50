import { inHostApp, isOfApp, outsideHostApp, unnamedHostApps } from '../platforms/hostApps.ts';
import type { PlatformApp, PlatformIdentity } from '../platforms/platform.ts';
import type { TenantRows } from '../store/tenant.ts';

/** An identity; here, because `identities.ts` uses this file. */
type Identity = PlatformIdentity & PlatformApp;

/**
 * Finds the host app that an identity is in. A known openid stays where it is, because a client can name any host app, or none; otherwise the
 * named host app counts.
 */
export async function settleHostApp(tenant: TenantRows, identity: Identity): Promise<Identity> {
  const { hostApp, platformAppId, unionid } = identity;
  if (hostApp === undefined) return identity;
  const known = await findHostApp(tenant, identity);
  if (known !== undefined) return { ...identity, platformAppId: known };
  if (hostApp !== '') return { ...identity, platformAppId: inHostApp(platformAppId, hostApp) };
  // Without a name, another openid of the same unionid can only be in another host app.
  const isAnother = unionid !== undefined && (await hasUnionid(tenant, identity, unionid));
  return isAnother ? { ...identity, platformAppId: inHostApp(platformAppId, unnamedHostApps.other) } : identity;
}

/** The platform app id, with the host app, under which an openid of the app is stored; undefined if it is not. */
export async function findHostApp(
  { id, store }: TenantRows,
  { platform, platformAppId, openid }: PlatformApp & { openid: string },
): Promise<string | undefined> {
  const rows = await store
    .selectFrom('identities')
    .select(['platform_app_id', 'created_at'])
    .where('tenant_id', '=', id)
    .where('platform', '=', platform)
    .where('openid', '=', openid)
    .execute();
  return rows.map(({ platform_app_id }) => platform_app_id).find((stored) => isOfApp(platformAppId, stored));
}

const hasUnionid = async ({ id, store }: TenantRows, { platform, platformAppId }: PlatformApp, unionid: string): Promise<boolean> => {
  const row = await store
    .selectFrom('identities')
    // `created_at` keeps SQLite from a scan of the tenant in the index that covers the rest.
    .select(['user_id', 'created_at'])
    .where('tenant_id', '=', id)
    .where('platform', '=', platform)
    .where('unionid', '=', unionid)
    .where('platform_app_id', '=', platformAppId)
    .executeTakeFirst();
  return row !== undefined;
};

/** Whether an identity is of another person than the user's identities in other host apps, by the unionids. */
export async function isAnotherPerson({ id, store }: TenantRows, userId: number, identity: Identity): Promise<boolean> {
  const { hostApp, platform, platformAppId, unionid } = identity;
  if (hostApp === undefined || unionid === undefined) return false;
  const rows = await store
    .selectFrom('identities')
    .select(['platform_app_id', 'unionid'])
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .where('platform', '=', platform)
    .execute();
  const app = outsideHostApp(platformAppId);
  return rows.some((row) => isOfApp(app, row.platform_app_id) && row.unionid !== null && row.unionid !== unionid);
}
