import { loadToken, shared, type TokenOwner, type TokenTenant, tokenContext } from './storedTokens.ts';

/** Seconds: a ticket is valid for twelve hours, and WeChat pushes a new one every ten minutes. */
const lifetime = 43_200;

const kind = 'ticket';

/** The latest ticket of a third-party platform, which serves the apps of every pool; undefined if none has arrived in twelve hours. */
export const latestTicket = (tenant: TokenTenant, owner: TokenOwner): Promise<string | undefined> => loadToken(shared(tenant), owner, kind);

/** Keeps a pushed ticket, unless a later one has already arrived. */
export async function keepTicket(tenant: TokenTenant, owner: TokenOwner, ticket: string, issuedAt: number): Promise<void> {
  const { id, store, vault, now } = shared(tenant);
  const renew_at = Math.min(issuedAt, now()) + lifetime;
  const values = { token: vault.seal(ticket, tokenContext(id, owner, kind)), renew_at, lifetime };
  await store
    .insertInto('platform_tokens')
    .values({ tenant_id: id, platform: owner.platform, platform_app_id: owner.platformAppId, kind, ...values })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'platform', 'platform_app_id', 'kind'])
        .doUpdateSet(values)
        .where('platform_tokens.renew_at', '<=', renew_at),
    )
    .execute();
}
