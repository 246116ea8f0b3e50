import { defineWebLogin } from './webLogin.ts';
import { exchangeOauthCode, oauthSettings, pageOf } from './wechatOauth.ts';

/** Pages inside WeChat, which belong to an official account (docs/platforms.md, 1.10). */
export const oauthWechatMp = defineWebLogin({
  displayName: { en: 'WeChat official account', zh: '微信公众号网页' },
  settings: oauthSettings,
  canBeSilent: true,
  pageFor: (visit, settings) => pageOf('/connect/oauth2/authorize', visit.silent ? 'snsapi_base' : 'snsapi_userinfo', visit, settings),
  exchangeCode: (code, options, settings, upstream) => exchangeOauthCode(code, options, settings, upstream, true),
});
