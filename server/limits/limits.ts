import * as z from 'zod';
import { operationLimits as contractLimits } from '../../generated/limits.ts';
import type { OperationId } from '../../generated/operations.ts';

/** How many events a window allows. It begins with the first of them. */
export interface Rate {
  limit: number;
  seconds: number;
}

interface Limit extends Rate {
  /** The subject that has its own count: a network is an IPv4 address or an IPv6 /64; an app is one with all its environments. */
  per: 'network' | 'account' | 'account+network' | 'user' | 'identity' | 'app';
  /**
   * The attempts that count; all if absent. Wrong guesses: people behind one address who know their passwords share no limit. Successes: a
   * message that was not sent costs nothing; a password reset counts for any address, so that counting does not tell whether it was sent.
   */
  counts?: 'wrong guesses' | 'successes';
  /** Whether it counts only requests that set a login name, and so tell whether it is taken. */
  onlyNames?: true;
  /** Whether it is waived for an account at an address from which the account logged in before, however many others guess. */
  waivedAtKnownAddress?: true;
  /** Whether others count in it too. Then its level is not the caller's to know unless it refuses. */
  shared?: true;
  /**
   * Whether each client id has its own count, which is so for limits of load and cost. The others protect accounts, which the client ids
   * of a pool share, so the pool has one count.
   */
  perClient?: true;
}

const minute = 60;
const quarter = 900;
const hour = 3600;

/**
 * Every rate limit, by its name in the contract (`x-rate-limits`), in `APPS_FILE` and in the `RateLimit` headers. The defaults leave room
 * for the many phones behind one address of a carrier, which all log in when a campaign starts, and little for guessing.
 */
export const limits = {
  /** Platform operations: each one calls the platform. */
  platform_ip: { limit: 3000, seconds: minute, per: 'network', perClient: true },
  /** Exchanges of one platform identity's codes. */
  identity: { limit: 60, seconds: minute, per: 'identity' },
  /** Requests of a user that call a platform, hash a password or check a code. */
  user: { limit: 60, seconds: minute, per: 'user' },
  /** Lists of users: a condition may have to look at every user of the app. */
  list_user: { limit: 120, seconds: minute, per: 'user', perClient: true },
  list_ip: { limit: 1200, seconds: minute, per: 'network', perClient: true },
  /** Writes of user data. Anonymous users cost nothing, hence the limit by network. */
  update_user: { limit: 120, seconds: minute, per: 'user', perClient: true },
  update_ip: { limit: 3000, seconds: minute, per: 'network', perClient: true },
  /** New anonymous users. */
  anonymous_ip: { limit: 600, seconds: minute, per: 'network', perClient: true },
  /** Registrations. */
  register_ip: { limit: 300, seconds: hour, per: 'network', onlyNames: true },
  register_account_ip: { limit: 20, seconds: hour, per: 'account+network', onlyNames: true },
  /** Requests for messages. Each phone number and mail address also has an allowance (deliveries.ts). */
  send_ip: { limit: 300, seconds: hour, per: 'network', perClient: true },
  /** All SMS and all mails of an app: the most that a flood costs, from any number of addresses to any number of recipients. */
  sms_app: { limit: 10_000, seconds: hour, per: 'app', counts: 'successes', shared: true, perClient: true },
  mail_app: { limit: 10_000, seconds: hour, per: 'app', counts: 'successes', shared: true, perClient: true },
  /** Password logins to an account, with the right password too: each opens a session. */
  login_account_ip: { limit: 20, seconds: minute, per: 'account+network', shared: true },
  /** Wrong passwords. */
  password_account_ip: { limit: 10, seconds: quarter, per: 'account+network', counts: 'wrong guesses' },
  password_ip: { limit: 100, seconds: quarter, per: 'network', counts: 'wrong guesses', waivedAtKnownAddress: true },
  password_account: { limit: 100, seconds: hour, per: 'account', counts: 'wrong guesses', waivedAtKnownAddress: true, shared: true },
  /** Sealed data that does not open or fit. An identity's count is the platform app's (withinOpenings.ts). */
  sealed_identity: { limit: 10, seconds: quarter, per: 'identity' },
  sealed_ip: { limit: 100, seconds: quarter, per: 'network', counts: 'wrong guesses' },
  /** Wrong SMS codes. */
  code_account_ip: { limit: 10, seconds: quarter, per: 'account+network', counts: 'wrong guesses' },
  code_ip: { limit: 100, seconds: quarter, per: 'network', counts: 'wrong guesses' },
  /** Wrong SMS codes of an app to any number. It refuses no one: past it, codes get more digits (sms/codes.ts). */
  code_app: { limit: 1000, seconds: hour, per: 'app', counts: 'wrong guesses' },
} as const satisfies Record<string, Limit>;

export type RateLimitName = keyof typeof limits;
export const rateLimitNames = Object.keys(limits) as RateLimitName[];

export const limitOf = (name: RateLimitName): Limit => limits[name];

/** The limits that each operation counts in, the narrowest first: an attempt that one refuses is not counted by the next ones. */
export const operationLimits: Readonly<Record<OperationId, readonly RateLimitName[]>> = contractLimits;

const rate = ({ limit, seconds }: Rate) =>
  z
    .strictObject({
      limit: z.int().min(1).max(1_000_000).default(limit),
      seconds: z.int().min(1).max(86_400).default(seconds),
    })
    .prefault({});

/** `rate_limits` of an app in `APPS_FILE`. */
export const rateLimits = z.strictObject(mapLimits(rate)).prefault({});

export type RateLimits = z.infer<typeof rateLimits>;

/** Holds a tenant's limits. */
export interface Limited {
  /** The app's own; undefined if nothing is limited. */
  rateLimits: RateLimits | undefined;
}

function mapLimits<T>(change: (limit: Limit) => T): Record<RateLimitName, T> {
  const entries: [string, T][] = rateLimitNames.map((name) => [name, change(limits[name])]);
  return Object.fromEntries(entries) as Record<RateLimitName, T>;
}
