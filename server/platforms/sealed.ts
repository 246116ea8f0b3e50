import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import type * as z from 'zod';
import { ApiError } from '../errors.ts';
import { readStrictJson } from './strictJson.ts';

/** Data that a host sealed with the current session key; both fields in base64. */
export interface Sealed {
  encryptedData: string;
  iv: string;
}

const blockLength = 16;

/**
 * The only refusal of sealed data. The client chooses ciphertext and IV, and CBC has no integrity, so any difference between refusals would
 * leak the plaintext bit by bit.
 *
 * @param fault for the log only, like `detail`
 */
export const unfit = (fault: string, detail: Record<string, unknown> = {}): ApiError =>
  new ApiError('sealed_data_invalid', { detail: { fault, ...detail } });

/**
 * Validates decrypted data against its documented shape.
 *
 * @throws sealed_data_invalid; the log names the invalid fields
 */
export function toShape<T>(shape: z.ZodType<T>, opened: unknown): T {
  const result = shape.safeParse(opened);
  if (result.success) return result.data;
  // Only names of the shape: others are the client's text.
  throw unfit('unknown shape', { problems: result.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`) });
}

/**
 * The session key of a person's latest exchange.
 *
 * @throws session_key_expired if none is known
 */
export function knownKey({ sessionKey }: { sessionKey?: string | undefined }): string {
  if (sessionKey === undefined) throw new ApiError('session_key_expired');
  return sessionKey;
}

/**
 * Checks that `signature` is the SHA-1 of the literal `rawData` and the session key's base64 text (docs/platforms.md, 0).
 *
 * @param signature 40 hexadecimal digits
 * @throws signature_invalid
 */
export function checkSignature(rawData: string, signature: string, sessionKey: string): void {
  const expected = createHash('sha1').update(rawData).update(sessionKey).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw new ApiError('signature_invalid');
}

/**
 * Opens JSON that WeChat, QQ or Kuaishou sealed: AES-128-CBC with PKCS#7 padding (docs/platforms.md, 0).
 *
 * @throws sealed_data_invalid
 */
export const openSealed = (sealed: Sealed, sessionKey: string): unknown =>
  toJson(decrypt(sealed, sessionKey, keyLengthOf(sessionKey), true));

/** Xiaohongshu's documents ask for AES-128, and for keys of 24 bytes; any other key has 16. */
const keyLengthOf = (sessionKey: string) => (Buffer.byteLength(sessionKey, 'base64') === 24 ? 24 : 16);

/**
 * Opens JSON that Baidu sealed: AES-192-CBC, padded to blocks of 32. The frame is 16 random bytes, a big-endian length, the content, and
 * the App Key (docs/platforms.md, 3.3).
 *
 * @throws sealed_data_invalid
 */
export function openFramed(sealed: Sealed, sessionKey: string, appKey: string): unknown {
  const padded = decrypt(sealed, sessionKey, 24, false);
  const pad = padded[padded.length - 1] ?? 0;
  // Baidu's code treats any other value as "no padding".
  const frame = pad >= 1 && pad <= 32 ? padded.subarray(0, -pad) : padded;
  const head = 16 + 4;
  const end = frame.length < head ? Number.POSITIVE_INFINITY : head + frame.readUInt32BE(16);
  if (end > frame.length) throw unfit('no frame');
  if (!frame.subarray(end).equals(Buffer.from(appKey))) throw unfit('app key mismatch');
  return toJson(frame.subarray(head, end));
}

/** @throws sealed_data_invalid if the data names another app */
export function checkSealedFor(ours: string, named: string | undefined): void {
  if (named !== undefined && named !== ours) throw unfit('watermark app id mismatch');
}

/** @throws sealed_data_invalid if the data names another person than the code's exchange */
export function checkSealedOf(exchanged: string | undefined, named: string | undefined): void {
  if (named !== undefined && named !== exchanged) throw unfit('openid mismatch');
}

function decrypt({ encryptedData, iv }: Sealed, sessionKey: string, keyLength: 16 | 24, autoPadding: boolean): Buffer {
  const key = Buffer.from(sessionKey, 'base64');
  const vector = Buffer.from(iv, 'base64');
  const data = Buffer.from(encryptedData, 'base64');
  if (key.length !== keyLength || vector.length !== blockLength || data.length === 0 || data.length % blockLength !== 0) {
    throw unfit('invalid length of key, IV or ciphertext', { key_length: key.length, iv_length: vector.length, data_length: data.length });
  }
  const decipher = createDecipheriv(`aes-${keyLength * 8}-cbc`, key, vector).setAutoPadding(autoPadding);
  try {
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    throw unfit('wrong padding, probably another session key');
  }
}

function toJson(bytes: Buffer): unknown {
  try {
    return readStrictJson(bytes);
  } catch {
    // Without the cause, which may quote the plaintext.
    throw unfit('not strict JSON in UTF-8');
  }
}
