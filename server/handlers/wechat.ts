import { openSealedPhone, readPhone } from '../platforms/wechat.ts';
import { link } from './platformLinks.ts';
import { authorizedLogin, silentLogin } from './platformLogins.ts';
import { phoneLogin, updatePhone } from './platformPhones.ts';
import { updatePlainProfile, updateProfile } from './platformProfiles.ts';

export const wechatOperations = {
  silentLoginWechat: silentLogin('wechat'),
  authorizedLoginWechat: authorizedLogin('wechat'),
  linkWechat: link('wechat'),
  phoneLoginWechat: phoneLogin('wechat', readPhone),
  phoneLoginWechatV25: phoneLogin('wechat', openSealedPhone),
  updatePhoneWechat: updatePhone('wechat', readPhone),
  updatePhoneWechatV25: updatePhone('wechat', openSealedPhone),
  updateProfileWechat: updateProfile('wechat'),
  updateProfileWechatV25: updatePlainProfile('wechat'),
};
