import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { ApiError } from '../errors.ts';
import { count } from '../limits/buckets.ts';
import type { Store } from '../store/schema.ts';
import { looseNumber } from '../upstream/reply.ts';
import { platformError } from './errorTable.ts';
import { loadToken, saveToken, type TokenOwner, type TokenTenant } from './storedTokens.ts';

export interface AccessToken {
  token: string;
  /** Seconds. */
  lifetime: number;
}

/** A platform's reply to a request for a token. */
export const accessTokenReply = z.object({ access_token: z.string().min(1).max(512), expires_in: looseNumber.pipe(z.number().positive()) });

/**
 * Limits for the renewal of refused tokens: WeChat accepts a forced renewal once in 30 s and 20 times a day, and each one invalidates the
 * token that the operator's other services use (getStableAccessToken).
 */
const renewals = { often: { limit: 1, seconds: 30 }, day: { limit: 20, seconds: 86_400 } };

/**
 * Returns the app's access token at a platform. All processes share it through the store, which holds it sealed.
 *
 * @param fetchToken requests a new token from the platform, shortly before the stored one expires or if that was `refused`
 * @param refused a token that the platform no longer accepts; another process may have renewed it already
 * @throws platform_busy or platform_rate_limited if tokens were refused and renewed too often
 */
export async function currentAccessToken(
  tenant: TokenTenant,
  owner: TokenOwner,
  fetchToken: (refused: string | undefined) => Promise<AccessToken>,
  refused?: string,
): Promise<string> {
  const usable = async () => {
    const stored = await loadToken(tenant, owner);
    return stored === refused ? undefined : stored;
  };
  const stored = await usable();
  if (stored !== undefined) return stored;
  return once(tenant, JSON.stringify([tenant.id, owner, refused]), () =>
    fetchInTurn(tenant, owner, usable, async () => {
      if (refused !== undefined) await takeRenewal(tenant, owner);
      const { token, lifetime } = await fetchToken(refused);
      await saveToken(tenant, owner, token, Math.floor(lifetime - Math.min(300, lifetime / 10)));
      return token;
    }),
  );
}

/** This process's fetches that have not ended, by store and subject. */
const underWay = new WeakMap<Store, Map<string, Promise<string>>>();

/** Fetches once for all simultaneous calls of this process, so that only one of them waits for other processes. */
function once({ store }: TokenTenant, subject: string, fetch: () => Promise<string>): Promise<string> {
  const ofStore = underWay.get(store) ?? new Map<string, Promise<string>>();
  underWay.set(store, ofStore);
  const fetching = ofStore.get(subject) ?? fetch().finally(() => ofStore.delete(subject));
  ofStore.set(subject, fetching);
  return fetching;
}

/** The turn to fetch a token. Its time limit, which is longer than any fetch, matters only if a process stops while it fetches. */
const turn = { limit: 'token_fetch', rate: { limit: 1, seconds: 30 } } as const;
/** Milliseconds between two looks for a token that another call fetches, and the number of looks. */
const pause = 50;
const looks = 200;

/**
 * Fetches a token unless another call, of any process, is fetching it: each token of Xiaohongshu ends an earlier one.
 *
 * @param look returns the token that another call has fetched
 * @throws platform_busy if the other call takes too long
 */
async function fetchInTurn(
  tenant: TokenTenant,
  { platform, platformAppId }: TokenOwner,
  look: () => Promise<string | undefined>,
  fetch: () => Promise<string>,
): Promise<string> {
  const bucket = { ...turn, subject: `${platform} ${platformAppId}` };
  for (let n = 0; n < looks; n++) {
    const [level] = await count(tenant, [bucket], 1);
    try {
      const found = await look();
      if (found !== undefined) return found;
      if (level && level.remaining >= 0) return await fetch();
    } finally {
      await count(tenant, [bucket], -1);
    }
    await sleep(pause);
  }
  throw platformError('platform_busy', { detail: { platform, fault: 'another call is fetching the access token' } });
}

/** Counts a renewal, across all tenants with the same platform app. */
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
  throw new ApiError(code, { retryAfter, detail: { platform, fault: 'the renewed access token is refused, too' } });
}
