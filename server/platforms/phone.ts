import * as z from 'zod';
import { ApiError } from '../errors.ts';
import type { PhoneGrant, PhoneHolder, PlatformSettings } from './platform.ts';
import { parseReply } from './reply.ts';
import { checkSealedFor, knownKey, openSealed } from './sealed.ts';
import { watermark } from './sealedProfile.ts';

const number = z.string().max(64);

/** What the platforms say of a phone number. Kuaishou's documents name no fields, so all of them are optional there. */
export const phoneInfo = z.object({
  phoneNumber: number.optional(),
  purePhoneNumber: number.optional(),
  /** Documented as text, shown as a number. */
  countryCode: z.union([number, z.number()]).transform(String).optional(),
  mobile: number.optional(),
  watermark: watermark.optional(),
});
export type PhoneInfo = z.infer<typeof phoneInfo>;

/** WeChat's, where a watermark always stands beside the number. */
export const wechatPhoneInfo = phoneInfo.required({ phoneNumber: true, watermark: true });

/**
 * The number in the one form that is stored: mainland numbers bare, others as `+<country code><number>`.
 *
 * @throws payload_corrupt where there is none; payload_foreign where the watermark names another app than `appId`
 */
export function readNumber({ phoneNumber, purePhoneNumber, countryCode, mobile, watermark }: PhoneInfo, appId: string): string {
  checkSealedFor(appId, watermark?.appid);
  const bare = purePhoneNumber ?? mobile;
  const whole = bare && countryCode ? `+${countryCode.replace('+', '')}${bare}` : (phoneNumber ?? bare ?? '');
  const stored = whole.replace(/^\+86/, '');
  if (!/^\+?[0-9]{5,19}$/.test(stored)) throw new ApiError('payload_corrupt', { detail: { fault: 'no phone number' } });
  return stored;
}

/**
 * A number sealed by the rules that WeChat set (platforms.md, 0).
 *
 * @throws session_key_expired, payload_corrupt, payload_foreign
 */
export const openPhone = (shape: z.ZodType<PhoneInfo>, grant: PhoneGrant, holder: PhoneHolder, { app_id }: PlatformSettings): string =>
  readNumber(parseReply(shape, openSealed(grant, knownKey(holder)), 'payload_corrupt'), app_id);
