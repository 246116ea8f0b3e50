import * as z from 'zod';
import type { PlatformIdentity, PlatformSettings, Profile, ProfileGrant } from './platform.ts';
import { parseReply } from './reply.ts';
import { checkSealedFor, checkSealedOf, checkSignature, knownKey, openSealed, type Sealed } from './sealed.ts';
import { toProfile, userInfo } from './userInfo.ts';

/** Names the app that the data was sealed for. */
export const watermark = z.object({ appid: z.string() });

const profile = userInfo.required({ nickName: true }).extend({
  openId: z.string().optional(),
  unionId: z.string().max(128).optional(),
  watermark: watermark.optional(),
});

/**
 * The profile of WeChat, QQ and Kuaishou, whose plain form is signed; undefined where the client sent none.
 *
 * @throws signature_invalid, session_key_expired, payload_corrupt, payload_foreign
 */
export function openSignedProfile(
  { rawData, signature, encryptedData, iv }: ProfileGrant,
  person: PlatformIdentity,
  settings: PlatformSettings,
  shape: z.ZodType<z.infer<typeof profile>> = profile,
): Profile | undefined {
  if (rawData === undefined || signature === undefined || encryptedData === undefined || iv === undefined) return undefined;
  checkSignature(rawData, signature, knownKey(person));
  return openSealedProfile({ encryptedData, iv }, person, settings, shape);
}

/**
 * A profile sealed by the rules that WeChat set (platforms.md, 0).
 *
 * @throws session_key_expired, payload_corrupt, payload_foreign
 */
export function openSealedProfile(
  sealed: Sealed,
  person: PlatformIdentity,
  { app_id }: PlatformSettings,
  shape: z.ZodType<z.infer<typeof profile>> = profile,
): Profile {
  const { openId, unionId, watermark, ...original } = parseReply(shape, openSealed(sealed, knownKey(person)), 'payload_corrupt');
  checkSealedFor(app_id, watermark?.appid);
  checkSealedOf(person.openid, openId);
  return { ...toProfile(original), ...(unionId && { unionid: unionId }) };
}

/** A platform that always puts a watermark in. */
export const watermarkedProfile = profile.required({ watermark: true });
