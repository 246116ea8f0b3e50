import { notImplemented } from '../handlers/notImplemented.ts';
import { silentLogin } from '../handlers/platformLogins.ts';
import { exchangeJscode } from './jscode2session.ts';
import { definePlatform, platformSettings } from './platform.ts';

/** WeChat mini-programs (platforms.md, 1). */
export const wechat = definePlatform({
  settings: platformSettings,
  exchangeCode: (code, settings, upstream) => exchangeJscode('https://api.weixin.qq.com', code, settings, upstream),
});

export const wechatOperations = {
  silentLoginWechat: silentLogin('wechat'),
  authorizedLoginWechat: notImplemented,
  linkWechat: notImplemented,
  phoneLoginWechat: notImplemented,
  phoneLoginWechatV25: notImplemented,
  updatePhoneWechat: notImplemented,
  updatePhoneWechatV25: notImplemented,
  updateProfileWechat: notImplemented,
  updateProfileWechatV25: notImplemented,
};
