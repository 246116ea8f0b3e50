import { exchangeJscode } from './jscode2session.ts';
import { openPhone, wechatPhone } from './phone.ts';
import { definePlatform } from './platform.ts';
import { openSignedProfile, wechatProfile } from './sealedProfile.ts';
import { exchangeByComponent } from './wechatComponent.ts';
import { wechatComponentPushes } from './wechatComponentPushes.ts';
import { wechatContentCheck } from './wechatContentCheck.ts';
import { exchangePhoneCode } from './wechatPhoneCode.ts';
import { wechatPushes } from './wechatPushes.ts';
import { wechatOrigin } from './wechatRequests.ts';
import { wechatRiskRank } from './wechatRiskRank.ts';
import { wechatScanCode } from './wechatScanCode.ts';
import { hasAccessToken, wechatSettings } from './wechatSettings.ts';

/** WeChat mini-programs (docs/platforms.md, 1). */
export const wechat = definePlatform({
  displayName: { en: 'WeChat', zh: '微信' },
  settings: wechatSettings,
  usualSettings: ['app_secret'],
  exchangeCode(code, { app_secret, component, ...settings }, upstream) {
    if (component) return exchangeByComponent(code, component, settings, upstream);
    return exchangeJscode(wechatOrigin, code, { ...settings, app_secret: app_secret ?? '' }, upstream);
  },
  openProfile: (grant, person, settings) => openSignedProfile(grant, person, settings, wechatProfile),
  phone: (settings) => ({
    ...(hasAccessToken(settings) && { codes: 'checked' as const }),
    sealed: settings.sealed_phone,
    async read(grant, holder, upstream) {
      if (grant.phone_code === undefined) return openPhone(wechatPhone, grant, holder, settings, upstream.now());
      return { number: await exchangePhoneCode(grant.phone_code, holder.openid, settings, upstream), trust: 'believed' };
    },
  }),
  pushes({ app_id, component, push_token, push_aes_key }) {
    if (component) return wechatPushes({ ...component, app_id, sealed_for: component.app_id });
    return push_token === undefined ? undefined : wechatPushes({ app_id, push_token, push_aes_key });
  },
  componentPushes: ({ component }) => component && { appId: component.app_id, receiver: wechatComponentPushes(component) },
  contentCheck: (settings) => (hasAccessToken(settings) ? wechatContentCheck(settings) : undefined),
  scanCode: (settings) => (hasAccessToken(settings) ? wechatScanCode(settings) : undefined),
  riskRank: (settings) => (hasAccessToken(settings) ? wechatRiskRank(settings) : undefined),
  unverified: ({ component }) =>
    component?.authorizer_refresh_token && 'only a call in the name of the app shows whether component.authorizer_refresh_token is right',
});
