import { hash, randomBytes } from 'node:crypto';

/** Bytes of a session's token that say when it was made, in Unix milliseconds, and how many of its characters they are. */
const timeBytes = 6;
const timeCharacters = 8;

/** 256 random bits, for whoever is to carry them. They are not kept: only their hash is. */
export const newToken = () => randomBytes(32).toString('base64url');

export const hashToken = (token: string) => hash('sha256', token, 'base64url');

/** A token that begins with its time, for the sake of `hashSessionToken`: its 256 random bits come after. */
export function newSessionToken(): string {
  const time = Buffer.alloc(timeBytes);
  time.writeUIntBE(Date.now(), 0, timeBytes);
  return time.toString('base64url') + newToken();
}

/**
 * The hash of a session's token, in the order in which sessions begin: one that is opened is written beside the last one and not anywhere
 * among millions. Takes whatever a client sends.
 */
export const hashSessionToken = (token: string) =>
  Buffer.from(token.slice(0, timeCharacters), 'base64url').toString('hex') + hashToken(token);
