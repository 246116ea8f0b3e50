import { seal, signatureOf } from './sealing.ts';
import { contentOf, type Tap } from './tap.ts';

export const watermarkOf = ({ appId, time }: Tap) => ({ timestamp: time, appid: appId });

/**
 * The result of `getUserInfo` on WeChat, QQ and Kuaishou: the profile in plain text, its signature, and its sealed form.
 *
 * @param sealedFields further fields of the sealed form
 */
export function signedProfile(tap: Tap, userInfo: object, sealedFields: object) {
  const rawData = JSON.stringify(userInfo);
  const signature = signatureOf(tap.tampered === 'bad_signature' ? `${rawData} ` : rawData, tap.sessionKey);
  return { userInfo, rawData, signature, ...seal(contentOf(tap, { ...userInfo, ...sealedFields }), tap.sessionKey) };
}
