import { hash, randomBytes } from 'node:crypto';

/** Bytes of a session token that hold its creation time in Unix milliseconds, and their length in base64url. */
const timeBytes = 6;
const timeCharacters = 8;

/** A 256-bit random bearer token. Only its hash is stored. */
export const newToken = () => randomBytes(32).toString('base64url');

export const hashToken = (token: string) => hash('sha256', token, 'base64url');

/** A token that starts with its creation time (`hashSessionToken`), followed by 256 random bits. */
export function newSessionToken(): string {
  const time = Buffer.alloc(timeBytes);
  time.writeUIntBE(Date.now(), 0, timeBytes);
  return time.toString('base64url') + newToken();
}

/**
 * Hash of a session token, prefixed with its creation time so that inserts append to the index. Accepts any text that a client sends.
 */
export const hashSessionToken = (token: string) =>
  Buffer.from(token.slice(0, timeCharacters), 'base64url').toString('hex') + hashToken(token);
