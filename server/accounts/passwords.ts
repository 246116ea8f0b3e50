import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { ApiError } from '../errors.ts';

/** Cost of argon2id by OWASP's Password Storage Cheat Sheet, which is the library's default. `memoryCost` is in KiB. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing runs in libuv's pool of four threads, which also resolves host names: one thread stays free for that. */
const hashesAtOnce = 3;
/** Calls that may wait, about ten seconds of work; a flood of logins must not make others wait until they give up. */
const mostWaiting = 1000;
/** Seconds. */
const retryAfter = 10;

/** Hashes and verifies passwords. Both methods throw rate_limited if the queue is full. */
export interface Passwords {
  /** @returns argon2id in PHC form */
  hash(password: string): Promise<string>;
  /**
   * Verifies a password. Takes the same time if there is no hash, so that timing does not reveal which accounts exist.
   *
   * @param hashed null or undefined if there is no account, or it has no password: the result is false
   */
  verify(hashed: string | null | undefined, password: string): Promise<boolean>;
}

/** @param waiting calls that may queue for a thread */
export function createPasswords(waiting = mostWaiting): Passwords {
  const threads = bulkhead(hashesAtOnce, waiting);
  const inThread = <T>(work: () => Promise<T>): Promise<T> =>
    threads.execute(work).catch((error: unknown) => {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw new ApiError('rate_limited', { retryAfter, detail: { fault: 'password queue is full' } });
    });
  const unmatchable = createUnmatchableHash();

  return {
    hash: (password) => inThread(() => hash(normalize(password), cost)),
    async verify(hashed, password) {
      const matches = await inThread(async () => {
        for (const spelling of new Set([normalize(password), password])) {
          if (await verify(hashed ?? unmatchable, spelling)) return true;
        }
        return false;
      });
      return matches && hashed != null;
    },
  };
}

/**
 * Normalises a password before it is hashed: keyboards of a Mac and of a phone encode `é` differently (RFC 8265, OpaqueString). NFC and
 * not NFKC, which would make distinct passwords equal. Passwords hashed before this rule are verified as typed too.
 */
const normalize = (password: string): string => password.normalize('NFC');

/** A well-formed argon2id hash that no password matches: verifying it equalises the time for unknown users. */
function createUnmatchableHash(): string {
  const [salt, digest] = [randomBytes(16), randomBytes(32)].map((part) => part.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${salt}$${digest}`;
}
