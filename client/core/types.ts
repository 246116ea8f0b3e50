import type { components } from '../../generated/client/types.ts';
import type { HostDetail } from './errors.ts';
import type { HostGrant, HostUserInfo } from './host.ts';

type Schemas = components['schemas'];
/** The declared fields of a type, without its index signature. */
type Named<T> = { [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: T[Key] };

/** A response of the server. */
export interface Reply<Data> {
  /** The HTTP status. */
  statusCode: number;
  /** The body. */
  data: Data;
}

/** Options of `init`. */
export interface InitOptions {
  /** The server's address, e.g. `https://login.example.com`. */
  host: string;
  /**
   * Whether a call that needs a session logs in silently first, and again after the session turns out to have expired.
   * Default: on for WeChat, off elsewhere.
   */
  autoLogin?: boolean;
  /** `info` and `debug` log a line per request to the console: method, path and status only. Default: silent. */
  logLevel?: 'error' | 'warn' | 'info' | 'debug' | '';
  /** A non-production environment of the app. */
  env?: string;
  /** Milliseconds for a call of the host (`login`, `getUserInfo`, `request`), after which it rejects with 601. Default: 60000. */
  timeout?: number;
  /**
   * The name of the person who uses the app, in development: `larry`, `mei` or any other. The server's sandbox then plays the host: codes, profiles
   * and phone numbers are that person's, in the developer tools and on a page alike. A server without a sandbox refuses each of them with 611.
   * Default: the real person.
   */
  sandbox?: string | undefined;
}
/** The one object that `init` takes instead of two arguments. */
export interface InitObject extends InitOptions {
  clientID: string;
}
/** The options of `init` with a person of the sandbox. Default: the client id `sandbox`, at `http://127.0.0.1:3000`. */
export type SandboxOptions = Partial<InitObject> & { sandbox: string };

/** `overwrite` writes the first-level profile fields, `setnx` only those never assigned, `false` none. Default: `setnx`. */
export type SyncUserProfile = Schemas['UpdateUserprofile'];

/** Whether strangers may log in. */
export interface CreateUserOption {
  /** Whether to create an account for a new person. If false, their login is a 404. Default: true. */
  createUser?: boolean;
}
/** A login code fetched by the app instead of the client. */
export interface CodeOption {
  /** If there is a button, fetch it before the tap: a later code changes the host's sealing key. */
  code?: string;
}
/** Options of a login without a dialog. */
export interface SilentLoginOptions extends CreateUserOption, CodeOption {}
/** Options of a login with a profile. */
export interface ProfileLoginOptions extends SilentLoginOptions {
  /** The fields that the profile overwrites. */
  syncUserProfile?: SyncUserProfile;
}
/** Options of a login with a sealed phone number. */
export interface PhoneLoginOptions extends CreateUserOption {
  /** A login code from before the tap on the button: a later code changes the key that seals the number. */
  code: string;
}
/** WeChat's additional options, which other platforms ignore. */
export interface UnionidOption {
  /** Whether to look the user up by unionid first. Default: false. */
  withUnionID?: boolean;
}
/** Alipay's additional options, which other platforms ignore. */
export interface ScopeOption {
  /** Further scopes to ask for, besides the profile. */
  scopes?: string[];
}
/** Options of a link. */
export interface LinkOptions extends CodeOption {
  /** The fields that the profile overwrites. */
  syncUserProfile?: SyncUserProfile;
}
/** Asks for the profile. */
export interface ForceOption {
  /** Whether to ask the person for the profile. Default: false. */
  forceLogin?: boolean;
}
/** Options of a phone number's update. */
export interface UpdatePhoneOptions extends CodeOption {
  /** Whether to replace an existing number; if false, that is a 400. Default: true. */
  overwrite?: boolean;
}

/** The result of a dialog that granted nothing. The call rejects with 603 if the person declined, otherwise with the host's `errMsg` and `errno`. */
export interface Declined extends HostDetail {
  userInfo?: undefined;
  encryptedData?: undefined;
}
/** The result of a dialog that granted the profile. */
export type ProfileGrant = HostGrant & { userInfo: HostUserInfo };
/** The result of a phone button. */
export type PhoneGrant = Pick<HostGrant, 'errMsg' | 'errno' | 'errCode' | 'encryptedData' | 'iv' | 'code' | 'response'> & {
  userInfo?: undefined;
};
/** Event of a `getUserInfo` button. */
export interface ProfileEvent {
  detail: ProfileGrant | Declined;
}
/** Event of a `getPhoneNumber` button. */
export interface PhoneEvent {
  detail: PhoneGrant;
}

/** Logs in without a dialog, or with the event of a `getUserInfo` button. Rejects with 603 if the person declined. */
export type LoginWithProfile<User, Options = ProfileLoginOptions> = (data?: ProfileEvent | null, options?: Options) => Promise<User>;
/** Logs in with the event of a `getPhoneNumber` button. Rejects with 603 if the person declined, with 605 without the code. */
export type LoginWithPhone<User> = (data: PhoneEvent, options: PhoneLoginOptions) => Promise<User>;
/** Logs in with a phone code, which needs no login code from before the tap. */
export type LoginWithPhoneCode<User> = (data: { detail: PhoneGrant & { code: string } }, options?: SilentLoginOptions) => Promise<User>;
/** Logs in with options alone: `forceLogin` asks the person for the profile. */
export type ForcedLogin<User> = (options: ProfileLoginOptions & { forceLogin: boolean }) => Promise<User>;

/** Logs in with options alone, as the published SDK does: `forceLogin` asks the person for the profile. */
export type LoginByOptions<User> = (options?: ProfileLoginOptions & ForceOption) => Promise<User>;

/**
 * Sets the phone number from the event of a `getPhoneNumber` button. Rejects with 604 without a session.
 *
 * A sealed number opens with the key of the server's latest code, or of `options.code`, from before the tap.
 */
export type UpdatePhoneNumber<User> = (data: PhoneEvent, options?: UpdatePhoneOptions) => Promise<User>;

/**
 * Links this platform's identity, with the profile from a `getUserInfo` button or the host's `getUserInfo()`, or without one. Rejects
 * with 603 if the person declined.
 */
export type Link<Options = LinkOptions> = (
  data?: ProfileEvent | ProfileGrant | Declined | null,
  options?: Options,
) => Promise<Reply<Schemas['LinkResult']>>;

/** Links with options alone, too: `forceLogin` asks the person for the profile. */
export type LinkByOptions = Link & ((options: LinkOptions & ForceOption) => Promise<Reply<Schemas['LinkResult']>>);

/** The current user as the server last reported it. */
export type UserRecord = Schemas['CurrentUser'];
/** The answer of a link on Alipay. */
export type LinkResultAlipay = Schemas['LinkResultAlipay'];

export interface CurrentUserMethods<Links> {
  /**
   * Links the identity of the platform that the app runs on, as the platform's own verb does: `linkWechat`, `linkQQ` and so on. Rejects with 603 if
   * the person declined, with 611 on the web, with 612 for an anonymous user.
   */
  link: LinkByOptions;
  /** Returns a field, custom ones included, as the server last reported it. */
  get(key: string): unknown;
  /** Returns the user's record, without the methods. */
  toJSON(): UserRecord;
  /** Records the change of a field for `update()`. */
  set(key: string, value: unknown): CurrentUser<Links>;
  /** Records the changes of several fields for `update()`. */
  set(values: Schemas['UpdateUser']): CurrentUser<Links>;
  /** Sends the recorded changes. If the call rejects, they remain recorded. */
  update(): Promise<Reply<UserRecord>>;
  /** Sets any of username, e-mail address, phone number and first password. Rejects with 612 for an anonymous user. */
  setAccount(account: { username?: string; email?: string; phone?: string; password?: string }): Promise<CurrentUser<Links>>;
  /** Sets the username. Rejects with 612 for an anonymous user. @param username null clears it */
  setUsername(username: string | null): Promise<CurrentUser<Links>>;
  /**
   * Sets the e-mail address, which the person still has to verify. Rejects with 612 for an anonymous user.
   *
   * @param email null clears it
   * @param options `sendVerificationEmail` also sends the message with the link
   */
  setEmail(email: string | null, options?: { sendVerificationEmail?: boolean }): Promise<CurrentUser<Links>>;
  /** Sets the phone number, which the person still has to verify. Rejects with 612 for an anonymous user. @param phone null clears it */
  setMobilePhone(phone: string | null): Promise<CurrentUser<Links>>;
  /** Verifies the user's number. Rejects with 612 for an anonymous user. @param code from the SMS that `BaaS.sendSmsCode` sent to it */
  verifyMobilePhone(code: Schemas['SmsCode']): Promise<CurrentUser<Links>>;
  /** Changes the password. Rejects with 612 for an anonymous user. @param passwords `password`, the old one, omitted if there is none */
  updatePassword(passwords: { password?: string; newPassword: string }): Promise<CurrentUser<Links>>;
  /** Sends the message that verifies the user's address. Rejects with 612 for an anonymous user. */
  requestEmailVerification(): Promise<CurrentUser<Links>>;
}

/** The user of the session. `Links` are the platform's own verbs. */
export type CurrentUser<Links = unknown> = Named<UserRecord> & { session_expires_at: number } & CurrentUserMethods<Links> & Links;

/** A username, an e-mail address or a phone number, with the password. */
export type Credentials = Schemas['LoginByUsername'] | Schemas['LoginByEmail'] | Schemas['LoginByPhone'];

/** A picture and a name that a person chose; either may be absent. */
export interface ChosenProfile {
  /** The temporary file of `<button open-type="chooseAvatar">` (`event.detail.avatarUrl`), or of `chooseImage`. */
  avatarPath?: string;
  /** The value of `<input type="nickname">`. */
  nickname?: string;
}

/** Verbs of a person's own account. All reject with 604 without a session. */
export interface MyAccount {
  /** The user's sessions, the latest used first. */
  listSessions(): Promise<Reply<Schemas['Sessions']>>;
  /** Ends a session. @param id of `listSessions` */
  endSession(id: number): Promise<Reply<Schemas['Ok']>>;
  /** Ends all sessions except this one. */
  endOtherSessions(): Promise<Reply<Schemas['EndedSessions']>>;
  /** The platform accounts that can log in to the user's account. */
  listIdentities(): Promise<Reply<Schemas['Identities']>>;
  /**
   * Unlinks a platform account. Without `autoLogin`, the call rejects with 401 `login_not_fresh` in a session older than the
   * app's `fresh_login_seconds`: log in and call it again.
   *
   * @param id of `listIdentities`
   */
  unlinkIdentity(id: number): Promise<Reply<Schemas['EndedSessions']>>;
  /** Schedules the closing of the account after the app's grace period. Needs a recent session, like `unlinkIdentity`. */
  requestClosure(): Promise<Reply<Schemas['Closure']>>;
  /** Cancels the closing. */
  cancelClosure(): Promise<Reply<Schemas['Ok']>>;
  /** All data that the server has of the user. */
  exportMe(): Promise<Reply<Schemas['UserExport']>>;
}

/** Verbs that merge another account into the session's user. All reject with 604 without a session. */
export interface Merges<User> {
  /**
   * Proves another account by its name and `password`, by `phone` and `sms_code`, by `platform` and its login `code`, or by `merge_ticket` and
   * `password`.
   */
  createMergeTicket(proof: Schemas['CreateMergeTicket']): Promise<Schemas['NewMergeTicket']>;
  /**
   * Returns both accounts, and the fields that `merge` needs a choice for.
   *
   * @param ticket `merge_ticket` of an error or of `createMergeTicket`
   */
  previewMerge(ticket: string): Promise<Schemas['MergePreview']>;
  /** Merges the ticket's account into the session's user. @param choices `mine` or `theirs` for each of the preview's `conflicts` */
  merge(ticket: string, choices?: NonNullable<Schemas['MergeAccounts']['choices']>): Promise<User>;
}

/** The query of the page that a scanned code opened, as `onLoad(query)` has it: `scene` of the mini-program's code, `q` of a link. */
export interface ScannedQuery {
  /** Of the mini-program's own code. */
  scene?: string;
  /** Of a code with a link. */
  q?: string;
}

/** A code to show on a page. */
export interface ShownScanLogin<User> extends Omit<Schemas['NewScanLogin'], 'poll_token'> {
  /**
   * Waits until a phone confirms, and then is logged in. Rejects with 613 if the person refuses, and with 614 once the code has expired.
   *
   * @param onStatus is called with each new status, such as `scanned`
   */
  wait(onStatus?: (status: Schemas['ScanLoginStatus']) => void): Promise<User>;
  /** Ends `wait`, which rejects with 614. */
  stop(): void;
}

/** Verbs of a scan login. The first three are for the phone, and reject with 604 without a session. */
export interface ScanLogins<User> {
  /** Finds out who is asking to log in, to show the person before `confirmScanLogin`. @param scanned the ticket, or the page's query */
  openScanLogin(scanned: string | ScannedQuery): Promise<Schemas['ScanLoginRequest']>;
  /**
   * Lets the page log in, once the person has tapped the button.
   *
   * @param options `checkCode`, the two digits below the code, if `needs_check_code` was true
   */
  confirmScanLogin(scanned: string | ScannedQuery, options?: { checkCode?: string }): Promise<void>;
  /** Refuses the page's login. */
  refuseScanLogin(scanned: string | ScannedQuery): Promise<void>;
  /** For a page: a code to show, and how to wait for the phone. */
  startScanLogin(): Promise<ShownScanLogin<User>>;
}

export interface Auth<Links> extends MyAccount, Merges<CurrentUser<Links>>, ScanLogins<CurrentUser<Links>> {
  /** Logs in without a dialog, unless there is already a session. */
  silentLogin(options?: SilentLoginOptions): Promise<CurrentUser<Links>>;
  /**
   * Fetches a new code for the session's user, after which the server can open data that the host seals. Call it before the tap of a
   * phone button if the app or the platform may have changed the key since the login. Rejects with 614 if the person at the host is another
   * user.
   */
  refreshSession(): Promise<CurrentUser<Links>>;
  /** Creates an account; in an anonymous session the same user gets it. */
  register(credentials: Credentials): Promise<CurrentUser<Links>>;
  /** Logs in with a username, an e-mail address or a phone number, and the password. A wrong one is a 400 `credentials_invalid`. */
  login(credentials: Credentials): Promise<CurrentUser<Links>>;
  /**
   * Logs in on the platform that the app runs on, without a dialog, unless there is already a session: `loginWithWechat()`, `loginWithQQ()` and
   * so on. Rejects with 611 on the web, unless there is a session.
   */
  login(options?: SilentLoginOptions & UnionidOption): Promise<CurrentUser<Links>>;
  /**
   * Logs in on the platform that the app runs on, with the person's profile. Rejects with 603 if the person declined (Alipay logs in without the
   * profile), with 611 on the web.
   *
   * @param grant the event of a `getUserInfo` button or the result of `getUserProfile`; without it the host is asked
   */
  loginWithProfile(
    grant?: ProfileEvent | ProfileGrant | Declined | null,
    options?: ProfileLoginOptions & UnionidOption & ScopeOption,
  ): Promise<CurrentUser<Links>>;
  /**
   * Logs in on the platform that the app runs on, with the person's phone number. Rejects with 603 if the person declined, with 611 on platforms whose
   * hosts give no number: QQ, Baidu, JD and the web.
   *
   * @param event of a `getPhoneNumber` button, or the result of `my.getPhoneNumber`
   * @param options `code`, a login code from before the tap, which sealed numbers need (Kuaishou, Xiaohongshu, WeChat before 2.21.2)
   */
  loginWithPhone(event: PhoneEvent | PhoneGrant, options?: SilentLoginOptions): Promise<CurrentUser<Links>>;
  /** Logs in as a new user without a name, who has no other way to log in until `register`. */
  anonymousLogin(): Promise<CurrentUser<Links>>;
  /** Logs in with a code that `BaaS.sendSmsCode` sent to the number, which is verified thereby. */
  loginWithSmsVerificationCode(phone: string, code: Schemas['SmsCode'], options?: CreateUserOption): Promise<CurrentUser<Links>>;
  /**
   * Sets the user's picture and name, as the person chooses them on the host's own button and input. A picture is uploaded first. Rejects
   * with 605 if `avatarPath` is not a file or `nickname` is blank, which hosts return for a refused one; with 604 without a session.
   */
  setProfile(profile: ChosenProfile): Promise<CurrentUser<Links>>;
  /**
   * A token for the team's own APIs (docs/verify-sessions.md), to send as `Authorization: Bearer`. Call it before each request: the client
   * caches the token until a minute before it expires. Rejects with 604 without a session.
   */
  getAccessToken(): Promise<string>;
  /** Closes and clears the session. May be called at any time. */
  logout(): Promise<Reply<Schemas['Ok']>>;
  /** Fetches the session's user from the server. Rejects with 604 without a session. */
  getCurrentUser(): Promise<CurrentUser<Links>>;
  /** Sends a message with a link to set a new password, if the address is a user's. */
  requestPasswordReset(account: Schemas['RequestPasswordReset']): Promise<Reply<Schemas['Ok']>>;
}

/** The common part of every platform. `Links` are the current user's verbs on this platform, `Logins` those of `auth`. */
export interface BaaS<Links = unknown, Logins = unknown> {
  /** Sets the app and its server, before any other call. Throws 605 for a wrong value. @param clientID the app's client id */
  init(clientID: string, options: InitOptions): void;
  /** Sets the same by one object. With `sandbox` alone, the app is the sandbox's, on this machine. */
  init(options: InitObject | SandboxOptions): void;
  /** The client's stored values: `uid`, `openid`, `unionid`, `userinfo`, `session_expires_at` and others. */
  storage: { get(key: string): unknown; set(key: string, value: unknown): void };
  /** Logins, and the calls of the person's session and account. */
  auth: Auth<Links> & Logins;
  /**
   * Sets the answer to the `challenge` of a 403 `challenge_required` (docs/hooks.md), such as the token of a captcha. The next request carries it:
   * make the refused call again.
   */
  setChallengeResponse(response: string): void;
  /** Sends a code to a phone number. @param message `phone`; `signatureID` of the SMS service, if the app has several */
  sendSmsCode(message: { phone: string; signatureID?: number }): Promise<Reply<Schemas['Ok']>>;
  /** Checks a code, without any other effect. */
  verifySmsCode(proof: Schemas['CheckSmsCode']): Promise<Reply<Schemas['Ok']>>;
  /** The server's time. */
  getServerDate(): Promise<Reply<Schemas['ServerTime']>>;
  /** Other users: `new BaaS.User().get(id)` fetches one, with the fields that the app shows of others. */
  User: new () => { get(id: number): Promise<Reply<Schemas['User']>> };
}
