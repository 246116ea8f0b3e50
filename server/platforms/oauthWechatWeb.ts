import { defineWebLogin } from './webLogin.ts';
import { exchangeOauthCode, oauthSettings, pageOf } from './wechatOauth.ts';

/** Parameters of WeChat's embedded QR code, which the app's page adds for a frame. */
const frameParameters: Record<string, RegExp> = {
  self_redirect: /^(true|false)$/,
  style: /^(black|white)$/,
  href: /^(https:\/\/|data:text\/css[;,])/,
};

/** WeChat on web pages, by a QR code (docs/platforms.md, 1.10). */
export const oauthWechatWeb = defineWebLogin({
  displayName: { en: 'WeChat on the web', zh: '微信网页扫码' },
  settings: oauthSettings,
  canBeSilent: false,
  pageFor(visit, settings) {
    const added = Object.entries(frameParameters).flatMap(([name, allowed]) => {
      const value = visit.extras.get(name);
      return value !== null && allowed.test(value) ? [[name, value]] : [];
    });
    return pageOf('/connect/qrconnect', 'snsapi_login', visit, settings, Object.fromEntries(added));
  },
  exchangeCode: (code, options, settings, upstream) => exchangeOauthCode(code, options, settings, upstream, false),
});
