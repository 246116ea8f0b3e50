import { randomBytes } from 'node:crypto';

const largest = 2n ** 53n;

/** A random id below 2^53, safe in JavaScript, made without a query. A user's primary key catches the rare collision. */
export function newId(): number {
  const id = Number(randomBytes(8).readBigUInt64BE() % largest);
  return id === 0 ? newId() : id;
}
