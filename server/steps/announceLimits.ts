import type { Response } from 'express';
import type { Level } from '../limits/buckets.ts';
import { limitOf, type RateLimitName } from '../limits/limits.ts';

/** Sends the levels of the caller's limits, as draft-ietf-httpapi-ratelimit-headers-10 defines them. */
export const announceLimits = (response: Response) => (levels: Level<RateLimitName>[]) => {
  const shown = levels.filter(({ bucket, remaining }) => remaining < 0 || !limitOf(bucket.limit).shared);
  if (shown.length === 0) return;
  response.set('RateLimit-Policy', shown.map(({ bucket: { limit, rate } }) => `"${limit}";q=${rate.limit};w=${rate.seconds}`).join(', '));
  response.set(
    'RateLimit',
    shown.map(({ bucket: { limit }, remaining, reset }) => `"${limit}";r=${Math.max(0, remaining)};t=${reset}`).join(', '),
  );
};
