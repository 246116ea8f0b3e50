import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { ApiError } from '../errors.ts';
import { digestBy } from '../importedPasswords/digest.ts';
import type { Recipe } from '../importedPasswords/recipes.ts';
import { owaspCost } from './passwordCost.ts';

/** Hashing runs in libuv's pool of four threads. One thread stays free to resolve host names. */
const hashesAtOnce = 3;
/** Length of the queue, about ten seconds of work. Longer queues would let a flood delay other logins until their clients give up. */
const maxWaiting = 1000;
/** Seconds. */
const retryAfter = 10;

/** Hashes and verifies passwords. All methods throw rate_limited if the queue is full. */
export interface Passwords {
  /** @returns argon2id in PHC form */
  hash(password: string): Promise<string>;
  /**
   * Verifies a password. Takes the same time if there is no hash, so that timing does not reveal which accounts exist.
   *
   * @param hashed null or undefined if there is no account, or it has no password: the result is false
   */
  verify(hashed: string | null | undefined, password: string): Promise<boolean>;
  /** Digests a password as another system did. */
  digest(recipe: Recipe, password: string): Promise<Buffer>;
}

/**
 * @param waiting calls that may queue for a thread
 * @param cost of new hashes, and of a verification without one
 */
export function createPasswords({ waiting = maxWaiting, cost = owaspCost } = {}): Passwords {
  const threads = bulkhead(hashesAtOnce, waiting);
  const inThread = <T>(work: () => Promise<T>): Promise<T> =>
    threads.execute(work).catch((error: unknown) => {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw new ApiError('rate_limited', { retryAfter, detail: { fault: 'password queue is full' } });
    });
  const unmatchable = createUnmatchableHash(cost);

  return {
    hash: (password) => inThread(() => hash(normalize(password), cost)),
    async verify(hashed, password) {
      const matches = await inThread(async () => {
        for (const spelling of spellingsOf(password)) {
          if (await verify(hashed ?? unmatchable, spelling)) return true;
        }
        return false;
      });
      return matches && hashed != null;
    },
    digest: (recipe, password) => inThread(() => digestBy(recipe, password)),
  };
}

/**
 * Normalises a password before it is hashed, because keyboards of Macs and phones encode `é` differently (RFC 8265, OpaqueString). NFC
 * instead of NFKC, which would make distinct passwords equal. `verify` also tries the password as typed, for hashes without this rule.
 */
const normalize = (password: string): string => password.normalize('NFC');

/** The spellings of a password that are tried. */
export const spellingsOf = (password: string): Set<string> => new Set([normalize(password), password]);

/** A well-formed argon2id hash that no password matches: verifying it equalises the time for unknown users. */
function createUnmatchableHash(cost: typeof owaspCost): string {
  const [salt, digest] = [randomBytes(16), randomBytes(32)].map((part) => part.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${salt}$${digest}`;
}
