import type { components } from '../../generated/client/types.ts';
import type { FirstGeneration } from './firstGeneration.ts';
import type {
  Credentials,
  Declined,
  InitOptions,
  Link,
  LinkOptions,
  LoginWithPhone,
  LoginWithPhoneCode,
  LoginWithProfile,
  ProfileGrant,
  ProfileLoginOptions,
  Reply,
  UnionidOption,
  UpdatePhoneNumber,
  UserRecord,
} from './types.ts';
import type { LinkThirdParty, WebLogins } from './webLoginTypes.ts';

type Schemas = components['schemas'];
/** The declared fields of a type, without its index signature. */
type Named<T> = { [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: T[Key] };

/** The methods of the published SDK's current user that this server answers. */
export interface PublishedUserMethods<Links> {
  get(key: string): unknown;
  toJSON(): UserRecord;
  set(key: string, value: unknown): PublishedUser<Links>;
  set(values: Schemas['UpdateUser']): PublishedUser<Links>;
  update(): Promise<Reply<UserRecord>>;
  setAccount(account: { username?: string; email?: string; phone?: string; password?: string }): Promise<PublishedUser<Links>>;
  setUsername(username: string): Promise<PublishedUser<Links>>;
  setEmail(email: string, options?: { sendVerificationEmail?: boolean }): Promise<PublishedUser<Links>>;
  setMobilePhone(phone: string): Promise<PublishedUser<Links>>;
  verifyMobilePhone(code: Schemas['SmsCode']): Promise<PublishedUser<Links>>;
  updatePassword(passwords: { password?: string; newPassword: string }): Promise<PublishedUser<Links>>;
  requestEmailVerification(): Promise<PublishedUser<Links>>;
}
export type PublishedUser<Links> = Named<UserRecord> & { session_expires_at: number } & PublishedUserMethods<Links> & Links;

/** The verbs of the published SDK's `auth` that this server answers, in every build. */
export interface PublishedAuth<Links> {
  register(credentials: Credentials): Promise<PublishedUser<Links>>;
  login(credentials: Credentials): Promise<PublishedUser<Links>>;
  anonymousLogin(): Promise<PublishedUser<Links>>;
  loginWithSmsVerificationCode(phone: string, code: Schemas['SmsCode'], options?: { createUser?: boolean }): Promise<PublishedUser<Links>>;
  getCurrentUser(): Promise<PublishedUser<Links>>;
  logout(): Promise<Reply<Schemas['Ok']>>;
  requestPasswordReset(account: Schemas['RequestPasswordReset']): Promise<Reply<Schemas['Ok']>>;
}

/** The calls of the published SDK (`minapp-sdk` 3.6.0 to 3.23.6) that this server answers. It has others, for which there is no server here. */
export interface PublishedSdk<Links, Logins> {
  /** @param options `host`, the address of the server */
  init(clientID: string, options: Pick<InitOptions, 'host' | 'autoLogin' | 'logLevel' | 'env'>): void;
  storage: { get(key: string): unknown; set(key: string, value: unknown): void };
  auth: PublishedAuth<Links> & Logins;
  sendSmsCode(message: { phone: string; signatureID?: number }): Promise<Reply<Schemas['Ok']>>;
  verifySmsCode(proof: Schemas['CheckSmsCode']): Promise<Reply<Schemas['Ok']>>;
  getServerDate(): Promise<Reply<Schemas['ServerTime']>>;
  User: new () => { get(id: number): Promise<Reply<Schemas['User']>> };
}

/** The current user's verbs of the WeChat build. */
export interface PublishedWechatLinks {
  linkWechat: Link<LinkOptions & UnionidOption>;
}
type WechatUser = PublishedUser<PublishedWechatLinks>;
/** The verbs of the WeChat build. Versions before 3.21 lack `updatePhoneNumber` and `updateUserInfo`. */
export interface PublishedWechatLogins {
  loginWithWechat: LoginWithProfile<WechatUser, ProfileLoginOptions & UnionidOption> &
    LoginWithPhone<WechatUser> &
    LoginWithPhoneCode<WechatUser>;
  updatePhoneNumber: UpdatePhoneNumber<WechatUser>;
  updateUserInfo(data: ProfileGrant | Declined, options?: LinkOptions): Promise<WechatUser>;
}
/** `lib/index.js`, for WeChat's mini-programs. */
export type PublishedWechat = PublishedSdk<PublishedWechatLinks, PublishedWechatLogins> & FirstGeneration;
/** `lib/web.js`, for web pages. */
export type PublishedWeb = PublishedSdk<{ linkThirdParty: LinkThirdParty }, WebLogins<PublishedUser<{ linkThirdParty: LinkThirdParty }>>>;
