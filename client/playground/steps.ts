import { type Fault, isFault } from './faults.ts';
import { isPersonKey, type PersonKey } from './people.ts';
import { type Device, isDevice } from './platforms.ts';

/** The buttons. The last ones are not the app's: events at the platform, the carrier and the operator. */
export const presses = [
  'login',
  'profile',
  'phone',
  'link',
  'merge',
  'link_all',
  'unlink',
  'refresh',
  'sms',
  'sms_login',
  'mail',
  'register',
  'avatar',
  'name',
  'password_login',
  'anonymous',
  'list',
  'qr',
  'scan',
  'end_others',
  'close',
  'keep',
  'logout',
  'withdraw',
  'leave_platform',
  'refuse_picture',
  'take_number',
  'alipay_user_id',
  'alipay_both_ids',
  'alipay_open_id',
  'ban',
  'unban',
] as const;
export type Press = (typeof presses)[number];

/** A press on a phone, with all that decides how it ends. */
export interface Step {
  phone: Device;
  press: Press;
  /** The person who holds the phone; the same person as before if absent. */
  person?: PersonKey;
  /** The fault; none if absent. */
  fault?: Fault;
  /** The person's answer to the dialog of the host or the app. */
  consent?: 'allow' | 'decline';
  /** For `link` and `merge`: the phone with the account to link to. For `unlink`: the platform to unlink. For `take_number`: the phone of its owner. */
  other?: Device;
  /** For `link` and `merge`: whether the person merges the two accounts, if there are two. */
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
  if (!isDevice(phone) || known === undefined) return undefined;
  return {
    phone,
    press: known,
    ...(isPersonKey(person) && { person }),
    ...(isFault(fault) && { fault }),
    ...(answer && { consent: answer }),
    ...(isDevice(other) && { other }),
    ...(typeof merge === 'boolean' && { merge }),
  };
}
