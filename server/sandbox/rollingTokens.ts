import { randomBytes } from 'node:crypto';

/** Seconds: a token's lifetime, and how long the token before a new one stays valid. */
const lifetime = 7200;
const overlap = 300;

interface IssuedToken {
  token: string;
  /** Seconds. */
  lifetime: number;
}

/** Access tokens of which at most two are valid: the latest, and for five minutes the one before. */
export interface RollingTokens {
  issue(): IssuedToken;
  /** The latest token while it has more than five minutes left; otherwise a new one. */
  current(): IssuedToken;
  isValid(token: string | undefined): boolean;
}

/** @param now unix seconds */
export function createRollingTokens(now: () => number): RollingTokens {
  let issued: { token: string; expiresAt: number }[] = [];
  const issue = () => {
    const token = randomBytes(32).toString('base64url');
    const [latest] = issued;
    const previous = latest ? [{ ...latest, expiresAt: Math.min(latest.expiresAt, now() + overlap) }] : [];
    issued = [{ token, expiresAt: now() + lifetime }, ...previous];
    return { token, lifetime };
  };
  return {
    issue,
    current() {
      const [latest] = issued;
      const left = (latest?.expiresAt ?? 0) - now();
      return latest && left > overlap ? { token: latest.token, lifetime: left } : issue();
    },
    isValid: (token) => issued.some((known) => known.token === token && known.expiresAt > now()),
  };
}
