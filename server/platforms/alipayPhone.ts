import { createDecipheriv } from 'node:crypto';
import * as z from 'zod';
import { isSigned } from './alipayGateway.ts';
import { type AlipaySettings, keysOf } from './alipaySettings.ts';
import { readNumber } from './phone.ts';
import type { GrantedPhone, PhoneClient, PhoneGrant, PhoneHolder } from './platform.ts';
import { toShape, unfit } from './sealed.ts';
import { parseStrictJson, readStrictJson } from './strictJson.ts';

/** The host's `response`: the encrypted number, or Alipay's refusal in plain text, and the signature. */
const wrapper = z.object({ response: z.string(), sign: z.string().nullish() });
const refusal = z.object({ code: z.string().max(64), subCode: z.string().max(128).optional() });
const numberFields = { code: z.literal('10000'), msg: z.string().max(64).optional(), mobile: z.string().max(32) };
/** Fields that Alipay adds are no danger in a signed text. */
const signedNumber = z.object(numberFields);
const unsignedNumber = z.strictObject(numberFields);

/** Sixteen zero bytes: Alipay uses no other. */
const iv = Buffer.alloc(16);

/** Reads numbers that Alipay encrypted with the app's AES key (docs/platforms.md, 6.4). Undefined if the app has none. */
export function alipayPhone(settings: AlipaySettings): PhoneClient | undefined {
  const { aes_key, sealed_phone, unsigned_phone } = settings;
  if (aes_key === undefined) return undefined;
  return {
    sealed: sealed_phone,
    async read(grant: PhoneGrant, holder: PhoneHolder): Promise<GrantedPhone> {
      // Alipay's text names no person, so the person's identity is what it is bound to.
      if (holder.openid === undefined) throw unfit('the user has no identity on the platform');
      const { response, sign } = partsOf(grant);
      if (response.startsWith('{')) throw unfit('not encrypted', refusalIn(response));
      if (!sign && !unsigned_phone) throw unfit('unsigned: set the keys of the app in the console, or unsigned_phone');
      if (sign && !isSigned(`"${response}"`, sign, keysOf(settings).platformKey)) throw unfit('wrong signature');
      const opened = decrypt(response, aes_key);
      const { mobile } = toShape(sign ? signedNumber : unsignedNumber, opened);
      const [, countryCode, foreign] = /^([1-9]\d{0,3})-(\d+)$/.exec(mobile) ?? [];
      const number = await readNumber(foreign === undefined ? { mobile } : { mobile: foreign, countryCode });
      if (number === undefined) throw unfit('no phone number');
      return { number, trust: sealed_phone, opened: { key: aes_key, content: number } };
    },
  };
}

/** The ciphertext and its signature, whether the client sent the host's text or its parts. */
function partsOf({ response = '', sign }: PhoneGrant): { response: string; sign?: string | null | undefined } {
  if (!response.startsWith('{')) return { response, sign };
  const opened = readJson(() => parseStrictJson(response));
  const parts = wrapper.safeParse(opened);
  if (parts.success) return parts.data;
  throw unfit('not encrypted', refusalIn(response));
}

/** Alipay's refusal, for the log. Anyone could have written it. */
function refusalIn(text: string): Record<string, unknown> {
  const { data } = refusal.safeParse(readJson(() => parseStrictJson(text)));
  return data ? { platform_code: data.code, sub_code: data.subCode } : {};
}

function decrypt(response: string, key: string): unknown {
  return readJson(() => {
    const decipher = createDecipheriv('aes-128-cbc', Buffer.from(key, 'base64'), iv);
    return readStrictJson(Buffer.concat([decipher.update(response, 'base64'), decipher.final()]));
  });
}

/** @throws sealed_data_invalid, whatever is wrong */
function readJson(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    throw unfit('not JSON');
  }
}
