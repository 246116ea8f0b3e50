// Held by the compiler: a line that compiles where it must not is an unused `@ts-expect-error`.
import type { BaaS as Alipay } from '../../client/alipay.ts';
import type { ApiClient } from '../../client/api.ts';
import type { BaaS as Baidu } from '../../client/baidu.ts';
import type { BaaS as Bytedance } from '../../client/bytedance.ts';
import type { HError, BaaS as Here } from '../../client/index.ts';
import type { BaaS as Jd } from '../../client/jd.ts';
import type { BaaS as Kuaishou } from '../../client/kuaishou.ts';
import type { BaaS as Qq } from '../../client/qq.ts';
import type { BaaS as Web } from '../../client/web.ts';
import type { BaaS as Wechat } from '../../client/wechat.ts';

declare const granted: {
  detail: { userInfo: { nickName: string }; rawData: string; signature: string; encryptedData: string; iv: string };
};
declare const phone: { detail: { errMsg: string; encryptedData?: string; iv?: string; code: string } };

export async function everywhere(baas: Qq): Promise<void> {
  baas.init('client', { host: 'https://login.example.com', autoLogin: true, env: 'staging', logLevel: 'debug', timeout: 10_000 });
  // @ts-expect-error a timeout is a number of milliseconds
  baas.init('client', { host: 'https://login.example.com', timeout: '10s' });
  // @ts-expect-error the address of the server is missing
  baas.init('client', {});
  // @ts-expect-error a client id is a string
  baas.init(7, { host: 'https://login.example.com' });
  await baas.auth.login({ email: 'mei@example.com', password: 'secret' });
  // @ts-expect-error a login has a password
  await baas.auth.login({ email: 'mei@example.com' });
  // @ts-expect-error no login by nickname
  await baas.auth.login({ nickname: 'mei', password: 'secret' });
  // @ts-expect-error the code of the SMS is missing
  await baas.auth.loginWithSmsVerificationCode('13800138000');
  const time: string = (await baas.getServerDate()).data.time;
  // @ts-expect-error the server has no such field
  (await baas.getServerDate()).data.now;
  // @ts-expect-error an id is a number
  await new baas.User().get(time);
}

/** The neutral verbs have the same types on every platform. */
export async function neutral(baas: Qq | Baidu | Wechat | Kuaishou | Bytedance | Web | Alipay | Here): Promise<void> {
  baas.init({ sandbox: 'larry' });
  baas.init({ clientID: 'client', host: 'https://login.example.com' });
  baas.init('sandbox', { host: 'https://login.example.com', sandbox: 'mei' });
  // @ts-expect-error the client id is missing
  baas.init({ host: 'https://login.example.com' });
  // @ts-expect-error a person has a name
  baas.init({ sandbox: true });
  const user = await baas.auth.login({ createUser: false, withUnionID: true });
  await baas.auth.login({ username: 'mei', password: 'secret' });
  // @ts-expect-error neither credentials nor options
  await baas.auth.login({ username: 'mei' });
  await baas.auth.loginWithProfile();
  await baas.auth.loginWithProfile(granted, { syncUserProfile: 'overwrite' });
  await baas.auth.loginWithPhone(phone, { code: 'from before the tap' });
  await baas.auth.loginWithPhone({ response: 'of my.getPhoneNumber' });
  // @ts-expect-error the event is missing
  await baas.auth.loginWithPhone();
  const { data } = await user.link();
  await user.link({ forceLogin: true });
  const openid: string = data.openid;
  // @ts-expect-error an identity has no such field
  user.link().then((reply) => reply.data.nickname === openid);
}

/** The one import has the verbs of all platforms. */
export async function here(baas: Here): Promise<void> {
  await baas.auth.loginWithWechat(phone);
  await baas.auth.loginWithAlipay({ forceLogin: true });
  await baas.auth.loginWithThirdParty('oauth-wechat-web', '/auth.html');
  const user = await baas.auth.loginWithProfile(granted);
  await user.linkQQ();
  await user.linkThirdParty('oauth-wechat-web', '/auth.html');
  // @ts-expect-error a sealed number needs the code from before the tap
  await baas.auth.loginWithKs(phone);
  // @ts-expect-error no platform has this verb
  await baas.auth.loginWithTwitter();
}

export async function profile(baas: Qq): Promise<void> {
  const user = await baas.auth.setProfile({ avatarPath: 'qqfile://tmp/a.jpg', nickname: 'Mei' });
  await baas.auth.setProfile({ nickname: user.nickname });
  // @ts-expect-error a path is a string
  await baas.auth.setProfile({ avatarPath: user.id });
}

export async function currentUser(baas: Qq): Promise<void> {
  const user = await baas.auth.getCurrentUser();
  const id: number = user.id;
  const email: string | null = user._email;
  // @ts-expect-error a user has no such field; custom fields are read with get()
  user.favourite;
  await user.set('favourite', 'tea').set({ nickname: 'Mei' }).update();
  // @ts-expect-error a nickname is a string
  user.set({ nickname: id });
  await user.setAccount({ username: 'mei', password: 'secret' });
  // @ts-expect-error the new password is missing
  await user.updatePassword({ password: 'secret' });
  await user.setEmail(email, { sendVerificationEmail: true });
  const { statusCode, data } = await user.linkQQ(granted, { syncUserProfile: 'overwrite' });
  const linked: [number, string] = [statusCode, data.openid];
  // @ts-expect-error another platform's verb
  await user.linkWechat(linked);
}

export async function wechat(baas: Wechat): Promise<void> {
  await baas.auth.loginWithWechat(granted, { createUser: false, withUnionID: true, syncUserProfile: false });
  await baas.auth.loginWithWechat(phone, { code: 'from wx.login()' });
  await baas.auth.updatePhoneNumber(phone, { overwrite: false });
  await baas.auth.loginWithWechat(phone);
  await baas.auth.loginWithWechat({ detail: { errMsg: 'getRealtimePhoneNumber:ok', code: 'from the button' } }, { createUser: false });
  // @ts-expect-error a sealed number needs the code from before the tap
  await baas.auth.loginWithWechat({ detail: { encryptedData: '…', iv: '…' } });
  await baas.auth.updatePhoneNumber(phone, { code: 'from wx.login()' });
  await baas.auth.silentLogin({ code: 'from wx.login()' });
  // @ts-expect-error a code is a string
  await baas.auth.silentLogin({ code: 7 });
  const refreshed: number = (await baas.auth.refreshSession()).id;
  const { id } = await baas.login(false);
  const { nickName } = await baas.login();
  // @ts-expect-error a login without a dialog tells no nickname
  (await baas.login(false)).nickName;
  const known: [number, string | undefined] = [id + refreshed, nickName];
  // @ts-expect-error the callback's argument, not what is in it
  await baas.handleUserInfo(known);
  await baas.logout();
}

export async function baidu(baas: Baidu): Promise<void> {
  const user = await baas.auth.loginWithBaidu(null, { createUser: false });
  await user.linkBaidu();
  await user.linkBaidu({ userInfo: {}, data: '…', iv: '…' }, { syncUserProfile: 'false' });
  // @ts-expect-error not one of overwrite, setnx and false
  await user.linkBaidu(granted, { syncUserProfile: 'always' });
  // @ts-expect-error Baidu has no phone login
  await baas.auth.loginWithBaidu(phone, { code: 'from swan.getLoginCode()' });
  // @ts-expect-error Baidu has no second calling form
  await baas.auth.loginWithBaidu({ forceLogin: true });
}

export async function kuaishou(baas: Kuaishou): Promise<void> {
  await baas.auth.loginWithKs();
  await baas.auth.loginWithKs(granted, { syncUserProfile: 'setnx' });
  await baas.auth.loginWithKs({ forceLogin: true, createUser: false });
  await baas.auth.loginWithKs(phone, { code: 'from ks.login()', createUser: false });
  // @ts-expect-error a phone login needs the code from before the tap
  await baas.auth.loginWithKs(phone);
  // @ts-expect-error the same
  await baas.auth.loginWithKs(phone, { createUser: false });
  // @ts-expect-error createUser is a boolean
  await baas.auth.loginWithKs({ forceLogin: true, createUser: 'no' });
  await baas.auth.updatePhoneNumber(phone);
}

export async function bytedance(baas: Bytedance): Promise<void> {
  const user = await baas.auth.loginWithTt({ createUser: false });
  await baas.auth.loginWithTt({ forceLogin: true, syncUserProfile: 'overwrite' });
  await baas.auth.loginWithTt(phone, { code: 'from tt.login()' });
  await user.linkTt();
  await user.linkTt({ forceLogin: true, syncUserProfile: 'overwrite' });
  await user.linkTt(granted);
  // @ts-expect-error forceLogin is a boolean
  await user.linkTt({ forceLogin: 'yes' });
  await baas.auth.updatePhoneNumber(phone);
}

export async function jd(baas: Jd): Promise<void> {
  await baas.auth.loginWithJd({ forceLogin: false });
  // @ts-expect-error JD gives no phone number
  await baas.auth.updatePhoneNumber(phone);
}

export async function web(baas: Web): Promise<void> {
  await baas.auth.register({ username: 'mei', password: 'secret' });
  // @ts-expect-error a page has no platform to log in with
  await baas.auth.loginWithWechat();
}

export const causeOf = (error: HError): [number, string | undefined, string | undefined] => [error.code, error.error_code, error.openid];
export const hostSaid = ({ errMsg, errno, errCode }: HError): [string | undefined, number | undefined] => [errMsg, errno ?? errCode];

export async function api({ operations, POST }: ApiClient) {
  await operations.getServerTime();
  await operations.silentLoginQq({ body: { code: 'one' } });
  // @ts-expect-error a login needs a code
  await operations.silentLoginQq({ body: {} });
  // @ts-expect-error and a body
  await operations.silentLoginQq();
  // @ts-expect-error the contract has no such path
  await POST('/hserve/v9/login/');
  const { data } = await operations.getServerTime();
  const time: string | undefined = data?.time;
  // @ts-expect-error the answer holds no such field
  const zone: unknown = data?.zone;
  return [time, zone];
}
