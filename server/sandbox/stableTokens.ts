import { randomBytes } from 'node:crypto';

/** Seconds: a token's lifetime, its overlap with the next one, and the gap between forced renewals. */
const lifetime = 7200;
const overlap = 300;
const forcePause = 30;

/** WeChat's access tokens in the stable mode (docs/platforms.md, 1.4). */
export interface StableTokens {
  issue(force: boolean): { access_token: string; expires_in: number };
  check(token: string | undefined): 'good' | 'expired' | 'unknown';
}

/** @param now unix seconds */
export function createStableTokens(now: () => number): StableTokens {
  const expiries = new Map<string, number>();
  let current = '';
  let forcedAt = Number.NEGATIVE_INFINITY;
  const left = () => (expiries.get(current) ?? 0) - now();

  return {
    issue(force) {
      const forced = force && now() - forcedAt >= forcePause;
      if (forced) {
        forcedAt = now();
        expiries.clear();
      }
      if (left() <= overlap) {
        current = randomBytes(64).toString('base64url');
        expiries.set(current, now() + lifetime);
      }
      return { access_token: current, expires_in: left() };
    },
    check(token = '') {
      const expiresAt = expiries.get(token);
      if (expiresAt === undefined) return 'unknown';
      return expiresAt > now() ? 'good' : 'expired';
    },
  };
}
