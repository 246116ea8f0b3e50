import { expect, onTestFinished } from 'vitest';

/** The `SECRET_KEY` of every server in the tests. */
export const secretKey = 'a secret key for tests, 32 characters';

/** Names of fields that must never be logged. */
const names = new Set([
  'token',
  'code',
  'phone_code',
  'sms_code',
  'merge_ticket',
  'ticket',
  'poll_token',
  'password',
  'new_password',
  'phone',
  '_phone',
  'session_key',
  'encryptedData',
  'iv',
  'rawData',
  'signature',
]);
/** Minimum length of secrets that are searched for, because shorter ones occur in logs by chance. */
const shortest = 6;

/** The secrets that occur in a test. */
export interface Secrets {
  add(secret: string): void;
  /** Adds values under a secret's name in a request or an answer, at any depth. */
  addFrom(body: unknown): void;
}

/**
 * Collects a server's secrets, and fails the test at its end if one of them was logged.
 *
 * @param log everything that the server has logged
 */
export function watchSecrets(log: () => string): Secrets {
  const secrets = new Set([secretKey]);
  onTestFinished(() => {
    const text = log();
    const logged = [...secrets].filter((secret) => spellings(secret).some((spelling) => text.includes(spelling)));
    expect(logged, 'secrets in the log').toEqual([]);
  });

  const add = (secret: string) => {
    if (secret.length >= shortest) secrets.add(secret);
  };
  const addFrom = (body: unknown) => {
    // A list instead of recursion, because tests may nest values deeper than the stack.
    const values = [body];
    for (const value of values) {
      if (typeof value !== 'object' || value === null) continue;
      for (const [name, child] of Object.entries(value)) {
        if (names.has(name) && (typeof child === 'string' || typeof child === 'number')) add(String(child));
        else values.push(child);
      }
    }
  };
  return { add, addFrom };
}

const spellings = (secret: string) => [
  ...new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())]),
];
