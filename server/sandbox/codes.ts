import { randomBytes } from 'node:crypto';
import type { Fault } from './faults.ts';

/** What a login code stands for. */
export interface Grant {
  appId: string;
  /** The person's name in the sandbox. */
  person: string;
  sessionKey: string;
  /** What goes wrong when this code is exchanged. */
  fault?: Fault | undefined;
}

export type CodeRefusal = 'code_unknown' | 'code_used' | 'code_expired';

/** The login codes of one platform: bound to an app, good once and for a few minutes. */
export interface Codes {
  issue(grant: Grant): string;
  /** The grant behind a code without spending it. */
  peek(code: string): Grant | undefined;
  redeem(code: string, appId: string): Grant | CodeRefusal;
}

/**
 * @param lifetime seconds
 * @param now unix seconds
 */
export function createCodes(lifetime: number, now: () => number): Codes {
  const issued = new Map<string, Grant & { expiresAt: number; used: boolean }>();
  return {
    issue(grant) {
      const code = randomBytes(24).toString('base64url');
      issued.set(code, { ...grant, expiresAt: now() + lifetime, used: false });
      return code;
    },
    peek: (code) => issued.get(code),
    redeem(code, appId) {
      const grant = issued.get(code);
      // To the platforms a code of another app is one that they never gave.
      if (!grant || grant.appId !== appId) return 'code_unknown';
      if (grant.used) return 'code_used';
      if (grant.expiresAt <= now()) return 'code_expired';
      grant.used = true;
      return grant;
    },
  };
}
