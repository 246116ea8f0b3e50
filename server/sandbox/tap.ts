import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Counter } from './counter.ts';
import { openidOf, type Person, unionidOf } from './people.ts';

/** Ways to tamper with a host's data: an earlier session key, another app, another person, a wrong signature, or nonsense. */
export const tamper = z.enum(['stale_key', 'wrong_appid', 'wrong_openid', 'bad_signature', 'garbage']);
export type Tamper = z.infer<typeof tamper>;

/** A person's tap on a button: the data that the host app seals. */
export interface Tap {
  person: Person;
  appId: string;
  openid: string;
  unionid: string;
  sessionKey: string;
  /** Unix seconds. */
  time: number;
  tampered: Tamper | undefined;
}

/** @param appId the app in which the person taps */
export function tapOf(platform: string, counter: Counter, name: string, appId: string, tampered: Tamper | undefined): Tap {
  const sessionKey = counter.sessionKeyOf(name, appId);
  return {
    person: counter.people.named(name),
    appId: tampered === 'wrong_appid' ? 'another-app' : appId,
    openid: openidOf(platform, appId, tampered === 'wrong_openid' ? 'another-person' : name),
    unionid: unionidOf(platform, name),
    sessionKey: tampered === 'stale_key' ? randomBytes(Buffer.byteLength(sessionKey, 'base64')).toString('base64') : sessionKey,
    time: counter.now(),
    tampered,
  };
}

/** The content to seal, replaced if a test asks for garbage. */
export const contentOf = ({ tampered }: Tap, content: object): object => (tampered === 'garbage' ? { unexpected: true } : content);
