import { openIfPossible, type Sealing } from '../crypto/vault.ts';
import { latestEnd } from '../process/time.ts';
import type { IdentityPlatform, PlatformTokenTable } from '../store/schema.ts';
import type { TenantRows } from '../store/tenant.ts';

/** The tenant that a token belongs to. */
export type TokenTenant = TenantRows & Sealing & { now(): number };

/** The owner of the tokens that all tenants share. */
export const shared = (tenant: TokenTenant): TokenTenant => ({ ...tenant, id: '' });

/** The platform app that a token belongs to, within a tenant. */
export interface TokenOwner {
  platform: IdentityPlatform;
  platformAppId: string;
}

export type TokenKind = PlatformTokenTable['kind'];

/** A token that is still valid; undefined if there is none. */
export async function loadToken(
  { id, store, vault, now }: TokenTenant,
  owner: TokenOwner,
  kind: TokenKind = 'access token',
): Promise<string | undefined> {
  const row = await store
    .selectFrom('platform_tokens')
    .select('token')
    .where('tenant_id', '=', id)
    .where('platform', '=', owner.platform)
    .where('platform_app_id', '=', owner.platformAppId)
    .where('kind', '=', kind)
    .where('renew_at', '>', now())
    // A token whose renewal is due after its expiry was fetched while a clock was ahead.
    .where(({ eb, ref }) => eb('renew_at', '<=', eb(ref('lifetime'), '+', latestEnd(now(), 0))))
    .executeTakeFirst();
  return row && openIfPossible(vault, row.token, tokenContext(id, owner, kind));
}

/** @param lifetime seconds until the token should be renewed */
export async function saveToken({ id, store, vault, now }: TokenTenant, owner: TokenOwner, token: string, lifetime: number): Promise<void> {
  const kind: TokenKind = 'access token';
  const values = { token: vault.seal(token, tokenContext(id, owner, kind)), renew_at: now() + lifetime, lifetime };
  await store
    .insertInto('platform_tokens')
    .values({ tenant_id: id, platform: owner.platform, platform_app_id: owner.platformAppId, kind, ...values })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'platform', 'platform_app_id', 'kind']).doUpdateSet(values))
    .execute();
}

/** The context that a sealed token is bound to. */
export const tokenContext = (tenantId: string, { platform, platformAppId }: TokenOwner, kind: TokenKind) =>
  `${tenantId}/${platform}/${platformAppId}/${kind}`;
