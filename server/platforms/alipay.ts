import * as z from 'zod';
import { UpstreamError } from '../upstream/errors.ts';
import { parseReply } from '../upstream/reply.ts';
import { callGateway } from './alipayGateway.ts';
import { alipayPhone } from './alipayPhone.ts';
import { alipaySettings } from './alipaySettings.ts';
import type { ErrorTable } from './errorTable.ts';
import { definePlatform } from './platform.ts';
import { replyIdOrNone } from './replyId.ts';
import { saidProfile } from './saidProfile.ts';
import { text } from './userInfo.ts';

/** An id, which is absent, null or empty if Alipay reports none. */
const id = z
  .union([replyIdOrNone, z.int().positive().transform(String)])
  .nullish()
  .transform((value) => value || undefined);
const ids = z.object({ open_id: id, user_id: id, union_id: id });
const token = ids.extend({ access_token: z.string().min(1).max(512).optional() });
const share = ids.extend({
  nick_name: text(256).nullish(),
  avatar: text(2048).nullish(),
  gender: z.string().max(16).nullish(),
  province: text(256).nullish(),
  city: text(256).nullish(),
});
const shareNames = { nickname: 'nick_name', avatar: 'avatar', gender: 'gender', province: 'province', city: 'city' } as const;

/** The exchange's own errors (docs/platforms.md, 6.3). The code is the only parameter that differs between people. */
export const alipayErrors: ErrorTable = {
  'isv.code-invalid': 'code_invalid',
  'isv.code-expired': 'code_invalid',
  'isv.code-is-used': 'code_used',
};

/** Alipay mini-programs (docs/platforms.md, 6), through the gateway's signed calls. */
export const alipay = definePlatform({
  displayName: { en: 'Alipay', zh: '支付宝' },
  settings: alipaySettings,
  usualSettings: ['alipay_public_key'],
  async exchangeCode(code, settings, upstream) {
    const answer = await callGateway(
      'alipay.system.oauth.token',
      { grant_type: 'authorization_code', code },
      alipayErrors,
      settings,
      upstream,
    );
    const { open_id, user_id, union_id, access_token } = parseReply(token, answer);
    const openid = open_id ?? user_id;
    if (openid === undefined) throw new UpstreamError('failed', { detail: { fault: 'neither open_id nor user_id' } });
    return {
      openid,
      formerOpenid: user_id ?? null,
      ...(union_id && { unionid: union_id }),
      profile: { ...(user_id && { user_id }), ...(open_id && { open_id }) },
      ...(access_token && { accessToken: access_token }),
      linkFields: { ...(user_id && { alipay_user_id: user_id }) },
    };
  },
  openProfile: () => undefined,
  async fetchProfile({ openid, formerOpenid, accessToken }, settings, upstream) {
    if (accessToken === undefined) throw new UpstreamError('failed', { detail: { fault: 'no access_token' } });
    const answer = await callGateway('alipay.user.info.share', { auth_token: accessToken }, {}, settings, upstream);
    const { open_id, user_id, union_id: _union_id, ...profile } = parseReply(share, answer);
    const isOther = (one: string | undefined, other: string | null | undefined) => one !== undefined && other != null && one !== other;
    const hasOpenid = openid !== formerOpenid;
    if ((hasOpenid && isOther(open_id, openid)) || isOther(user_id, formerOpenid)) {
      throw new UpstreamError('failed', { detail: { fault: 'profile of another person' } });
    }
    return saidProfile(profile, shareNames);
  },
  phone: alipayPhone,
  unverified: "Alipay accepts the app's key, and its own signature fits; only a real login shows whether the app may read profiles",
});
