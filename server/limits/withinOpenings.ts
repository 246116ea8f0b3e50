import type { PlatformName } from '../../generated/operations.ts';
import { ApiError } from '../errors.ts';
import type { PlatformSettings } from '../platforms/settings.ts';
import { type Counting, count } from './buckets.ts';
import { RateLimited } from './rateLimited.ts';
import type { Limited } from './rates.ts';

/**
 * Does what depends on data that a platform's host sealed for an identity. Refusals count, as wrong passwords do: each tells a client a
 * little of what the session key decrypts. One that comes after the data opened tells the same, so it counts too. The count is the
 * platform app's, not the tenant's, because the session key is the same in every environment and app.
 *
 * @param tenant not within a transaction: a refusal is counted though all else is rolled back
 * @throws rate_limited, also for data that would open
 */
export async function withinOpenings<T>(
  tenant: Counting & Limited,
  platform: PlatformName,
  { app_id }: PlatformSettings,
  openid: string,
  work: () => Promise<T>,
): Promise<T> {
  const rate = tenant.rateLimits?.sealed_identity;
  if (!rate) return work();
  // No tenant's id has a colon.
  const scope = { ...tenant, id: `${platform}:${app_id}` };
  const bucket = { limit: 'sealed_identity', subject: openid, rate };
  const levels = await count(scope, [bucket], 1);
  if (levels.some(({ remaining }) => remaining < 0)) throw new RateLimited(levels);
  try {
    const result = await work();
    await count(scope, [bucket], -1);
    return result;
  } catch (error) {
    if (!isRefusal(error)) await count(scope, [bucket], -1);
    throw error;
  }
}

/** Without a session key nothing was opened, and a fault of ours or the platform's says nothing of the data. */
const isRefusal = (error: unknown) =>
  error instanceof ApiError && error.status < 500 && error.status !== 429 && error.code !== 'session_key_expired';
