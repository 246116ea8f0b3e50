import type { Logger } from 'pino';
import type { Passwords } from './accounts/passwords.ts';
import type { AuditTrail } from './audit/trail.ts';
import type { Vault } from './crypto/vault.ts';
import type { FullBuckets } from './limits/fullBuckets.ts';
import type { Mailer } from './mail/mailer.ts';
import type { Metrics } from './observe/metrics.ts';
import type { PictureStore } from './pictures/pictureStore.ts';
import type { Background } from './process/background.ts';
import type { SmsSender } from './sms/sender.ts';
import type { Store } from './store/schema.ts';
import type { SigningKeys } from './tokens/signingKeys.ts';
import type { Circuits } from './upstream/circuits.ts';
import type { Fetch } from './upstream/fetch.ts';
import type { UserLists } from './userLists/lists.ts';
import type { Endpoints } from './webhooks/endpoints.ts';

/** The services of handlers, passed in so that tests need no global mocks. */
export interface Services {
  store: Store;
  /** Finds lists of users. */
  userLists: UserLists;
  /** Encrypts secrets at rest. */
  vault: Vault;
  passwords: Passwords;
  /** The keys that sign access tokens. */
  signingKeys: SigningKeys;
  /** Reaches the platforms' servers. */
  fetch: Fetch;
  /** Milliseconds that a platform may take to respond. */
  platformTimeout: number;
  /** Circuit breakers of all calls to platforms, mail servers and SMS providers. */
  circuits: Circuits;
  /** Undefined if the server cannot send SMS. */
  sms: SmsSender | undefined;
  /** Undefined if the server cannot send mail. */
  mailer: Mailer | undefined;
  /** Stores users' pictures. */
  pictures: PictureStore;
  /** The server's address in mailed links, without a trailing slash. */
  publicUrl: string;
  /** Whether the apps' `rate_limits` apply. */
  limitsRates: boolean;
  fullBuckets: FullBuckets;
  /** Runs work after the response has been sent. */
  background: Background;
  /** Hear of changes of users. */
  endpoints: Endpoints;
  /** Records logins, logouts and failed attempts. */
  audit: AuditTrail;
  metrics: Metrics;
  /** Unix seconds. */
  now: () => number;
  log: Logger;
}
