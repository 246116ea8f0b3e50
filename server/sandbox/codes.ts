import { randomBytes } from 'node:crypto';
import type { Fault } from './faults.ts';

/** The grant behind a code. */
export interface Grant {
  appId: string;
  /** The person's name in the sandbox. */
  person: string;
  /** The fault of this code's exchange. */
  fault?: Fault | undefined;
}

/** The grant behind a login code. */
export interface LoginGrant extends Grant {
  sessionKey: string;
  /** The host app that the person uses, on platforms that have several; undefined for the usual one. */
  hostApp?: string | undefined;
}

export type CodeRefusal = 'code_unknown' | 'code_used' | 'code_expired';

/** The codes of one kind of a platform. Each is bound to an app, and valid once and for a few minutes. */
export interface Codes<G extends Grant> {
  issue(grant: G): string;
  /** Finds the grant of a code without using the code up. */
  peek(code: string): G | undefined;
  redeem(code: string, appId: string): G | CodeRefusal;
}

/**
 * @param lifetime seconds
 * @param now unix seconds
 */
export function createCodes<G extends Grant>(lifetime: number, now: () => number): Codes<G> {
  const issued = new Map<string, { grant: G; expiresAt: number; used: boolean }>();
  return {
    issue(grant) {
      const code = randomBytes(24).toString('base64url');
      issued.set(code, { grant, expiresAt: now() + lifetime, used: false });
      return code;
    },
    peek: (code) => issued.get(code)?.grant,
    redeem(code, appId) {
      const entry = issued.get(code);
      // Platforms treat another app's code as unknown.
      if (entry?.grant.appId !== appId) return 'code_unknown';
      if (entry.used) return 'code_used';
      if (entry.expiresAt <= now()) return 'code_expired';
      entry.used = true;
      return entry.grant;
    },
  };
}
