import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** The SHA-1 signature of a profile on WeChat, QQ and Kuaishou. */
export const signatureOf = (rawData: string, sessionKey: string) => createHash('sha1').update(`${rawData}${sessionKey}`).digest('hex');

/** Seals as WeChat, QQ and Kuaishou do (docs/platforms.md, 0). */
export function seal(content: object, sessionKey: string): { encryptedData: string; iv: string } {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
  return { encryptedData: sealed.toString('base64'), iv: iv.toString('base64') };
}

/** Seals as Baidu does: framed, the App Key at the end, padded to blocks of 32 (docs/platforms.md, 3.3). */
export function sealFramed(content: object, sessionKey: string, appKey: string): { encryptedData: string; iv: string } {
  const json = Buffer.from(JSON.stringify(content));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  const frame = Buffer.concat([randomBytes(16), length, json, Buffer.from(appKey)]);
  const pad = 32 - (frame.length % 32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-192-cbc', Buffer.from(sessionKey, 'base64'), iv).setAutoPadding(false);
  const sealed = Buffer.concat([cipher.update(frame), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]);
  return { encryptedData: sealed.toString('base64'), iv: iv.toString('base64') };
}
