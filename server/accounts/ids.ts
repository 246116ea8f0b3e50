import { randomBytes, randomInt } from 'node:crypto';

const largest = 2n ** 53n;

/** Generates a random id below 2^53, exact in JavaScript, without a query. The users' primary key detects the rare collision. */
export function newId(): number {
  const id = Number(randomBytes(8).readBigUInt64BE() % largest);
  return id === 0 ? newId() : id;
}

/** Largest distance between two neighbours of `newIds`: far enough that no id is guessed from another. */
const longestGap = 2 ** 20;

/**
 * Generates many ids that follow each other after a random one, with random gaps. The rows of a batch then share pages of every index by
 * user, which halves what an import writes.
 */
export function newIds(count: number): number[] {
  let last = newId() % (Number(largest) - count * longestGap);
  return Array.from({ length: count }, () => {
    last += randomInt(1, longestGap);
    return last;
  });
}
