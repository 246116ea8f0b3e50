import * as z from 'zod';

/** How much may happen in a window of time that begins with the first of it. */
export interface Rate {
  limit: number;
  seconds: number;
}

const rate = (limit: number, seconds: number) =>
  z
    .strictObject({
      limit: z.int().min(1).max(1_000_000).default(limit),
      seconds: z.int().min(1).max(86_400).default(seconds),
    })
    .prefault({});

/**
 * `rate_limits` of an app in `APPS_FILE`, each by what it counts. The defaults leave room for the many phones behind one address of a
 * carrier, which all log in when a campaign starts, and little for whoever guesses.
 */
export const rateLimits = z
  .strictObject({
    /** Platform operations from one address: every one asks the platform. */
    platform_ip: rate(3000, 60),
    /** Exchanges of one platform identity's codes. */
    identity: rate(60, 60),
    /** What one user does that asks a platform, hashes a password or tries a code. */
    user: rate(60, 60),
    /** Lists of users asked for by one user: a condition may have to look at every user of the app. */
    list_user: rate(120, 60),
    /** The same by address, behind which many phones may be. */
    list_ip: rate(1200, 60),
    /** Writes of user data: of one user, and from one address, where anonymous users are to be had for nothing. */
    update_user: rate(120, 60),
    update_ip: rate(3000, 60),
    /** Anonymous users made from one address. */
    anonymous_ip: rate(600, 60),
    /** Registrations from one address, and of one name from one address. */
    register_ip: rate(300, 3600),
    register_account_ip: rate(20, 3600),
    /** Messages asked for from one address. Beside it every number and mail address has an allowance (deliveries.ts). */
    send_ip: rate(300, 3600),
    /** All SMS and all mails of an app: what a flood costs at most, from however many addresses to however many numbers. */
    sms_app: rate(10_000, 3600),
    mail_app: rate(10_000, 3600),
    /** Logins to one account by password from one address, right ones too: each opens a session. */
    login_account_ip: rate(20, 60),
    /** Wrong passwords: of one account from one address, of all accounts from one address, of one account from anywhere. */
    password_account_ip: rate(10, 900),
    password_ip: rate(100, 900),
    password_account: rate(100, 3600),
    /** Sealed data that does not open or fit: of one platform identity in all apps and environments, from one address. */
    sealed_identity: rate(10, 900),
    sealed_ip: rate(100, 900),
    /** Wrong SMS codes: for one number from one address, for all numbers from one address. */
    code_account_ip: rate(10, 900),
    code_ip: rate(100, 900),
    /** Wrong SMS codes of an app from anywhere, to any number. Past these nobody is refused: codes get more digits (sms/codes.ts). */
    code_app: rate(1000, 3600),
  })
  .prefault({});

export type RateLimits = z.infer<typeof rateLimits>;
/** What it takes to count in a tenant's limits. */
export interface Limited {
  /** The app's own; undefined if nothing is limited. */
  rateLimits: RateLimits | undefined;
}

export type RateLimitName = keyof RateLimits;
