import * as z from 'zod';
import type { PlatformName } from '../../generated/operations.ts';
import { openIfPossible, type Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { count } from '../limits/buckets.ts';
import { latestEnd } from '../process/time.ts';
import type { Tenant } from '../store/tenant.ts';
import { looseNumber } from '../upstream/reply.ts';

export interface AccessToken {
  token: string;
  /** Seconds. */
  lifetime: number;
}

/** The platforms' reply to a request for a token. */
export const accessTokenReply = z.object({ access_token: z.string().min(1).max(512), expires_in: looseNumber.pipe(z.number().positive()) });

type TokenTenant = Tenant & Sealing;

/** Owner of a token: a platform's app, in a tenant. */
export interface TokenOwner {
  platform: PlatformName;
  platformAppId: string;
}

/**
 * How often a token that the platform refuses is renewed: WeChat takes a forced renewal once in 30 s and 20 times a day, and each one makes
 * the token invalid that the operator's other services hold (getStableAccessToken).
 */
const renewals = { often: { limit: 1, seconds: 30 }, day: { limit: 20, seconds: 86_400 } };

/**
 * The app's access token at a platform. All processes share it through the store, which stores it sealed.
 *
 * @param fetchToken asks the platform for a new one, shortly before the held one expires or when it is `refused`
 * @param refused a token that the platform does not take any more; another process may have renewed it already
 * @throws platform_busy or platform_rate_limited if one was refused and renewed a moment ago, or too often today
 */
export async function heldAccessToken(
  tenant: TokenTenant,
  owner: TokenOwner,
  fetchToken: (refused: string | undefined) => Promise<AccessToken>,
  refused?: string,
): Promise<string> {
  const held = await load(tenant, owner);
  if (held !== undefined && held !== refused) return held;
  if (refused !== undefined) await takeRenewal(tenant, owner);
  const { token, lifetime } = await fetchToken(refused);
  await save(tenant, owner, token, Math.floor(lifetime - Math.min(300, lifetime / 10)));
  return token;
}

/** All our apps and environments that are one app of the platform share its renewals. */
async function takeRenewal(tenant: TokenTenant, { platform, platformAppId }: TokenOwner): Promise<void> {
  const platformWide = { ...tenant, id: '' };
  const subject = `${platform} ${platformAppId}`;
  const buckets = Object.entries(renewals).map(([name, rate]) => ({ limit: `token_${name}`, subject, rate }));
  const levels = await count(platformWide, buckets, 1);
  const full = levels.filter(({ remaining }) => remaining < 0);
  if (full.length === 0) return;
  const free = levels.filter(({ remaining }) => remaining >= 0).map(({ bucket }) => bucket);
  await count(platformWide, free, -1);
  const code = full.some(({ bucket }) => bucket.rate === renewals.day) ? 'platform_rate_limited' : 'platform_busy';
  const retryAfter = Math.max(...full.map(({ reset }) => reset));
  throw new ApiError(code, { retryAfter, detail: { platform, fault: 'the access token is refused again, and was renewed already' } });
}

async function load({ id, store, vault, now }: TokenTenant, owner: TokenOwner): Promise<string | undefined> {
  const row = await store
    .selectFrom('platform_tokens')
    .select('token')
    .where('tenant_id', '=', id)
    .where('platform', '=', owner.platform)
    .where('platform_app_id', '=', owner.platformAppId)
    .where('renew_at', '>', now())
    // One that is to be renewed later than it is good for was fetched while a clock was ahead.
    .where(({ eb, ref }) => eb('renew_at', '<=', eb(ref('lifetime'), '+', latestEnd(now(), 0))))
    .executeTakeFirst();
  return row && openIfPossible(vault, row.token, tokenContext(id, owner));
}

/** @param lifetime seconds until it is to be renewed */
async function save({ id, store, vault, now }: TokenTenant, owner: TokenOwner, token: string, lifetime: number): Promise<void> {
  const values = { token: vault.seal(token, tokenContext(id, owner)), renew_at: now() + lifetime, lifetime };
  await store
    .insertInto('platform_tokens')
    .values({ tenant_id: id, platform: owner.platform, platform_app_id: owner.platformAppId, ...values })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'platform', 'platform_app_id']).doUpdateSet(values))
    .execute();
}

/** The context that a sealed token is bound to. */
export const tokenContext = (tenantId: string, { platform, platformAppId }: TokenOwner) =>
  `${tenantId}/${platform}/${platformAppId}/access token`;
