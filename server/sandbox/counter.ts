import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import { type CodeRefusal, type Codes, createCodes, type Grant } from './codes.ts';
import { type Fault, play, take } from './faults.ts';

export interface Credentials {
  appId: string;
  appSecret: string;
}

/** Why the platform refuses an exchange; each page has its own words for these. */
export type Refusal = CodeRefusal | 'app_unknown' | 'secret_wrong' | 'busy' | 'rate_limited';
export type Outcome = { granted: Grant } | { refused: Refusal };

/** Where one platform's codes are given out and taken in. What differs from platform to platform is only how it is asked and told. */
export interface Counter {
  credentials: Credentials;
  /** What the host app does in `login()`: a new session key, and a code for it. */
  login(person: string, appId: string, fault: Fault | undefined): string;
  /** A fault of every exchange, until it is taken back. */
  setFault(fault: Fault | undefined): void;
  /** Lets a fault of the server answer instead. @returns whether one did */
  stumble(code: string | undefined, response: Response): Promise<boolean>;
  checkApp(appId: string | undefined, appSecret: string | undefined): 'app_unknown' | 'secret_wrong' | undefined;
  /** @param code the login code, spent unless something else is wrong */
  exchange(code: string | undefined, appId: string): Outcome;
}

export interface CounterOptions {
  credentials: Credentials;
  /** Seconds that a code is good for. */
  codeLifetime: number;
  /** Bytes of a session key. */
  sessionKeyLength: number;
  /** Unix seconds. */
  now: () => number;
}

export function createCounter({ credentials, codeLifetime, sessionKeyLength, now }: CounterOptions): Counter {
  const codes: Codes = createCodes(codeLifetime, now);
  let standing: Fault | undefined;
  const faultOf = (code: string | undefined) => (code === undefined ? undefined : codes.peek(code)?.fault) ?? standing;
  const isTold = (fault: Fault | undefined) => fault?.kind === 'busy' || fault?.kind === 'rate_limited';

  return {
    credentials,
    login: (person, appId, fault) => codes.issue({ person, appId, fault, sessionKey: randomBytes(sessionKeyLength).toString('base64') }),
    setFault(fault) {
      standing = fault;
    },
    async stumble(code, response) {
      const fault = faultOf(code);
      if (!fault || isTold(fault)) return false;
      const kind = take(fault);
      return kind !== undefined && play(kind, fault.delay_ms, response);
    },
    checkApp(appId, appSecret) {
      if (appId !== credentials.appId) return 'app_unknown';
      return appSecret === credentials.appSecret ? undefined : 'secret_wrong';
    },
    exchange(code, appId) {
      const fault = faultOf(code);
      const kind = isTold(fault) ? take(fault) : undefined;
      if (kind === 'busy' || kind === 'rate_limited') return { refused: kind };
      const redeemed = code === undefined ? 'code_unknown' : codes.redeem(code, appId);
      return typeof redeemed === 'string' ? { refused: redeemed } : { granted: redeemed };
    },
  };
}
