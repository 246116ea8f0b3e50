import { link } from './platformLinks.ts';
import { authorizedLogin, silentLogin } from './platformLogins.ts';
import { phoneLogin, updatePhone } from './platformPhones.ts';
import { updatePlainProfile, updateProfile } from './platformProfiles.ts';

/** The older versions know no phone code, whatever else a client sends. */
const sealedOnly =
  <Request extends { body: object }, T>(operation: (request: Request) => Promise<T>) =>
  (request: Request): Promise<T> =>
    operation({ ...request, body: { ...request.body, phone_code: undefined } });

export const wechatOperations = {
  silentLoginWechat: silentLogin('wechat'),
  authorizedLoginWechat: authorizedLogin('wechat'),
  linkWechat: link('wechat'),
  phoneLoginWechat: phoneLogin('wechat'),
  phoneLoginWechatV25: sealedOnly(phoneLogin('wechat')),
  updatePhoneWechat: updatePhone('wechat'),
  updatePhoneWechatV25: sealedOnly(updatePhone('wechat')),
  updateProfileWechat: updateProfile('wechat'),
  updateProfileWechatV25: updatePlainProfile('wechat'),
};
