import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../errors.ts';

/** What a host sealed with the session key of the moment; both in base64. */
export interface Sealed {
  encryptedData: string;
  iv: string;
}

const blockLength = 16;

/**
 * The session key of a person's latest exchange.
 *
 * @throws session_key_expired where none is known
 */
export function knownKey({ sessionKey }: { sessionKey?: string | undefined }): string {
  if (sessionKey === undefined) throw new ApiError('session_key_expired');
  return sessionKey;
}

/**
 * Checks that `signature` is the SHA-1 of the literal `rawData` and the session key's base64 text (platforms.md, 0).
 *
 * @param signature 40 hexadecimal digits
 * @throws signature_invalid
 */
export function checkSignature(rawData: string, signature: string, sessionKey: string): void {
  const expected = createHash('sha1').update(rawData).update(sessionKey).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw new ApiError('signature_invalid');
}

/**
 * Opens JSON that WeChat, QQ or Kuaishou sealed: AES-128-CBC with PKCS#7 padding (platforms.md, 0).
 *
 * @throws session_key_expired; payload_corrupt where key, iv or data have a length that the cipher cannot have
 */
export const openSealed = (sealed: Sealed, sessionKey: string): unknown => toJson(decrypt(sealed, sessionKey, 16, true));

/**
 * Opens JSON that Baidu sealed: AES-192-CBC, padded to blocks of 32, and framed as 16 random bytes, a big-endian length, the content,
 * and the App Key to the end (platforms.md, 3.3).
 *
 * @throws session_key_expired; payload_corrupt where key, iv or data have a length that the cipher cannot have
 */
export function openFramed(sealed: Sealed, sessionKey: string): { content: unknown; appKey: string } {
  const padded = decrypt(sealed, sessionKey, 24, false);
  const pad = padded[padded.length - 1] ?? 0;
  // Baidu's own code takes any other value for "no padding".
  const frame = pad >= 1 && pad <= 32 ? padded.subarray(0, -pad) : padded;
  const head = 16 + 4;
  const end = frame.length < head ? Number.POSITIVE_INFINITY : head + frame.readUInt32BE(16);
  if (end > frame.length) throw new ApiError('session_key_expired');
  return { content: toJson(frame.subarray(head, end)), appKey: frame.subarray(end).toString('utf8') };
}

/** @throws payload_foreign where the data names another app than ours */
export function checkSealedFor(ours: string, named: string | undefined): void {
  if (named !== undefined && named !== ours) throw new ApiError('payload_foreign', { detail: { fault: 'sealed for another app' } });
}

/** @throws payload_foreign where the data names another person than the code did */
export function checkSealedOf(exchanged: string, named: string | undefined): void {
  if (named !== undefined && named !== exchanged) throw new ApiError('payload_foreign', { detail: { fault: 'sealed of another person' } });
}

function decrypt({ encryptedData, iv }: Sealed, sessionKey: string, keyLength: 16 | 24, autoPadding: boolean): Buffer {
  const key = Buffer.from(sessionKey, 'base64');
  const vector = Buffer.from(iv, 'base64');
  const data = Buffer.from(encryptedData, 'base64');
  if (key.length !== keyLength || vector.length !== blockLength || data.length === 0 || data.length % blockLength !== 0) {
    throw new ApiError('payload_corrupt', { detail: { key_length: key.length, iv_length: vector.length, data_length: data.length } });
  }
  const decipher = createDecipheriv(`aes-${keyLength * 8}-cbc`, key, vector).setAutoPadding(autoPadding);
  try {
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    // Wrong padding: what a wrong key nearly always shows as.
    throw new ApiError('session_key_expired');
  }
}

function toJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ApiError('session_key_expired');
  }
}
