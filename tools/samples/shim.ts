import { hostObjects } from '../../client/core/hostObjects.ts';
import { platformVerbs } from '../../client/core/verbs.ts';
import type { PlatformName } from '../../generated/operations.ts';

interface Call {
  /** `wx.BaaS` and the like. */
  baas: string;
  login: string;
  link: string;
  /** The first example of the operation's body, or its path parameters. */
  input: Record<string, unknown>;
}
type Write = (call: Call) => string;

const text = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    .replaceAll(/\n\s*/g, ' ')
    .replaceAll(/"([A-Za-z_]\w*)":/g, '$1:')
    .replaceAll(/"([^"'\\]*)"/g, "'$1'");

const register: Write = ({ baas, input }) => `${baas}.auth.register(${text(input)})`;
const login: Write = ({ baas, input }) => `${baas}.auth.login(${text(input)})`;
const ofUser =
  (write: Write): Write =>
  (call) =>
    `${call.baas}.auth.getCurrentUser().then((user) => ${write(call)})`;

/** The call of the mini-program client for an operation, by the operationId, or by the operationId without its platform. */
const calls: Record<string, Write> = {
  silentLogin: ({ baas }) => `${baas}.auth.silentLogin()`,
  authorizedLogin: (call) => `${call.baas}.auth.${call.login}(event)`,
  link: ofUser(({ link }) => `user.${link}()`),
  phoneLogin: (call) => `${call.baas}.auth.${call.login}(event, { code })`,
  updatePhone: ({ baas }) => `${baas}.auth.updatePhoneNumber(event)`,
  updateProfile: ({ baas }) => `${baas}.auth.updateUserInfo(profile)`,
  registerByUsername: register,
  registerByEmail: register,
  registerByPhone: register,
  loginByUsername: login,
  loginByEmail: login,
  loginByPhone: login,
  loginBySmsCode: ({ baas, input }) => `${baas}.auth.loginWithSmsVerificationCode(${text(input.phone)}, ${text(input.code)})`,
  loginAnonymously: ({ baas }) => `${baas}.auth.anonymousLogin()`,
  logout: ({ baas }) => `${baas}.auth.logout()`,
  getUser: ({ baas, input }) => `new ${baas}.User().get(${text(input.user_id)})`,
  updateUser: ofUser(({ input }) => `user.set(${text(input)}).update()`),
  listSessions: ({ baas }) => `${baas}.auth.listSessions()`,
  endSession: ({ baas, input }) => `${baas}.auth.endSession(${text(input.session_id)})`,
  endOtherSessions: ({ baas }) => `${baas}.auth.endOtherSessions()`,
  listIdentities: ({ baas }) => `${baas}.auth.listIdentities()`,
  unlinkIdentity: ({ baas, input }) => `${baas}.auth.unlinkIdentity(${text(input.identity_id)})`,
  requestClosure: ({ baas }) => `${baas}.auth.requestClosure()`,
  cancelClosure: ({ baas }) => `${baas}.auth.cancelClosure()`,
  exportMe: ({ baas }) => `${baas}.auth.exportMe()`,
  createMergeTicket: ({ baas, input }) => `${baas}.auth.createMergeTicket(${text(input)})`,
  previewMerge: ({ baas, input }) => `${baas}.auth.previewMerge(${text(input.merge_ticket)})`,
  mergeAccounts: ({ baas, input }) => `${baas}.auth.merge(${text(input.merge_ticket)}, ${text(input.choices)})`,
  createScanLogin: ({ baas }) => `${baas}.auth.startScanLogin().then((shown) => shown.wait())`,
  openScanLogin: ({ baas, input }) => `${baas}.auth.openScanLogin(${text(input.ticket)})`,
  confirmScanLogin: ({ baas, input }) => `${baas}.auth.confirmScanLogin(${text(input.ticket)})`,
  refuseScanLogin: ({ baas, input }) => `${baas}.auth.refuseScanLogin(${text(input.ticket)})`,
  createAccessToken: ({ baas }) => `${baas}.auth.getAccessToken()`,
  updateAvatar: ({ baas }) => `${baas}.auth.setProfile({ avatarPath })`,
  updateAccount: ofUser(({ input }) => `user.setAccount(${text(input)})`),
  sendSmsCode: ({ baas, input }) => `${baas}.sendSmsCode(${text(input)})`,
  checkSmsCode: ({ baas, input }) => `${baas}.verifySmsCode(${text(input)})`,
  verifyPhone: ofUser(({ input }) => `user.verifyMobilePhone(${text(input.code)})`),
  sendVerificationEmail: ofUser(() => 'user.requestEmailVerification()'),
  requestPasswordReset: ({ baas, input }) => `${baas}.auth.requestPasswordReset(${text(input)})`,
  createWebLogin: () => 'BaaS.auth.thirdPartyAuth()',
  loginOnWeb: () => "BaaS.auth.loginWithThirdParty('oauth-wechat-web', '/auth.html')",
  silentLoginOnWeb: () => "BaaS.auth.loginWithThirdParty('oauth-wechat-mp', '/auth.html', { mode: 'redirect', silent: true })",
  linkOnWeb: () => "BaaS.auth.getCurrentUser().then((user) => user.linkThirdParty('oauth-wechat-web', '/auth.html'))",
  getServerTime: ({ baas }) => `${baas}.getServerDate()`,
  authorizedLoginAlipay: ({ baas }) => `${baas}.auth.loginWithAlipay({ forceLogin: true })`,
  phoneLoginAlipay: ({ baas }) => `${baas}.auth.loginWithAlipay(phone)`,
  updatePhoneAlipay: ({ baas }) => `${baas}.auth.updatePhoneNumber(phone)`,
};

/** Writes the call of the mini-program client; undefined if it has none for the operation. */
export function shimSample(operationId: string, platform: PlatformName | undefined, input: Record<string, unknown>): string | undefined {
  const name = platform ?? 'wechat';
  const verb = operationId.replace(/V\d+$/, '');
  const call = calls[verb] ?? calls[platform ? verb.slice(0, -platform.length) : verb];
  return call?.({ baas: `${hostObjects[name]}.BaaS`, ...platformVerbs[name], input });
}
