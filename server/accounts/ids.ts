import { randomBytes } from 'node:crypto';

const largest = 2n ** 53n;

/** Generates a random id below 2^53, exact in JavaScript, without a query. The users' primary key detects the rare collision. */
export function newId(): number {
  const id = Number(randomBytes(8).readBigUInt64BE() % largest);
  return id === 0 ? newId() : id;
}
