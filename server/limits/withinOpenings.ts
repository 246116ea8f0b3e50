import { ApiError, type ErrorCode } from '../errors.ts';
import type { PlatformSettings } from '../platforms/settings.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import { type Counting, count } from './buckets.ts';
import type { Limited } from './limits.ts';
import { RateLimited } from './rateLimited.ts';

/**
 * Runs work that opens data which a platform's host sealed for an identity. Refusals count like wrong passwords, because each refusal,
 * even one after decryption, reveals a little about the plaintext. Counts per platform app, not per tenant, because the session key is the
 * same in every environment and app.
 *
 * @param tenant outside a transaction, so that a refusal is counted even if the rest is rolled back
 * @throws rate_limited if the limit is exceeded, even for data that would open
 */
export async function withinOpenings<T>(
  tenant: Counting & Limited,
  platform: IdentityPlatform,
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

/** Errors that say nothing about the data, because it had been opened or was not looked at. */
const otherErrors: readonly ErrorCode[] = ['session_key_expired', 'challenge_required', 'request_denied', 'person_blocked'];

/** Excludes errors that reveal nothing about the data, and those of the server and the platform. */
const isRefusal = (error: unknown) =>
  error instanceof ApiError && error.status < 500 && error.status !== 429 && !otherErrors.includes(error.code);
