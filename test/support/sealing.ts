import { createCipheriv, createHash } from 'node:crypto';
import { altering } from './platformReplies.ts';

/** A session key that tests, unlike clients, know, so that they can seal data like a host. */
export const sessionKey = Buffer.alloc(16, 1).toString('base64');

const exchanges: Record<string, string> = { wechat: '/sns/jscode2session', qq: '/sns/jscode2session', kuaishou: '/code2session' };

/** A `fetch` with which every login on a platform returns that session key. */
export const givingKey = (platform: string, key = () => sessionKey) =>
  altering(exchanges[platform] ?? '', (reply) => ({ ...reply, session_key: key() }));

/** Seals a text, or an object, as WeChat, QQ and Kuaishou do. */
export function sealWith(
  content: string | Buffer | object,
  key = sessionKey,
  iv = Buffer.alloc(16, 2),
): { encryptedData: string; iv: string } {
  const bytes = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), iv);
  return { encryptedData: Buffer.concat([cipher.update(bytes), cipher.final()]).toString('base64'), iv: iv.toString('base64') };
}

/** The signed fields of a sealed profile. */
export function signWith(userInfo: string | object, key = sessionKey): { rawData: string; signature: string } {
  const rawData = typeof userInfo === 'string' ? userInfo : JSON.stringify(userInfo);
  return { rawData, signature: createHash('sha1').update(rawData).update(key).digest('hex') };
}

const block = 16;
const xor = (a: Buffer, b: Buffer) => Buffer.from(a.map((byte, place) => byte ^ (b[place] ?? 0)));

/**
 * Forges sealed data of known plaintext without the key: it can start at any block, with any sixteen bytes before it.
 *
 * @param text the plaintext
 * @param first the sixteen bytes before it
 * @param from the block that they replace
 */
export function forge(sealed: { encryptedData: string; iv: string }, text: string, first: string, from = 0) {
  const data = Buffer.from(sealed.encryptedData, 'base64');
  const before = from === 0 ? Buffer.from(sealed.iv, 'base64') : data.subarray((from - 1) * block, from * block);
  const known = Buffer.from(text).subarray(from * block, (from + 1) * block);
  const iv = xor(xor(before, known), Buffer.from(first));
  return { encryptedData: data.subarray(from * block).toString('base64'), iv: iv.toString('base64') };
}

/** Seals like Baidu: framed, with the App Key at the end, padded to blocks of 32. */
export function frameWith(content: string | Buffer, key: string, appKey = 'sandbox-baidu'): { data: string; iv: string } {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  const frame = Buffer.concat([Buffer.alloc(block), length, bytes, Buffer.from(appKey)]);
  const pad = 2 * block - (frame.length % (2 * block));
  const iv = Buffer.alloc(block, 3);
  const cipher = createCipheriv('aes-192-cbc', Buffer.from(key, 'base64'), iv).setAutoPadding(false);
  const data = Buffer.concat([cipher.update(frame), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]);
  return { data: data.toString('base64'), iv: iv.toString('base64') };
}
