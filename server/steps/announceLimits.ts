import type { Response } from 'express';
import type { Level } from '../limits/buckets.ts';

/**
 * Others count in these too: how often they tried the account or were in it, or what the app sends, is not the caller's to know unless it
 * refuses.
 */
const shared = new Set(['password_account', 'login_account_ip', 'sms_app', 'mail_app']);

/** Answers where the caller's limits stand, as draft-ietf-httpapi-ratelimit-headers-10 has it. */
export const announceLimits = (response: Response) => (levels: Level[]) => {
  const own = levels.filter(({ bucket, remaining }) => remaining < 0 || !shared.has(bucket.limit));
  if (own.length === 0) return;
  response.set('RateLimit-Policy', own.map(({ bucket: { limit, rate } }) => `"${limit}";q=${rate.limit};w=${rate.seconds}`).join(', '));
  response.set(
    'RateLimit',
    own.map(({ bucket: { limit }, remaining, reset }) => `"${limit}";r=${Math.max(0, remaining)};t=${reset}`).join(', '),
  );
};
