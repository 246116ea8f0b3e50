import { inHostApp, isOfApp, outsideHostApp, unnamedHostApps } from '../platforms/hostApps.ts';
import type { Identity, PlatformApp } from '../platforms/platform.ts';
import type { TenantRows } from '../store/tenant.ts';
import { rowsOf } from './formerOpenids.ts';

/**
 * Decides which host app an identity belongs to: the one that its openid is already stored with, because a client can name any host app or
 * none; for a new openid, the one that the client names.
 */
export async function settleHostApp(tenant: TenantRows, identity: Identity): Promise<Identity> {
  const { hostApp, platformAppId, unionid } = identity;
  if (hostApp === undefined) return identity;
  const known = await findHostApp(tenant, identity);
  if (known !== undefined) return { ...identity, platformAppId: known };
  if (hostApp !== '') return { ...identity, platformAppId: inHostApp(platformAppId, hostApp) };
  // Without a name, another openid of the same unionid can only be in another host app.
  const isAnother = unionid !== undefined && (await rowsOf(tenant, identity).where('unionid', '=', unionid).executeTakeFirst());
  return isAnother ? { ...identity, platformAppId: inHostApp(platformAppId, unnamedHostApps.other) } : identity;
}

/** The platform app id, with the host app, under which an openid of the app is stored; undefined if it is not. */
export async function findHostApp(
  { id, store }: TenantRows,
  { platform, platformAppId, openid }: PlatformApp & { openid: string },
): Promise<string | undefined> {
  const rows = await store
    .selectFrom('identities')
    // `created_at` keeps SQLite from a scan of the tenant in the index that covers the rest.
    .select(['platform_app_id', 'created_at'])
    .where('tenant_id', '=', id)
    .where('platform', '=', platform)
    .where('openid', '=', openid)
    .execute();
  return rows.map(({ platform_app_id }) => platform_app_id).find((stored) => isOfApp(platformAppId, stored));
}

/** Whether the unionids show that an identity and the user's identities in other host apps are of different people. */
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
