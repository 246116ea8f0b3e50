import { exchangeJscode } from './jscode2session.ts';
import { openPhone, wechatPhoneInfo } from './phone.ts';
import { definePlatform, type PhoneReader, platformSettings } from './platform.ts';
import { openSignedProfile, watermarkedProfile } from './sealedProfile.ts';
import { exchangePhoneCode } from './wechatPhoneCode.ts';

/** WeChat mini-programs (platforms.md, 1). */
export const wechat = definePlatform({
  settings: platformSettings,
  exchangeCode: (code, settings, upstream) => exchangeJscode('https://api.weixin.qq.com', code, settings, upstream),
  openProfile: (grant, person, settings) => openSignedProfile(grant, person, settings, watermarkedProfile),
});

/** The number from the sealed data, as hosts before base library 2.21.2 give it. */
export const openSealedPhone: PhoneReader = async (grant, holder, settings) => openPhone(wechatPhoneInfo, grant, holder, settings);

export const readPhone: PhoneReader = (grant, holder, settings, upstream) =>
  grant.phone_code === undefined
    ? openSealedPhone(grant, holder, settings, upstream)
    : exchangePhoneCode(grant.phone_code, holder.openid, settings, upstream);
