import * as z from 'zod';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import type { PhoneNumber } from '../store/schema.ts';
import type { GrantedPhone, PhoneGrant, PhoneHolder } from './platform.ts';
import { checkSealedFor, checkSealedOf, knownKey, openSealed, toShape, unfit } from './sealed.ts';

/** Seconds for which a sealed number is good, and how far the platform's clock may be ahead of ours. */
const lifetime = 600;
const skew = 300;

const text = z.string().max(64);
/** Documented as text, shown as a number. */
const countryCode = z.union([text, z.int()]).transform(String);

/** A number in a reply of WeChat's server. */
export const wechatPhoneReply = z.object({
  phoneNumber: text,
  purePhoneNumber: text,
  countryCode,
  watermark: z.object({ appid: z.string() }),
});

/** A number that WeChat sealed: these fields and no others. */
export const wechatPhone = z.strictObject({
  ...wechatPhoneReply.shape,
  watermark: z.strictObject({ appid: z.string(), timestamp: z.int() }),
});

/** A number sealed by a platform that documents no field names: those of other platforms. None of them occurs in a profile. */
const undocumentedPhone = z.strictObject({
  phoneNumber: text.optional(),
  purePhoneNumber: text.optional(),
  countryCode: countryCode.optional(),
  mobile: text.optional(),
  openid: z.string().optional(),
  open_id: z.string().optional(),
  watermark: z.strictObject({ appid: z.string(), timestamp: z.int().optional() }).optional(),
});
type SealedPhone = z.infer<typeof undocumentedPhone>;

/** @param more names of an app's own choice, whose values are ignored */
export const undocumentedPhoneWith = (more: readonly string[]): z.ZodType<SealedPhone> =>
  undocumentedPhone.extend(Object.fromEntries(more.map((name) => [name, z.union([text, z.number(), z.boolean()]).optional()])));

/**
 * Normalises a number.
 *
 * @returns undefined if there is none, or if its parts disagree
 */
export async function readNumber({
  phoneNumber,
  purePhoneNumber,
  countryCode,
  mobile,
}: Pick<SealedPhone, 'phoneNumber' | 'purePhoneNumber' | 'countryCode' | 'mobile'>): Promise<PhoneNumber | undefined> {
  const bare = purePhoneNumber ?? mobile;
  if (mobile !== undefined && mobile !== bare) return undefined;
  const code = countryCode?.replace(/^\+/, '');
  if (code !== undefined && !/^[1-9]\d{0,3}$/.test(code)) return undefined;
  if (bare === undefined) return phoneNumber === undefined ? undefined : toKept(withCode(phoneNumber, code));
  const whole = code === undefined ? bare : `+${code}${bare}`;
  // Mainland numbers come bare; some hosts leave the plus out.
  const spellings = [whole, ...(code === undefined ? [] : [`${code}${bare}`]), ...(code === '86' ? [bare] : [])];
  return phoneNumber === undefined || spellings.includes(phoneNumber) ? toKept(whole) : undefined;
}

/** @returns undefined if number and country code disagree or are ambiguous */
function withCode(number: string, code: string | undefined): string | undefined {
  if (code === undefined) return number;
  if (number.startsWith('+')) return number.startsWith(`+${code}`) ? number : undefined;
  if (!number.startsWith(code)) return `+${code}${number}`;
  return code === '86' ? `+${number}` : undefined;
}

/** Platforms decorate no number, whatever people type. */
const toKept = async (whole = '') => (/^\+?[0-9]+$/.test(whole) ? canonicalPhone(whole) : undefined);

/**
 * Opens a number that was sealed by the rules that WeChat set (docs/platforms.md, 0).
 *
 * @param shape the fields that are allowed with the number
 * @param now unix seconds
 * @throws session_key_expired, sealed_data_invalid
 */
export async function openPhone(
  shape: z.ZodType<SealedPhone>,
  { encryptedData, iv }: PhoneGrant,
  holder: PhoneHolder,
  { app_id, sealed_phone }: { app_id: string; sealed_phone: GrantedPhone['trust'] },
  now: number,
): Promise<GrantedPhone> {
  if (encryptedData === undefined || iv === undefined) throw unfit('nothing is sealed');
  const sessionKey = knownKey(holder);
  const { openid, open_id, watermark, ...info } = toShape(shape, openSealed({ encryptedData, iv }, sessionKey));
  checkSealedFor(app_id, watermark?.appid);
  checkSealedOf(holder.openid, openid);
  checkSealedOf(holder.openid, open_id);
  const at = watermark?.timestamp;
  if (at !== undefined && (at < now - lifetime || at > now + skew)) throw unfit('too old, or of the future', { age: now - at });
  const number = await readNumber(info);
  if (number === undefined) throw unfit('no phone number');
  return { number, trust: sealed_phone, opened: { sessionKey, content: `${number} ${at ?? ''}` } };
}
