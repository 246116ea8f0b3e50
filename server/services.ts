import type { Logger } from 'pino';
import type { Passwords } from './accounts/passwords.ts';
import type { Store } from './store/store.ts';
import type { Vault } from './vault.ts';

/** The capabilities that operations use, passed in so that tests need no global mocks. */
export interface Services {
  store: Store;
  /** Seals what must not rest in clear. */
  vault: Vault;
  passwords: Passwords;
  /** Reaches the platforms' servers. */
  fetch: typeof fetch;
  /** How long a platform may take to answer, in milliseconds. */
  platformTimeout: number;
  /** Unix seconds. */
  now: () => number;
  log: Logger;
}
