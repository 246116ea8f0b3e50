import { checkSmsCode, getServerTime, getUser, sendSmsCode, updateAvatar, updateUser } from '../../generated/client/operations.ts';
import type { components } from '../../generated/client/types.ts';
import { createAccessTokens } from './accessTokens.ts';
import { createCurrentUser, isOwnRecord, refuseAnonymous } from './currentUser.ts';
import { clientError, expectType, HError, isObject } from './errors.ts';
import { createGeneralLogins } from './generalLogins.ts';
import { isFromHost } from './grants.ts';
import type { Host, HostGrant } from './host.ts';
import { createMerges } from './merges.ts';
import { createMyAccount } from './myAccount.ts';
import { type Platform, verb } from './platform.ts';
import { checkOptions, createPlatformLogins, type Granted, type LoginOptions, type PlatformLogins } from './platformLogins.ts';
import { withSandbox } from './sandbox.ts';
import { createScanLogins } from './scanLogins.ts';
import { type Config, createInSession, createSend, type InSession } from './send.ts';
import { createSession, type Session } from './session.ts';
import { createStorage } from './storage.ts';
import { withTimeout } from './timeouts.ts';
import { type Api, answer, createApi } from './transport.ts';
import type {
  BaaS,
  Credentials,
  CurrentUser,
  ForceOption,
  InitObject,
  InitOptions,
  Link,
  LinkByOptions,
  LinkOptions,
  PhoneEvent,
  ProfileEvent,
  SandboxOptions,
  UpdatePhoneOptions,
  UserRecord,
} from './types.ts';

/** A button's event, or its `detail` alone. */
type ButtonData = ProfileEvent | PhoneEvent | HostGrant;
/** Options alone, without a button's data: the form of `ForcedLogin` and `LoginByOptions`. */
type ForcedOptions = LoginOptions & ForceOption;

/** Base of every platform's `BaaS`: the common parts, and the verbs that the platform's file names. */
export interface Core<Links> extends Pick<Session, 'kept' | 'open'>, Pick<PlatformLogins, 'inTurn' | 'refuse'> {
  baas: BaaS<Links>;
  api: Api;
  /** Whether the sandbox plays the host. */
  isPlayed(): boolean;
  loginWith(data?: ButtonData | ForcedOptions | null, options?: LoginOptions): Promise<CurrentUser<Links>>;
  updatePhoneNumber(data: PhoneEvent, options?: UpdatePhoneOptions): Promise<CurrentUser<Links>>;
  /** The profile of the host's dialog; in the sandbox the plain profile of its person. */
  profileOf(grant: HostGrant): Promise<HostGrant>;
  /** Turns the server's record into the current user. */
  show(record: UserRecord): CurrentUser<Links>;
}

/** Milliseconds for a call of the host, unless `init` sets `timeout`. */
const defaultTimeout = 60_000;
/** Client id of the server's sandbox. */
const sandboxClientId = 'sandbox';
/** The address of a server that was started without settings. */
const sandboxOrigin = 'http://127.0.0.1:3000';
/** Longest delay of `setTimeout`; a longer one fires at once. */
const longestTimer = 2 ** 31 - 1;

/** @param linksOf names the verb that links an identity of this platform */
export function createCore<Links>(platform: Platform, rawHost: Host, linksOf: (link: LinkByOptions) => Links): Core<Links> {
  let config: Config | undefined;
  const configured = () => {
    if (!config) throw clientError(602, 'call BaaS.init() first');
    return config;
  };
  const host = withSandbox(
    withTimeout(rawHost, () => config?.timeout ?? defaultTimeout),
    platform,
    () => config,
  );
  const session = createSession(createStorage(host.storage), host.now, () => config?.owner);
  let challengeResponse: string | undefined;
  const takeChallengeResponse = () => {
    const taken = challengeResponse;
    challengeResponse = undefined;
    return taken;
  };
  const api = createApi(createSend(host, platform, session, configured, takeChallengeResponse));
  const general = createGeneralLogins(api, session);
  const logins = createPlatformLogins(host, platform, api, session, () => config?.clientID === sandboxClientId);

  const accessToken = createAccessTokens(api, session, host.now);

  const mayRenew = () => configured().autoLogin && platform.silentLogin !== undefined;
  const hasSession = () => Boolean(session.token()) || mayRenew();
  const inSession = createInSession(session, mayRenew, logins.renew);
  /** Runs a call in a session that exists or can be opened. */
  const inOwnSession: InSession = async (call) => {
    if (!hasSession()) throw clientError(604);
    return inSession(call);
  };

  const show = (record: UserRecord) =>
    createCurrentUser<Links>(record, session.kept('session_expires_at') ?? 0, api, inSession, (user) => {
      const link = async (data?: Parameters<Link>[0] | (LinkOptions & ForceOption), options: LinkOptions = {}) => {
        refuseAnonymous(user);
        const grant = data && isFromHost(data) ? grantOf(data) : undefined;
        return inSession(() => logins.link(grant, grant ? options : { ...data, ...options }));
      };
      return { ...linksOf(link), link };
    });
  const enterGeneral = ({ token, expires_in, ...user }: components['schemas']['Session']) => {
    session.open({ token, expires_in }, user);
    return show(user);
  };

  const getCurrentUser = async () => {
    const uid = session.kept('uid');
    if (!hasSession() || uid === undefined) throw clientError(604);
    const { data } = await inSession(() => answer(api.GET(getUser.path, { params: { path: { user_id: uid } } })));
    if (!isOwnRecord(data)) throw clientError(604);
    return show(data);
  };
  const silentLogin = async (options: LoginOptions = {}) => {
    configured();
    const replaceable = platform.silentLogin && (session.isAnonymous() || options.code !== undefined);
    if (session.token() && !replaceable) {
      try {
        return await getCurrentUser();
      } catch (error) {
        // The server ended the session before it expired.
        if (!(error instanceof HError && error.code === 401)) throw error;
      }
    }
    return show(await logins.openSilently(options));
  };

  /** Logs in with what a button gave. @param asked the required kind */
  const enterWith = async (data: ButtonData, options: LoginOptions, asked?: Granted) => {
    expectType(isObject(data), 'data');
    checkOptions(options);
    const grant = grantOf(data);
    const granted = logins.granted(grant, asked);
    if (granted === 'profile') return show(await logins.openWithProfile(grant, options));
    if (granted === 'phone') return show(await logins.openWithPhone(grant, options));
    return logins.refuse(grant);
  };

  const baas: BaaS<Links> = {
    init(app: string | InitObject | SandboxOptions, given?: InitOptions) {
      const options: Partial<InitObject> = isObject(app) ? app : { ...given, clientID: app };
      const { sandbox, autoLogin = platform.autoLogin ?? false, timeout = defaultTimeout, env } = options;
      expectType(!sandbox || typeof sandbox === 'string', 'sandbox: the name of a person');
      const { clientID = sandbox && sandboxClientId, host: origin = sandbox && sandboxOrigin } = options;
      expectType(typeof clientID === 'string' && clientID !== '', 'clientID');
      expectType(typeof origin === 'string' && /^https?:\/\//.test(origin), 'host: the address of your server, with http:// or https://');
      expectType(typeof timeout === 'number' && timeout > 0, 'timeout: milliseconds');
      const address = origin.replace(/\/+$/, '');
      const owner = JSON.stringify([address, clientID, env]);
      config = { ...options, autoLogin, timeout: Math.min(timeout, longestTimer), host: address, clientID, owner };
      session.kept('auth_token'); // adopts the published SDK's session
    },
    storage: { get: session.get, set: session.set },
    auth: {
      ...createMyAccount(api, inOwnSession),
      ...createMerges(api, inOwnSession, (record) => {
        session.setIds({ openid: record.openid, unionid: record.unionid });
        return show(record);
      }),
      ...createScanLogins(api, host, inOwnSession, enterGeneral),
      silentLogin,
      getCurrentUser,
      async refreshSession() {
        if (session.kept('uid') === undefined || !hasSession()) throw clientError(platform.silentLogin ? 604 : 611);
        if (session.isAnonymous()) throw clientError(612);
        return show(await logins.refresh());
      },
      register: async (credentials) => enterGeneral(await general.register(credentials)),
      async login(data: Credentials | LoginOptions = {}) {
        configured();
        expectType(isObject(data), 'credentials or options');
        return isCredentials(data) ? enterGeneral(await general.login(data)) : silentLogin(data);
      },
      async loginWithProfile(data, options = {}) {
        configured();
        verb(platform.authorizedLogin);
        return data ? enterWith(data, options, 'profile') : show(await logins.openWithProfile(undefined, options));
      },
      async loginWithPhone(event, options = {}) {
        configured();
        verb(platform.phoneLogin);
        return enterWith(event, options, 'phone');
      },
      anonymousLogin: async () => enterGeneral(await general.loginAnonymously()),
      async loginWithSmsVerificationCode(phone, code, { createUser = true } = {}) {
        expectProof(phone, code);
        return enterGeneral(await general.loginBySmsCode({ phone, code, create_user: createUser }));
      },
      async setProfile(profile) {
        configured();
        const { avatarPath, nickname } = profile ?? {};
        expectType(avatarPath !== undefined || nickname !== undefined, 'avatarPath or nickname');
        expectType(avatarPath === undefined || isLocalFile(avatarPath), 'avatarPath: a file from the host, not the address of a picture');
        expectType(nickname === undefined || (typeof nickname === 'string' && nickname.trim() !== ''), 'nickname: not blank');
        if (!hasSession()) throw clientError(604);
        if (session.isAnonymous()) throw clientError(612);
        const uploaded = avatarPath === undefined ? undefined : await inSession(() => answer(api.upload(updateAvatar.path, avatarPath)));
        if (uploaded && nickname === undefined) return show(uploaded.data);
        const body = nickname === undefined ? {} : { nickname };
        return show((await inSession(() => answer(api.PUT(updateUser.path, { body })))).data);
      },
      getAccessToken: () => inOwnSession(accessToken),
      logout: general.logout,
      requestPasswordReset: general.requestPasswordReset,
    },
    setChallengeResponse(response) {
      expectType(typeof response === 'string', 'response');
      challengeResponse = response;
    },
    async sendSmsCode(message) {
      expectType(typeof message?.phone === 'string', 'phone');
      const { phone, signatureID } = message;
      return answer(api.POST(sendSmsCode.path, { body: { phone, ...(signatureID !== undefined && { signature_id: signatureID }) } }));
    },
    async verifySmsCode(proof) {
      expectProof(proof?.phone, proof?.code);
      return answer(api.POST(checkSmsCode.path, { body: { phone: proof.phone, code: proof.code } }));
    },
    getServerDate: () => answer(api.GET(getServerTime.path)),
    User: class {
      async get(id: number) {
        expectType(typeof id === 'number', 'id');
        return inSession(() => answer(api.GET(getUser.path, { params: { path: { user_id: id } } })));
      }
    },
  };

  return {
    baas,
    api,
    isPlayed: host.isPlayed,
    show,
    kept: session.kept,
    open: session.open,
    inTurn: logins.inTurn,
    refuse: logins.refuse,
    async profileOf(grant) {
      if (!(host.isPlayed() && logins.granted(grant, 'profile'))) return grant;
      const { userInfo } = await host.getUserInfo(undefined).catch(logins.refuse);
      return { userInfo };
    },
    async loginWith(data, options = {}) {
      configured();
      if (!data) return silentLogin(options);
      expectType(isObject(data), 'data');
      if ('forceLogin' in data && data.forceLogin) return show(await logins.openWithProfile(undefined, data));
      return isFromHost(data) || 'code' in data ? enterWith(data, options) : silentLogin({ ...data, ...options });
    },
    async updatePhoneNumber(data, options = {}) {
      configured();
      expectType(isObject(data?.detail), 'data');
      return show(await logins.updatePhone(data.detail, options));
    },
  };
}

const isCredentials = (data: object): data is Credentials => ['username', 'email', 'phone', 'password'].some((name) => name in data);

const grantOf = (data: ButtonData): HostGrant => ('detail' in data ? (data.detail ?? {}) : data);

/**
 * Whether a host's path is a file on the phone. Developer tools give files addresses on the machine itself; an address on the internet is a
 * placeholder, or the picture that the person already has.
 */
const isLocalFile = (path: unknown): path is string =>
  typeof path === 'string' && path !== '' && !/^(https?:)?\/\/(?!127\.0\.0\.1[:/])[^/]*\./.test(path);

const expectProof = (phone: unknown, code: unknown) =>
  expectType(typeof phone === 'string' && (typeof code === 'string' || typeof code === 'number'), 'phone and code');
