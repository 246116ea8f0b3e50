import * as z from 'zod';
import { openIfPossible, type Vault } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { count } from '../limits/buckets.ts';
import { latestEnd } from '../process/time.ts';
import type { Store } from '../store/schema.ts';
import { looseNumber } from '../upstream/reply.ts';

export interface AccessToken {
  token: string;
  /** Seconds. */
  lifetime: number;
}

/** What the platforms answer when they are asked for one. */
export const accessTokenReply = z.object({ access_token: z.string().min(1).max(512), expires_in: looseNumber.pipe(z.number().positive()) });

/** What access tokens need. */
export interface TokenServices {
  store: Store;
  vault: Vault;
  /** Unix seconds. */
  now: () => number;
}

/** Whose token it is: one app of ours as one app of a platform. */
export interface TokenOwner {
  appId: string;
  platform: string;
  platformAppId: string;
}

/**
 * How often a token that the platform refuses is renewed: WeChat takes a forced renewal once in 30 s and 20 times a day, and each one makes
 * the token invalid that the operator's other services hold (getStableAccessToken).
 */
const renewals = { often: { limit: 1, seconds: 30 }, day: { limit: 20, seconds: 86_400 } };

/**
 * The app's access token at a platform. All processes share it through the store, where it rests sealed.
 *
 * @param fetchToken asks the platform for a new one, shortly before the held one expires or when it is `refused`
 * @param refused a token that the platform does not take any more; another process may have renewed it already
 * @throws platform_busy or platform_rate_limited if one was refused and renewed a moment ago, or too often today
 */
export async function heldAccessToken(
  services: TokenServices,
  owner: TokenOwner,
  fetchToken: (refused: string | undefined) => Promise<AccessToken>,
  refused?: string,
): Promise<string> {
  const held = await load(services, owner);
  if (held !== undefined && held !== refused) return held;
  if (refused !== undefined) await takeRenewal(services, owner);
  const { token, lifetime } = await fetchToken(refused);
  await save(services, owner, token, Math.floor(lifetime - Math.min(300, lifetime / 10)));
  return token;
}

/** All our apps and environments that are one app of the platform share its renewals. */
async function takeRenewal(services: TokenServices, { platform, platformAppId }: TokenOwner): Promise<void> {
  const subject = `${platform} ${platformAppId}`;
  const buckets = Object.entries(renewals).map(([name, rate]) => ({ limit: `token_${name}`, subject, rate }));
  const levels = await count(services, platformWide, buckets, 1);
  const full = levels.filter(({ remaining }) => remaining < 0);
  if (full.length === 0) return;
  const free = levels.filter(({ remaining }) => remaining >= 0).map(({ bucket }) => bucket);
  await count(services, platformWide, free, -1);
  const code = full.some(({ bucket }) => bucket.rate === renewals.day) ? 'platform_rate_limited' : 'platform_busy';
  const retryAfter = Math.max(...full.map(({ reset }) => reset));
  throw new ApiError(code, { retryAfter, detail: { platform, fault: 'the access token is refused again, and was renewed already' } });
}

/** In place of an app of ours. */
const platformWide = '';

async function load({ store, vault, now }: TokenServices, owner: TokenOwner): Promise<string | undefined> {
  const row = await store
    .selectFrom('platform_tokens')
    .select('token')
    .where('app_id', '=', owner.appId)
    .where('platform', '=', owner.platform)
    .where('platform_app_id', '=', owner.platformAppId)
    .where('renew_at', '>', now())
    // One that is to be renewed later than it is good for was fetched while a clock was ahead.
    .where(({ eb, ref }) => eb('renew_at', '<=', eb(ref('lifetime'), '+', latestEnd(now(), 0))))
    .executeTakeFirst();
  return row && openIfPossible(vault, row.token, tokenContext(owner));
}

/** @param lifetime seconds until it is to be renewed */
async function save({ store, vault, now }: TokenServices, owner: TokenOwner, token: string, lifetime: number): Promise<void> {
  const values = { token: vault.seal(token, tokenContext(owner)), renew_at: now() + lifetime, lifetime };
  await store
    .insertInto('platform_tokens')
    .values({ app_id: owner.appId, platform: owner.platform, platform_app_id: owner.platformAppId, ...values })
    .onConflict((conflict) => conflict.columns(['app_id', 'platform', 'platform_app_id']).doUpdateSet(values))
    .execute();
}

/** What a sealed token belongs to. */
export const tokenContext = ({ appId, platform, platformAppId }: TokenOwner) => `${appId}/${platform}/${platformAppId}/access token`;
