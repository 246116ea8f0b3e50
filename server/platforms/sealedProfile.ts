import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { PlatformIdentity, Profile, ProfileGrant } from './platform.ts';
import { replyIdOrNone } from './replyId.ts';
import { checkSealedFor, checkSealedOf, checkSignature, knownKey, openSealed, type Sealed, toShape, unfit } from './sealed.ts';
import type { PlatformSettings } from './settings.ts';
import { parseStrictJson } from './strictJson.ts';
import { plainText, toProfile, userInfo } from './userInfo.ts';

/** Fields of a sealed profile that `rawData` does not have. */
const unshown = {
  openId: z.string().optional(),
  unionId: replyIdOrNone.optional(),
  watermark: z.object({ appid: z.string() }).optional(),
};
type Unshown = keyof typeof unshown;

const profile = userInfo.required({ nickName: true });
const sealedProfile = profile.extend(unshown);

/** Whether a profile may have a field of that name, ignoring case and underscores. */
export const isProfileField = (name: string): boolean => profileNames.has(spelled(name));
const spelled = (name: string) => name.toLowerCase().replaceAll('_', '');
const profileNames: ReadonlySet<string> = new Set([...Object.keys(sealedProfile.shape).map(spelled), 'headimgurl', 'sex']);

/** Not `z.object`, which would drop unknown fields before they are compared. */
const object = z.custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

interface SignedProfileRules {
  /** Fields that may be sealed without being in `rawData`. */
  sealedAlone: readonly Unshown[];
  /** Fields that must be sealed if they are in `rawData`. */
  sealedToo: readonly (keyof typeof userInfo.shape)[];
  watermarked: boolean;
}

/** Rules of WeChat and QQ, whose documents have no `language` in the sealed profile. */
const wechatLike = {
  sealedAlone: ['openId', 'unionId', 'watermark'],
  sealedToo: ['nickName', 'avatarUrl', 'gender', 'city', 'province', 'country'],
} as const;
export const wechatProfile: SignedProfileRules = { ...wechatLike, watermarked: true };
export const qqProfile: SignedProfileRules = { ...wechatLike, watermarked: false };
/** Kuaishou documents no watermark and no unionid. */
export const kuaishouProfile: SignedProfileRules = {
  sealedAlone: ['openId', 'watermark'],
  sealedToo: ['nickName', 'avatarUrl', 'gender'],
  watermarked: false,
};
/** ByteDance's profile of `getUserProfile` names no person. That of the older `getUserInfo` may. */
export const bytedanceProfile: SignedProfileRules = { ...wechatLike, watermarked: true };
/** Xiaohongshu documents the cipher and the signature, but no fields. */
export const xiaohongshuProfile: SignedProfileRules = {
  sealedAlone: ['openId', 'watermark'],
  sealedToo: ['nickName', 'avatarUrl', 'gender'],
  watermarked: false,
};

/**
 * Opens the profile of a host that signs it as WeChat does; undefined if the client sent none. `rawData` is signed and the sealed form is
 * not, so the profile is read from `rawData`, and the sealed form must be equal.
 *
 * @throws signature_invalid, session_key_expired, sealed_data_invalid
 */
export function openSignedProfile(
  { rawData, signature, encryptedData, iv }: ProfileGrant,
  person: PlatformIdentity,
  { app_id }: PlatformSettings,
  rules: SignedProfileRules,
): Profile | undefined {
  if (rawData === undefined || signature === undefined || encryptedData === undefined || iv === undefined) return undefined;
  const key = knownKey(person);
  checkSignature(rawData, signature, key);
  const signed = toSigned(rawData);
  const opened = toShape(object, openSealed({ encryptedData, iv }, key));
  checkEqual(opened, signed, rules);

  const { openId, unionId, watermark } = toShape(sealedProfile, opened);
  if (rules.watermarked && watermark === undefined) throw unfit('no watermark');
  checkSealedFor(app_id, watermark?.appid);
  checkSealedOf(person.openid, openId);
  if (unionId && person.unionid) checkSealedOf(person.unionid, unionId);
  const isSigned = unionId && signed.unionId === unionId;
  return { ...toProfile(toShape(profile, signed)), ...(isSigned && { unionid: unionId }) };
}

function toSigned(rawData: string): Record<string, unknown> {
  try {
    return object.parse(parseStrictJson(rawData));
  } catch {
    throw unfit('rawData is not an object');
  }
}

/** @throws sealed_data_invalid if sealed and signed fields differ */
function checkEqual(opened: Record<string, unknown>, signed: Record<string, unknown>, rules: SignedProfileRules): void {
  const alone: ReadonlySet<string> = new Set(rules.sealedAlone);
  const differing = [
    ...Object.keys(opened).filter((name) => (Object.hasOwn(signed, name) || !alone.has(name)) && !isSame(opened[name], signed[name])),
    ...rules.sealedToo.filter((name) => Object.hasOwn(signed, name) && !Object.hasOwn(opened, name)),
  ];
  if (differing.length === 0) return;
  // Unknown names are the client's text, which is not logged.
  throw unfit('differs from rawData', { fields: differing.map((name) => (Object.hasOwn(sealedProfile.shape, name) ? name : '(unknown)')) });
}

/** Whether two values are equal, ignoring control characters, broken surrogates and numbers written as text. */
const isSame = (a: unknown, b: unknown) => isDeepStrictEqual(asText(a), asText(b));
const asText = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? plainText(String(value)) : value);

/**
 * Opens a profile that is sealed but not signed, which is for display only. Its `unionId` is ignored.
 *
 * @throws session_key_expired, sealed_data_invalid
 */
export function openSealedProfile(sealed: Sealed, person: PlatformIdentity, { app_id }: PlatformSettings): Profile {
  const { openId, unionId, watermark, ...original } = toShape(sealedProfile, openSealed(sealed, knownKey(person)));
  checkSealedFor(app_id, watermark?.appid);
  checkSealedOf(person.openid, openId);
  return toProfile(original);
}
