import type { OperationId, PlatformName } from '../../generated/operations.ts';
import { platformNames } from '../platforms/index.ts';
import { link } from './platformLinks.ts';
import { authorizedLogin, silentLogin } from './platformLogins.ts';
import { phoneLogin, updatePhone } from './platformPhones.ts';
import { updatePlainProfile, updateProfile } from './platformProfiles.ts';

/** The platforms' operations. Those that every platform has are derived from the platform's name; others are listed. */
export const platformOperations = {
  ...onEveryPlatform('silentLogin', silentLogin),
  ...onEveryPlatform('authorizedLogin', authorizedLogin),
  ...onEveryPlatform('link', link),

  phoneLoginWechat: phoneLogin('wechat'),
  phoneLoginWechatV25: withoutPhoneCode(phoneLogin('wechat')),
  updatePhoneWechat: updatePhone('wechat'),
  updatePhoneWechatV25: withoutPhoneCode(updatePhone('wechat')),
  updateProfileWechat: updateProfile('wechat'),
  updateProfileWechatV25: updatePlainProfile('wechat'),

  phoneLoginKuaishou: phoneLogin('kuaishou'),
  updatePhoneKuaishou: updatePhone('kuaishou'),

  phoneLoginAlipay: phoneLogin('alipay'),
  updatePhoneAlipay: updatePhone('alipay'),

  phoneLoginBytedance: phoneLogin('bytedance'),
  updatePhoneBytedance: updatePhone('bytedance'),

  phoneLoginXiaohongshu: phoneLogin('xiaohongshu'),
  updatePhoneXiaohongshu: updatePhone('xiaohongshu'),
};

type Verb = 'silentLogin' | 'authorizedLogin' | 'link';

/** Creates a verb's handlers for all platforms, by operationId such as `silentLoginQq`. */
function onEveryPlatform<V extends Verb, Handler>(
  verb: V,
  handlerOf: (platform: PlatformName) => Handler,
): { [P in PlatformName as Extract<`${V}${Capitalize<P>}`, OperationId>]: Handler } {
  const handlers = platformNames.map((platform) => [`${verb}${platform[0]?.toUpperCase()}${platform.slice(1)}`, handlerOf(platform)]);
  return Object.fromEntries(handlers);
}

/** Ignores a phone code, which older versions of the operations do not have. */
function withoutPhoneCode<Request extends { body: object }, T>(operation: (request: Request) => Promise<T>) {
  return (request: Request): Promise<T> => operation({ ...request, body: { ...request.body, phone_code: undefined } });
}
