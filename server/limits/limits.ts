import * as z from 'zod';
import { operationLimits as contractLimits } from '../../generated/limits.ts';
import type { OperationId } from '../../generated/operations.ts';

/** Maximum number of events in a window, which begins with the first event. */
export interface Rate {
  limit: number;
  seconds: number;
}

interface Limit extends Rate {
  /** The subject that has its own count. A network is an IPv4 address or an IPv6 /64; an app includes all its environments. */
  per: 'network' | 'account' | 'account+network' | 'user' | 'identity' | 'app';
  /**
   * The attempts that count; all if absent. `wrong guesses`: correct passwords do not count, so users who share an address do not exhaust
   * its limit. `successes`: a message that was not sent costs nothing. A password reset counts for any mail address, so that the count does
   * not reveal whether a mail was sent.
   */
  counts?: 'wrong guesses' | 'successes';
  /** Counts only requests that set a login name, because their answers reveal whether the name is taken. */
  onlyNames?: true;
  /** Waived at an address from which the account logged in before, so that guesses elsewhere cannot lock its owner out. */
  waivedAtKnownAddress?: true;
  /** Shared by several clients, so a caller is sent its level only with a refusal. */
  shared?: true;
  /**
   * Counts separately for each client id, as limits on load and cost do. Other limits protect accounts, which all client ids of a pool
   * share, so the pool has one count.
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
  /** Expensive requests of a user, and guesses: platform calls, password hashes, codes, verification mails, merges. */
  user: { limit: 60, seconds: minute, per: 'user' },
  /** Lists of users: a condition may scan every user of the app. */
  list_user: { limit: 120, seconds: minute, per: 'user', perClient: true },
  list_ip: { limit: 1200, seconds: minute, per: 'network', perClient: true },
  /** Writes of user data. A client can create any number of anonymous users, hence the limit by network. */
  update_user: { limit: 120, seconds: minute, per: 'user', perClient: true },
  update_ip: { limit: 3000, seconds: minute, per: 'network', perClient: true },
  /** Uploads of pictures. */
  avatar_user: { limit: 10, seconds: minute, per: 'user', perClient: true },
  /** Access tokens: each costs a signature and is valid for minutes. */
  access_token_user: { limit: 60, seconds: minute, per: 'user', perClient: true },
  /** Copies of one's data, the largest answers. */
  export_user: { limit: 5, seconds: hour, per: 'user' },
  /** New anonymous users. */
  anonymous_ip: { limit: 600, seconds: minute, per: 'network', perClient: true },
  /** Codes to scan, each of which may call the platform; WeChat draws 5000 a minute for an app. */
  scan_ip: { limit: 300, seconds: minute, per: 'network', perClient: true },
  scan_app: { limit: 4000, seconds: minute, per: 'app', shared: true, perClient: true },
  /** Questions of waiting pages, each of which asks thirty times a minute. */
  scan_poll_ip: { limit: 9000, seconds: minute, per: 'network', perClient: true },
  /** Registrations. */
  register_ip: { limit: 300, seconds: hour, per: 'network', onlyNames: true },
  register_account_ip: { limit: 20, seconds: hour, per: 'account+network', onlyNames: true },
  /** Requests for messages. Each phone number and mail address also has an allowance (deliveries.ts). */
  send_ip: { limit: 300, seconds: hour, per: 'network', perClient: true },
  /** All SMS and all mails of an app: caps the cost of a flood from any number of addresses to any number of recipients. */
  sms_app: { limit: 10_000, seconds: hour, per: 'app', counts: 'successes', shared: true, perClient: true },
  mail_app: { limit: 10_000, seconds: hour, per: 'app', counts: 'successes', shared: true, perClient: true },
  /** Password logins to an account, including successful ones, because each opens a session. */
  login_account_ip: { limit: 20, seconds: minute, per: 'account+network', shared: true },
  /** Wrong passwords. */
  password_account_ip: { limit: 10, seconds: quarter, per: 'account+network', counts: 'wrong guesses' },
  password_ip: { limit: 100, seconds: quarter, per: 'network', counts: 'wrong guesses', waivedAtKnownAddress: true },
  password_account: { limit: 100, seconds: hour, per: 'account', counts: 'wrong guesses', waivedAtKnownAddress: true, shared: true },
  /** Sealed data that does not decrypt or is rejected. An identity is counted per platform app (withinOpenings.ts). */
  sealed_identity: { limit: 10, seconds: quarter, per: 'identity' },
  sealed_ip: { limit: 100, seconds: quarter, per: 'network', counts: 'wrong guesses' },
  /** Wrong SMS codes. */
  code_account_ip: { limit: 10, seconds: quarter, per: 'account+network', counts: 'wrong guesses' },
  code_ip: { limit: 100, seconds: quarter, per: 'network', counts: 'wrong guesses' },
  /** Wrong SMS codes of an app for any number. Refuses no request: above it, codes get more digits (sms/codes.ts). */
  code_app: { limit: 1000, seconds: hour, per: 'app', counts: 'wrong guesses' },
} as const satisfies Record<string, Limit>;

export type RateLimitName = keyof typeof limits;
export const rateLimitNames = Object.keys(limits) as RateLimitName[];

export const limitOf = (name: RateLimitName): Limit => limits[name];

/** The limits of each operation, narrowest first: an attempt that one of them refuses does not count in the later ones. */
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

/** A tenant with rate limits. */
export interface Limited {
  /** Undefined if rate limiting is off. */
  rateLimits: RateLimits | undefined;
}

function mapLimits<T>(change: (limit: Limit) => T): Record<RateLimitName, T> {
  const entries: [string, T][] = rateLimitNames.map((name) => [name, change(limits[name])]);
  return Object.fromEntries(entries) as Record<RateLimitName, T>;
}
