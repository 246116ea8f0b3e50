import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import { mockCode } from '../platforms/mockCode.ts';
import { type CodeRefusal, type Codes, createCodes, type Grant, type LoginGrant } from './codes.ts';
import { type Fault, play, take } from './faults.ts';
import { deviceOwner, type People } from './people.ts';

export interface Credentials {
  appId: string;
  appSecret: string;
}

/** Why the platform refuses an exchange; each page has its own words for these. */
export type Refusal = CodeRefusal | 'app_unknown' | 'secret_wrong' | 'busy' | 'rate_limited';
export type Outcome<G extends Grant = LoginGrant> = { granted: G } | { refused: Refusal };

/**
 * Where one platform's codes and session keys are given out and taken in. What differs from platform to platform is only how it is asked
 * and told.
 */
export interface Counter {
  credentials: Credentials;
  people: People;
  /** Unix seconds. */
  now: () => number;
  /** What the host app does in `login()`: a new session key, unless keys stay, and a code for it. */
  login(person: string, appId: string, fault: Fault | undefined): string;
  /** The one key that seals what a person grants now. */
  sessionKeyOf(person: string, appId: string): string;
  /** Whether a login makes a new session key; the platforms say that it may. */
  setRotation(rotate: boolean): void;
  /** A code for a phone number, of another kind than the login codes. */
  issuePhoneCode(person: string, appId: string, fault: Fault | undefined): string;
  /** A fault of every exchange, until it is taken back. */
  setFault(fault: Fault | undefined): void;
  /** Lets a fault of the server answer instead. @returns whether one did */
  stumble(code: string | undefined, response: Response): Promise<boolean>;
  checkApp(appId: string | undefined, appSecret: string | undefined): 'app_unknown' | 'secret_wrong' | undefined;
  /** @param code the login code, spent unless something else is wrong */
  exchange(code: string | undefined, appId: string): Outcome;
  /** @param code the phone code, spent unless something else is wrong */
  exchangePhoneCode(code: string | undefined, appId: string): Outcome<Grant>;
}

export interface CounterOptions {
  credentials: Credentials;
  people: People;
  /** Seconds that a code is good for. */
  codeLifetime: number;
  /** Bytes of a session key. */
  sessionKeyLength: number;
  rotates: boolean;
  /** Unix seconds. */
  now: () => number;
}

export function createCounter({ credentials, people, codeLifetime, sessionKeyLength, rotates, now }: CounterOptions): Counter {
  const loginCodes = createCodes<LoginGrant>(codeLifetime, now);
  const phoneCodes = createCodes<Grant>(codeLifetime, now);
  const sessionKeys = new Map<string, string>();
  let rotating = rotates;
  let standing: Fault | undefined;
  const faultOf = (code = '') => (loginCodes.peek(code) ?? phoneCodes.peek(code))?.fault ?? standing;
  const isTold = (fault: Fault | undefined) => fault?.kind === 'busy' || fault?.kind === 'rate_limited';

  const renewSessionKey = (person: string, appId: string) => {
    const sessionKey = randomBytes(sessionKeyLength).toString('base64');
    sessionKeys.set(`${appId} ${person}`, sessionKey);
    return sessionKey;
  };
  const sessionKeyOf = (person: string, appId: string) => sessionKeys.get(`${appId} ${person}`) ?? renewSessionKey(person, appId);

  function exchange<G extends Grant>(codes: Codes<G>, code = '', appId: string): Outcome<G> {
    const fault = faultOf(code);
    const kind = isTold(fault) ? take(fault) : undefined;
    if (kind === 'busy' || kind === 'rate_limited') return { refused: kind };
    const redeemed = codes.redeem(code, appId);
    return typeof redeemed === 'string' ? { refused: redeemed } : { granted: redeemed };
  }

  return {
    credentials,
    people,
    now,
    login(person, appId, fault) {
      const sessionKey = rotating ? renewSessionKey(person, appId) : sessionKeyOf(person, appId);
      return loginCodes.issue({ person, appId, fault, sessionKey });
    },
    sessionKeyOf,
    setRotation(rotate) {
      rotating = rotate;
    },
    issuePhoneCode: (person, appId, fault) => phoneCodes.issue({ person, appId, fault }),
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
      // The developer tools give everybody the same, as often as they are asked.
      const issued =
        code === mockCode ? loginCodes.issue({ person: deviceOwner, appId, sessionKey: sessionKeyOf(deviceOwner, appId) }) : code;
      return exchange(loginCodes, issued, appId);
    },
    exchangePhoneCode: (code, appId) => exchange(phoneCodes, code, appId),
  };
}
