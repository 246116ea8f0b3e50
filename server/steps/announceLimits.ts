import type { Response } from 'express';
import type { Level } from '../limits/buckets.ts';

/**
 * Answers where the caller's limits stand, as draft-ietf-httpapi-ratelimit-headers-10 has it. How often others tried the account is not
 * the caller's to know.
 */
export const announceLimits = (response: Response) => (levels: Level[]) => {
  const own = levels.filter(({ bucket }) => bucket.limit !== 'password_account');
  if (own.length === 0) return;
  response.set('RateLimit-Policy', own.map(({ bucket: { limit, rate } }) => `"${limit}";q=${rate.limit};w=${rate.seconds}`).join(', '));
  response.set(
    'RateLimit',
    own.map(({ bucket: { limit }, remaining, reset }) => `"${limit}";r=${Math.max(0, remaining)};t=${reset}`).join(', '),
  );
};
