import * as z from 'zod';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import type { PhoneNumber } from '../store/schema.ts';
import type { GrantedPhone, PhoneClient, PhoneGrant, PhoneHolder } from './platform.ts';
import { checkSealedFor, checkSealedOf, knownKey, openSealed, toShape, unfit } from './sealed.ts';

/** Seconds for which a sealed number is valid, and by which the platform's clock may be ahead. */
const lifetime = 600;
const skew = 300;

const text = z.string().max(64);
/** Documented as text; the example shows a number. */
const countryCode = z.union([text, z.int()]).transform(String);

/** A number in a reply of WeChat's server. */
export const wechatPhoneReply = z.object({
  phoneNumber: text,
  purePhoneNumber: text,
  countryCode,
  watermark: z.object({ appid: z.string() }),
});

/** A number sealed by WeChat, with exactly these fields. */
export const wechatPhone = z.strictObject({
  ...wechatPhoneReply.shape,
  watermark: z.strictObject({ appid: z.string(), timestamp: z.int() }),
});

/** A number sealed by a platform that documents no field names. Allows those of other platforms, none of which occurs in a profile. */
const undocumentedShape = z.strictObject({
  phoneNumber: text.optional(),
  purePhoneNumber: text.optional(),
  countryCode: countryCode.optional(),
  mobile: text.optional(),
  openid: z.string().optional(),
  open_id: z.string().optional(),
  watermark: z.strictObject({ appid: z.string(), timestamp: z.int().optional() }).optional(),
});
type SealedPhone = z.infer<typeof undocumentedShape>;

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
  if (bare === undefined) return phoneNumber === undefined ? undefined : toCanonical(withCode(phoneNumber, code));
  const whole = code === undefined ? bare : `+${code}${bare}`;
  // Mainland numbers have no country code, and some hosts omit the plus.
  const spellings = [whole, ...(code === undefined ? [] : [`${code}${bare}`]), ...(code === '86' ? [bare] : [])];
  return phoneNumber === undefined || spellings.includes(phoneNumber) ? toCanonical(whole) : undefined;
}

/** @returns undefined if number and country code disagree or are ambiguous */
function withCode(number: string, code: string | undefined): string | undefined {
  if (code === undefined) return number;
  if (number.startsWith('+')) return number.startsWith(`+${code}`) ? number : undefined;
  if (!number.startsWith(code)) return `+${code}${number}`;
  return code === '86' ? `+${number}` : undefined;
}

/** Accepts digits only, because platforms send numbers without separators. */
const toCanonical = async (whole = '') => (/^\+?[0-9]+$/.test(whole) ? canonicalPhone(whole) : undefined);

/**
 * Opens a number that was sealed as WeChat does (docs/platforms.md, 0).
 *
 * @param shape the allowed fields
 * @param now unix seconds
 * @throws session_key_expired, sealed_data_invalid
 */
export async function openPhone(
  shape: z.ZodType<SealedPhone>,
  { encryptedData, iv }: PhoneGrant,
  holder: PhoneHolder,
  { app_id, sealed_phone }: OpeningSettings,
  now: number,
): Promise<GrantedPhone> {
  if (encryptedData === undefined || iv === undefined) throw unfit('nothing is sealed');
  const sessionKey = knownKey(holder);
  const { openid, open_id, watermark, ...info } = toShape(shape, openSealed({ encryptedData, iv }, sessionKey));
  checkSealedFor(app_id, watermark?.appid);
  checkSealedOf(holder.openid, openid);
  checkSealedOf(holder.openid, open_id);
  const at = watermark?.timestamp;
  if (at !== undefined && (at < now - lifetime || at > now + skew)) throw unfit('too old, or in the future', { age: now - at });
  const number = await readNumber(info);
  if (number === undefined) throw unfit('no phone number');
  return { number, trust: sealed_phone, opened: { key: sessionKey, content: `${number} ${at ?? ''}` } };
}

/** Settings that `openPhone` needs. */
interface OpeningSettings {
  app_id: string;
  sealed_phone: GrantedPhone['trust'];
}

/** The phone button of a platform that documents no field names. The app's settings allow further names, whose values are ignored. */
export function undocumentedPhone(settings: OpeningSettings & { phone_fields: readonly string[] }): PhoneClient {
  const further = settings.phone_fields.map((name) => [name, z.union([text, z.number(), z.boolean()]).optional()]);
  const shape: z.ZodType<SealedPhone> = undocumentedShape.extend(Object.fromEntries(further));
  return {
    sealed: settings.sealed_phone,
    read: (grant, holder, upstream) => openPhone(shape, grant, holder, settings, upstream.now()),
  };
}
