import type { OperationId } from '../../generated/operations.ts';
import type { RateLimitName } from './rates.ts';

// The narrowest first: what one limit refuses does not count for those after it.
const passwordLogin: RateLimitName[] = ['password_account_ip', 'login_account_ip', 'password_ip', 'password_account'];
const codeCheck: RateLimitName[] = ['code_account_ip', 'code_ip'];
const registration: RateLimitName[] = ['register_account_ip', 'register_ip'];
const platformLogin: RateLimitName[] = ['identity', 'platform_ip'];
const sealedLogin: RateLimitName[] = ['sealed_identity', 'identity', 'sealed_ip', 'platform_ip'];
const sealedChange: RateLimitName[] = ['sealed_identity', 'identity', 'user', 'sealed_ip', 'platform_ip'];
const none: RateLimitName[] = [];

/** Which rate limits each operation of the contract has. An operation without an entry does not compile. */
export const operationLimits: Readonly<Record<OperationId, readonly RateLimitName[]>> = {
  registerByUsername: registration,
  registerByEmail: registration,
  registerByPhone: registration,
  updateAccount: ['user', 'password_account_ip', 'password_ip', 'password_account', ...registration],

  loginByUsername: passwordLogin,
  loginByEmail: passwordLogin,
  loginByPhone: passwordLogin,
  loginBySmsCode: codeCheck,
  loginAnonymously: ['anonymous_ip'],
  logout: none,

  getUser: none,
  updateUser: ['update_user', 'update_ip'],
  listUsers: ['list_user', 'list_ip'],

  sendSmsCode: ['send_ip', 'sms_app'],
  checkSmsCode: codeCheck,
  verifyPhone: ['user', ...codeCheck],
  sendVerificationEmail: ['user', 'send_ip', 'mail_app'],
  requestPasswordReset: ['send_ip', 'mail_app'],

  getServerTime: none,
  getLatestSdkVersion: none,

  silentLoginWechat: platformLogin,
  authorizedLoginWechat: sealedLogin,
  linkWechat: sealedChange,
  phoneLoginWechat: sealedLogin,
  phoneLoginWechatV25: sealedLogin,
  updatePhoneWechat: sealedChange,
  updatePhoneWechatV25: sealedChange,
  updateProfileWechat: sealedChange,
  updateProfileWechatV25: ['user', 'platform_ip'],

  silentLoginQq: platformLogin,
  authorizedLoginQq: sealedLogin,
  linkQq: sealedChange,

  silentLoginBaidu: platformLogin,
  authorizedLoginBaidu: sealedLogin,
  linkBaidu: sealedChange,

  silentLoginKuaishou: platformLogin,
  authorizedLoginKuaishou: sealedLogin,
  linkKuaishou: sealedChange,
  phoneLoginKuaishou: sealedLogin,
  updatePhoneKuaishou: sealedChange,

  silentLoginJd: platformLogin,
  authorizedLoginJd: sealedLogin,
  linkJd: sealedChange,
};
