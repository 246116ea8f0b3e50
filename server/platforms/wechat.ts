import * as z from 'zod';
import { exchangeJscode } from './jscode2session.ts';
import { openPhone, wechatPhone } from './phone.ts';
import { definePlatform } from './platform.ts';
import { openSignedProfile, wechatProfile } from './sealedProfile.ts';
import { appSecretSettings, sealedPhone } from './settings.ts';
import { wechatContentCheck } from './wechatContentCheck.ts';
import { exchangePhoneCode } from './wechatPhoneCode.ts';
import { wechatPushes } from './wechatPushes.ts';
import { wechatRiskRank } from './wechatRiskRank.ts';
import { scanCodeSettings, wechatScanCode } from './wechatScanCode.ts';

const settings = appSecretSettings.extend({
  /** WeChat's server gives the number for a phone code, so a sealed number verifies nothing unless the app opts in. */
  sealed_phone: sealedPhone.default('unproven'),
  /** Token and EncodingAESKey of the message push in WeChat's console. Without a token the server receives no pushes. */
  push_token: z
    .string()
    .regex(/^[A-Za-z0-9]{3,32}$/, 'must be the Token of the message push: 3 to 32 letters and digits')
    .meta({ secret: true })
    .optional(),
  push_aes_key: z
    .string()
    .regex(/^[A-Za-z0-9]{43}$/, 'must be the EncodingAESKey of the message push: 43 letters and digits')
    .meta({ secret: true })
    .optional(),
  /** The code of the mini-program that a page shows (`scan_login`). */
  scan_code: scanCodeSettings.optional(),
});

/** WeChat mini-programs (docs/platforms.md, 1). */
export const wechat = definePlatform({
  displayName: { en: 'WeChat', zh: '微信' },
  settings,
  exchangeCode: (code, settings, upstream) => exchangeJscode('https://api.weixin.qq.com', code, settings, upstream),
  openProfile: (grant, person, settings) => openSignedProfile(grant, person, settings, wechatProfile),
  phone: (settings) => ({
    codes: 'checked',
    sealed: settings.sealed_phone,
    async read(grant, holder, upstream) {
      if (grant.phone_code === undefined) return openPhone(wechatPhone, grant, holder, settings, upstream.now());
      return { number: await exchangePhoneCode(grant.phone_code, holder.openid, settings, upstream), trust: 'believed' };
    },
  }),
  pushes: ({ app_id, push_token, push_aes_key }) =>
    push_token === undefined ? undefined : wechatPushes({ app_id, push_token, push_aes_key }),
  contentCheck: (settings) => wechatContentCheck(settings),
  scanCode: (settings) => wechatScanCode(settings),
  riskRank: (settings) => wechatRiskRank(settings),
});
