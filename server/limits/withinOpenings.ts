import type { PlatformName } from '../../generated/operations.ts';
import { ApiError } from '../errors.ts';
import type { PlatformSettings } from '../platforms/settings.ts';
import { type Counting, count } from './buckets.ts';
import type { Limited } from './limits.ts';
import { RateLimited } from './rateLimited.ts';

/**
 * Does work that depends on data which a platform's host sealed for an identity. Refusals count, as wrong passwords do: each refusal,
 * even one after decryption, reveals a little about what the session key decrypts. The count is the platform app's, not the
 * tenant's, because the session key is the same in every environment and app.
 *
 * @param tenant outside a transaction, so that a refusal is counted even if the rest is rolled back
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
  const bucket = { limit: 'sealed_identity' as const, subject: openid, rate };
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

/** Without a session key nothing was opened, and an error of the server or the platform says nothing about the data. */
const isRefusal = (error: unknown) =>
  error instanceof ApiError && error.status < 500 && error.status !== 429 && error.code !== 'session_key_expired';
