import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import { mockCode } from '../platforms/mockCode.ts';
import { type CodeRefusal, type Codes, createCodes, type Grant, type LoginGrant } from './codes.ts';
import { type Fault, play, take } from './faults.ts';
import { keepLatest } from './keepLatest.ts';
import { deviceOwner, openidOf, type People } from './people.ts';

export interface Credentials {
  appId: string;
  appSecret: string;
}

/** Reasons for which a platform refuses an exchange; each page has its own codes for them. */
export type Refusal = CodeRefusal | 'app_unknown' | 'secret_wrong' | 'busy' | 'rate_limited';
export type Outcome<G extends Grant = LoginGrant> = { granted: G } | { refused: Refusal };

/** State of one simulated platform: the codes and session keys that it issued. */
export interface Counter {
  credentials: Credentials;
  people: People;
  /** Unix seconds. */
  now: () => number;
  /** The host's `login()`: issues a code, and a new session key if keys rotate. */
  login(person: string, appId: string, fault: Fault | undefined, hostApp?: string): string;
  /** The current key for sealing a person's data. */
  sessionKeyOf(person: string, appId: string): string;
  /** Sets whether a login renews the session key, which platforms may do. */
  setRotation(rotate: boolean): void;
  /** Issues a code for a phone number; login codes are of another kind. */
  issuePhoneCode(person: string, appId: string, fault: Fault | undefined): string;
  /** Issues a code for the person's device, where no one may be signed in. */
  issueAnonymousCode(person: string, appId: string): string;
  /** The id of the latest check of a picture that was asked for, by openid. */
  pictureChecks: Map<string, string>;
  /** When a person last used an app, in unix seconds; undefined if it is not known since the start. */
  lastUseOf(openid: string): number | undefined;
  /** Sets a fault for every exchange, until it is cleared. */
  setFault(fault: Fault | undefined): void;
  /** Plays a fault of the code or the platform, if one is set. @returns whether the request has been answered */
  stumble(code: string | undefined, response: Response): Promise<boolean>;
  checkApp(appId: string | undefined, appSecret: string | undefined): 'app_unknown' | 'secret_wrong' | undefined;
  /** @param code the login code, which is used up unless something else is wrong */
  exchange(code: string | undefined, appId: string): Outcome;
  /** @param code the phone code, which is used up unless something else is wrong */
  exchangePhoneCode(code: string | undefined, appId: string): Outcome<Grant>;
  /** @param code the device's code, which is used up */
  exchangeAnonymousCode(code: string, appId: string): Outcome<Grant>;
}

/** The session keys of a platform. */
export interface SessionKeys {
  /** Bytes. */
  length: number;
  /** Whether a login renews the key, unless a test sets otherwise. */
  rotates: boolean;
}

export interface CounterOptions {
  platform: string;
  credentials: Credentials;
  people: People;
  /** Seconds until a code expires. */
  codeLifetime: number;
  sessionKey?: SessionKeys | undefined;
  /** Unix seconds. */
  now: () => number;
}

/** Session keys are empty on a platform that has none. */
const noKey: SessionKeys = { length: 0, rotates: false };

export function createCounter({
  platform,
  credentials,
  people,
  codeLifetime,
  sessionKey: { length, rotates } = noKey,
  now,
}: CounterOptions): Counter {
  const loginCodes = createCodes<LoginGrant>(codeLifetime, now);
  const phoneCodes = createCodes<Grant>(codeLifetime, now);
  const anonymousCodes = createCodes<Grant>(codeLifetime, now);
  const sessionKeys = new Map<string, string>();
  const pictureChecks = new Map<string, string>();
  const uses = new Map<string, number>();
  let rotating = rotates;
  let platformFault: Fault | undefined;
  const faultOf = (code = '') => (loginCodes.peek(code) ?? phoneCodes.peek(code))?.fault ?? platformFault;
  const isReported = (fault: Fault | undefined) => fault?.kind === 'busy' || fault?.kind === 'rate_limited';

  const renewSessionKey = (person: string, appId: string) => {
    const sessionKey = randomBytes(length).toString('base64');
    sessionKeys.set(`${appId} ${person}`, sessionKey);
    return sessionKey;
  };
  const sessionKeyOf = (person: string, appId: string) => sessionKeys.get(`${appId} ${person}`) ?? renewSessionKey(person, appId);

  function exchange<G extends Grant>(codes: Codes<G>, code = '', appId: string): Outcome<G> {
    const fault = faultOf(code);
    const kind = isReported(fault) ? take(fault) : undefined;
    if (kind === 'busy' || kind === 'rate_limited') return { refused: kind };
    const redeemed = codes.redeem(code, appId);
    return typeof redeemed === 'string' ? { refused: redeemed } : { granted: redeemed };
  }

  return {
    credentials,
    people,
    now,
    login(person, appId, fault, hostApp) {
      keepLatest(uses, openidOf(platform, appId, person), now());
      const sessionKey = rotating ? renewSessionKey(person, appId) : sessionKeyOf(person, appId);
      return loginCodes.issue({ person, appId, fault, sessionKey, hostApp });
    },
    pictureChecks,
    lastUseOf: (openid) => uses.get(openid),
    sessionKeyOf,
    setRotation(rotate) {
      rotating = rotate;
    },
    issueAnonymousCode: (person, appId) => anonymousCodes.issue({ person, appId }),
    issuePhoneCode: (person, appId, fault) => phoneCodes.issue({ person, appId, fault }),
    setFault(fault) {
      platformFault = fault;
    },
    async stumble(code, response) {
      const fault = faultOf(code);
      if (!fault || isReported(fault)) return false;
      const kind = take(fault);
      return kind !== undefined && play(kind, fault.delay_ms, response);
    },
    checkApp(appId, appSecret) {
      if (appId !== credentials.appId) return 'app_unknown';
      return appSecret === credentials.appSecret ? undefined : 'secret_wrong';
    },
    exchange(code, appId) {
      // The developer tools return the same mock code every time.
      const issued =
        code === mockCode ? loginCodes.issue({ person: deviceOwner, appId, sessionKey: sessionKeyOf(deviceOwner, appId) }) : code;
      return exchange(loginCodes, issued, appId);
    },
    exchangePhoneCode: (code, appId) => exchange(phoneCodes, code, appId),
    exchangeAnonymousCode: (code, appId) => exchange(anonymousCodes, code, appId),
  };
}
