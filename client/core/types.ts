import type { components } from '../../generated/types.ts';
import type { HostDetail } from './errors.ts';
import type { HostGrant, HostUserInfo } from './host.ts';

type Schemas = components['schemas'];
/** The fields that the contract names, without those that only might be there. */
type Named<T> = { [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: T[Key] };

/** An answer of the server. */
export interface Reply<Data> {
  statusCode: number;
  data: Data;
}

export interface InitOptions {
  /** The server's address, e.g. `https://login.example.com`. */
  host: string;
  /**
   * Whether a call that needs a session logs in silently first, and again when the session turns out to be over.
   * Default: on for WeChat, off elsewhere.
   */
  autoLogin?: boolean;
  /** `info` and `debug` write a line for every request to the console: method, path and status, nothing else. Default: silent. */
  logLevel?: 'error' | 'warn' | 'info' | 'debug' | '';
  /** A non-production environment of the app. */
  env?: string;
  /** Milliseconds that a call of the host may take: its `login`, `getUserInfo` and `request`. After that it is a 601. Default: 60000. */
  timeout?: number;
}

/** `overwrite` writes the first-level profile fields, `setnx` only those never assigned, `false` none. Default: `setnx`. */
export type SyncUserProfile = Schemas['UpdateUserprofile'];

export interface CreateUserOption {
  /** Whether a newcomer becomes a user. Where not, a newcomer's login is a 404. Default: true. */
  createUser?: boolean;
}
/** A login code that the app has, instead of one that the client fetches. */
export interface CodeOption {
  /** From before the person tapped the button, where there was one: a later code changes the key that the host seals with. */
  code?: string;
}
export interface SilentLoginOptions extends CreateUserOption, CodeOption {}
export interface ProfileLoginOptions extends SilentLoginOptions {
  syncUserProfile?: SyncUserProfile;
}
export interface PhoneLoginOptions extends CreateUserOption {
  /** A login code from before the tap on the button: a later one changes the key that the number is sealed with. */
  code: string;
}
/** WeChat's options, on top of what all platforms take. */
export interface UnionidOption {
  /** Whether the user is looked up by unionid first. Default: false. */
  withUnionID?: boolean;
}
export interface LinkOptions extends CodeOption {
  syncUserProfile?: SyncUserProfile;
}
export interface UpdatePhoneOptions extends CodeOption {
  /** Whether the number replaces another one that the user has; where not, that is a 400. Default: true. */
  overwrite?: boolean;
}

/** A dialog that gave nothing: 603 where the person declined, otherwise an error with the host's `errMsg` and `errno`. */
export interface Declined extends HostDetail {
  userInfo?: undefined;
  encryptedData?: undefined;
}
export type ProfileGrant = HostGrant & { userInfo: HostUserInfo };
export type PhoneGrant = Pick<HostGrant, 'errMsg' | 'errno' | 'errCode' | 'encryptedData' | 'iv' | 'code'> & { userInfo?: undefined };
/** What the callback of a `getUserInfo` button gets. */
export interface ProfileEvent {
  detail: ProfileGrant | Declined;
}
/** What the callback of a `getPhoneNumber` button gets. */
export interface PhoneEvent {
  detail: PhoneGrant;
}

/** A login without a dialog, or with what the callback of a `getUserInfo` button got. */
export type LoginWithProfile<User, Options = ProfileLoginOptions> = (data?: ProfileEvent | null, options?: Options) => Promise<User>;
/** A login with what the callback of a `getPhoneNumber` button got. */
export type LoginWithPhone<User> = (data: PhoneEvent, options: PhoneLoginOptions) => Promise<User>;
/** The same with a phone code, which needs no login code from before the tap. */
export type LoginWithPhoneCode<User> = (data: { detail: PhoneGrant & { code: string } }, options?: SilentLoginOptions) => Promise<User>;
/** The other calling form of Kuaishou and JD: with `forceLogin` the person is asked for the profile. */
export type ForcedLogin<User> = (options: ProfileLoginOptions & { forceLogin: boolean }) => Promise<User>;

/**
 * Takes over the number that the callback of a `getPhoneNumber` button got; 604 without a session.
 *
 * A sealed number opens with the key of the latest code that the server has, or of `options.code`, from before the tap.
 */
export type UpdatePhoneNumber<User> = (data: PhoneEvent, options?: UpdatePhoneOptions) => Promise<User>;

/**
 * Links this platform's identity, with what a `getUserInfo` button or the host's `getUserInfo()` gave, or without a profile. 603 where the
 * person declined it.
 */
export type Link<Options = LinkOptions> = (
  data?: ProfileEvent | ProfileGrant | Declined | null,
  options?: Options,
) => Promise<Reply<Schemas['LinkResult']>>;

/** The current user as the server last told. */
export type UserRecord = Schemas['CurrentUser'];

export interface CurrentUserMethods<Links> {
  /** A field, custom ones included. */
  get(key: string): unknown;
  toJSON(): UserRecord;
  /** Notes a change that `update()` sends. */
  set(key: string, value: unknown): CurrentUser<Links>;
  set(values: Schemas['UpdateUser']): CurrentUser<Links>;
  update(): Promise<Reply<UserRecord>>;
  /** Sets username, e-mail address and first password, any of them. */
  setAccount(account: { username?: string; email?: string; phone?: string; password?: string }): Promise<CurrentUser<Links>>;
  /** @param username null clears it */
  setUsername(username: string | null): Promise<CurrentUser<Links>>;
  /** @param email null clears it */
  setEmail(email: string | null, options?: { sendVerificationEmail?: boolean }): Promise<CurrentUser<Links>>;
  /** @param phone null clears it */
  setMobilePhone(phone: string | null): Promise<CurrentUser<Links>>;
  /** @param code from the SMS that `BaaS.sendSmsCode` sent to the user's number */
  verifyMobilePhone(code: Schemas['SmsCode']): Promise<CurrentUser<Links>>;
  /** @param password the old one; left out where there is none */
  updatePassword(passwords: { password?: string; newPassword: string }): Promise<CurrentUser<Links>>;
  requestEmailVerification(): Promise<CurrentUser<Links>>;
}

/** The user of the session. `Links` are the platform's own verbs. */
export type CurrentUser<Links = unknown> = Named<UserRecord> & { session_expires_at: number } & CurrentUserMethods<Links> & Links;

/** A username, an e-mail address or a phone number, with the password. */
export type Credentials = Schemas['LoginByUsername'] | Schemas['LoginByEmail'] | Schemas['LoginByPhone'];

export interface Auth<Links> {
  /** Logs in without a dialog, unless there is a session already. */
  silentLogin(options?: SilentLoginOptions): Promise<CurrentUser<Links>>;
  /**
   * Fetches a new code in the session, which goes on as the same user's: from then on the server can open what the host seals. Before the
   * tap of a phone button, where the app or the platform may have changed the key since the login. 614 where the host's person is another.
   */
  refreshSession(): Promise<CurrentUser<Links>>;
  /** Makes a new user; in an anonymous session the same user gets the account. */
  register(credentials: Credentials): Promise<CurrentUser<Links>>;
  login(credentials: Credentials): Promise<CurrentUser<Links>>;
  anonymousLogin(): Promise<CurrentUser<Links>>;
  loginWithSmsVerificationCode(phone: string, code: Schemas['SmsCode'], options?: CreateUserOption): Promise<CurrentUser<Links>>;
  /** Closes the session and forgets it. May be called at any time. */
  logout(): Promise<Reply<Schemas['Ok']>>;
  /** The session's user as the server knows it now; 604 without a session. */
  getCurrentUser(): Promise<CurrentUser<Links>>;
  requestPasswordReset(account: Schemas['RequestPasswordReset']): Promise<Reply<Schemas['Ok']>>;
}

/** What is the same on every platform. `Links` are the current user's verbs of this platform, `Logins` those of `auth`. */
export interface BaaS<Links = unknown, Logins = unknown> {
  /** Says which app this is and where its server. Throws 605 when either is not a string. */
  init(clientID: string, options: InitOptions): void;
  /** What the client keeps: `uid`, `openid`, `unionid`, `userinfo`, `session_expires_at` and others. */
  storage: { get(key: string): unknown; set(key: string, value: unknown): void };
  auth: Auth<Links> & Logins;
  sendSmsCode(message: { phone: string; signatureID?: number }): Promise<Reply<Schemas['Ok']>>;
  verifySmsCode(proof: Schemas['CheckSmsCode']): Promise<Reply<Schemas['Ok']>>;
  getServerDate(): Promise<Reply<Schemas['ServerTime']>>;
  User: new () => { get(id: number): Promise<Reply<Schemas['User']>> };
}
