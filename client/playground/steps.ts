import { type Fault, isFault } from './faults.ts';
import { isPersonKey, type PersonKey } from './people.ts';
import { isPlatform, type Platform } from './platforms.ts';

/** The buttons. */
export const presses = [
  'login',
  'profile',
  'phone',
  'link',
  'link_all',
  'unlink',
  'refresh',
  'sms',
  'sms_login',
  'mail',
  'register',
  'name',
  'withdraw',
  'password_login',
  'close',
  'keep',
  'logout',
] as const;
export type Press = (typeof presses)[number];

/** A press on a phone, with all that decides how it ends. */
export interface Step {
  phone: Platform;
  press: Press;
  /** The person who holds the phone; the same person as before if absent. */
  person?: PersonKey;
  /** The fault; none if absent. */
  fault?: Fault;
  /** The person's answer to the host's dialog. */
  consent?: 'allow' | 'decline';
  /** For `link`: the phone with the account to link to. For `unlink`: the platform to unlink. */
  other?: Platform;
  /** For `link`: whether the person merges the two accounts, if there are two. */
  merge?: boolean;
}

const longest = 200;

/** Writes steps for the address of a share link. */
export function encodeSteps(steps: readonly Step[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(steps));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Reads steps of a share link, which anyone may have written. @returns undefined if they are not steps */
export function decodeSteps(text: string): Step[] | undefined {
  try {
    const value: unknown = JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')));
    if (!Array.isArray(value) || value.length === 0 || value.length > longest) return undefined;
    const steps = value.map(readStep);
    return steps.every((step) => step !== undefined) ? steps : undefined;
  } catch {
    return undefined;
  }
}

function readStep(value: unknown): Step | undefined {
  const { phone, press, person, fault, consent, other, merge }: Record<string, unknown> = Object(value);
  const known = presses.find((name) => name === press);
  const answer = (['allow', 'decline'] as const).find((name) => name === consent);
  if (!isPlatform(phone) || known === undefined) return undefined;
  return {
    phone,
    press: known,
    ...(isPersonKey(person) && { person }),
    ...(isFault(fault) && { fault }),
    ...(answer && { consent: answer }),
    ...(isPlatform(other) && { other }),
    ...(typeof merge === 'boolean' && { merge }),
  };
}
