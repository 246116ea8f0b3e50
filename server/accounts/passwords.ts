import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { hash, verify } from '@node-rs/argon2';
import { ApiError } from '../errors.ts';
import { lowerHashThreads } from './hashThreads.ts';

/** What OWASP's Password Storage Cheat Sheet asks of argon2id, which is the library's default. `memoryCost` is in KiB. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hashing runs in libuv's pool of four threads, where the platforms' names are looked up too: one stays free for them. Three keep two cores
 * busier than two do, by a twentieth.
 */
const hashesAtOnce = 3;
/**
 * Callers that go on together where others wait. Hashing leaves the processor's caches cold, so that what follows takes three times as long
 * for one alone, and their writes become durable together too.
 */
const together = 8;
/** Passwords that may wait for their turn, some ten seconds of work. Bots with many addresses would have others wait until they give up. */
const mostWaiting = 1000;
/** Seconds. */
const retryAfter = 10;

/** Both throw rate_limited where too many wait already. */
export interface Passwords {
  /** @returns argon2id in PHC form */
  hash(password: string): Promise<string>;
  /**
   * Whether a password is the one that was hashed. It costs the same where there is nothing to compare with, so that time does not tell
   * who has an account.
   *
   * @param hashed null or undefined where there is no account, or one without a password: then no password is right
   */
  verify(hashed: string | null | undefined, password: string): Promise<boolean>;
}

/** @param waiting how many may wait for their turn */
export async function createPasswords(waiting = mostWaiting): Promise<Passwords> {
  const takeTurn = createTurns(hashesAtOnce, waiting);
  const nobodys = await makeUp();
  lowerHashThreads();

  return {
    hash: (password) => takeTurn(() => hash(composed(password), cost)),
    async verify(hashed, password) {
      const right = await takeTurn(async () => {
        for (const spelling of new Set([composed(password), password])) {
          if (await verify(hashed ?? nobodys, spelling)) return true;
        }
        return false;
      });
      return right && hashed != null;
    },
  };
}

/**
 * The form that is hashed: a keyboard of a Mac and one of a phone spell `é` differently (RFC 8265, OpaqueString). Not NFKC, which would make
 * other passwords equal too. A password of before is checked as it was typed as well.
 */
const composed = (password: string): string => password.normalize('NFC');

/** What no password hashes to: it is as hard to check as one, and a start need not wait for a hash. It starts libuv's threads. */
async function makeUp(): Promise<string> {
  const bytes = await promisify(randomBytes)(16 + 32);
  const [salt, hashed] = [bytes.subarray(0, 16), bytes.subarray(16)].map((part) => part.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${salt}$${hashed}`;
}

/**
 * Runs at most `atOnce` tasks at a time; `most` others wait in the order in which they came, and further ones are refused. What is done
 * waits for what is done next, but never for more of them than wait themselves.
 */
function createTurns(atOnce: number, most: number) {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  const done: (() => void)[] = [];

  async function goOn(): Promise<void> {
    if (done.length < Math.min(waiting.length, together - 1)) return new Promise((resolve) => done.push(resolve));
    for (const resolve of done.splice(0)) resolve();
  }

  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (free > 0) free--;
    else if (waiting.length >= most) throw new ApiError('rate_limited', { retryAfter, detail: { fault: 'too many passwords wait' } });
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
      await goOn();
    }
  };
}
