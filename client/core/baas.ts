import { checkSmsCode, getServerTime, getUser, sendSmsCode } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';
import { createCurrentUser, isOwnRecord, refuseAnonymous } from './currentUser.ts';
import { clientError, expectType, HError, isObject } from './errors.ts';
import { createGeneralLogins } from './generalLogins.ts';
import type { Host, HostGrant } from './host.ts';
import type { Platform } from './platform.ts';
import { createPlatformLogins, type LoginOptions, type Opened } from './platformLogins.ts';
import { type Config, createSend, inSession } from './send.ts';
import { createSession } from './session.ts';
import { createStorage, type Kept } from './storage.ts';
import { type Api, answer, createApi } from './transport.ts';
import type { BaaS, CurrentUser, Link, PhoneEvent, ProfileEvent, UpdatePhoneOptions, UserRecord } from './types.ts';

/** What a button's callback got, or only its `detail`. */
type ButtonData = ProfileEvent | PhoneEvent | HostGrant;
/** The other calling form of Kuaishou and JD. */
type ForcedOptions = LoginOptions & { forceLogin: boolean };

/** What a platform's file makes its `BaaS` of: all that is the same everywhere, and its own verbs before they have their names. */
export interface Core<Links> {
  baas: BaaS<Links>;
  api: Api;
  loginWith(data?: ButtonData | ForcedOptions | null, options?: LoginOptions): Promise<CurrentUser<Links>>;
  updatePhoneNumber(data: PhoneEvent, options?: UpdatePhoneOptions): Promise<CurrentUser<Links>>;
  /** A value that storage keeps. */
  kept<Key extends keyof Kept>(key: Key): Kept[Key] | undefined;
  /** The current user for a record that the server answered. */
  show(record: UserRecord): CurrentUser<Links>;
}

/** @param linksOf names the verb that links an identity of this platform */
export function createCore<Links>(platform: Platform, host: Host, linksOf: (link: Link) => Links): Core<Links> {
  let config: Config | undefined;
  const configured = () => {
    if (!config) throw clientError(602, 'call BaaS.init() first');
    return config;
  };
  const storage = createStorage(host.storage);
  const session = createSession(storage, host.now);
  const send = createSend(host, platform, session, configured);
  const api = createApi(send);
  const general = createGeneralLogins(api, session);
  const logins = createPlatformLogins(host, platform, api, storage, session);

  const mayRenew = () => configured().autoLogin && platform.silentLogin !== undefined;
  /** A session for the user of the last one: an expired session never turns into another account (design.md, Security). */
  const renew = async () => {
    const uid = storage.kept('uid');
    try {
      const opened = await logins.openSilently({ createUser: uid === undefined });
      if (uid !== undefined && opened.session.user_info.id !== uid) return false;
      enter(opened);
      return true;
    } catch (error) {
      if (error instanceof HError && error.code === 404) return false;
      throw error;
    }
  };
  const sessionApi = createApi(inSession(send, session, mayRenew, renew));

  const show = (record: UserRecord) =>
    createCurrentUser<Links>(record, storage.kept('session_expires_at') ?? 0, sessionApi, (user) =>
      linksOf(async (data, options = {}) => {
        refuseAnonymous(user);
        return logins.link(sessionApi, data ? grantOf(data) : undefined, options);
      }),
    );
  const enter = ({ session: opened, profile }: Opened) => {
    session.open(opened, opened.user_info, profile);
    return show(opened.user_info);
  };
  const enterGeneral = ({ token, expires_in, ...user }: components['schemas']['Session']) => {
    session.open({ token, expires_in }, user);
    return show(user);
  };

  const getCurrentUser = async () => {
    const uid = storage.kept('uid');
    if (!(session.token() || mayRenew()) || uid === undefined) throw clientError(604);
    const { data } = await answer(sessionApi.GET(getUser.path, { params: { path: { user_id: uid } } }));
    if (!isOwnRecord(data)) throw clientError(604);
    return show(data);
  };
  const silentLogin = async (options: LoginOptions = {}) => {
    configured();
    if (session.token()) {
      try {
        return await getCurrentUser();
      } catch (error) {
        // The server ended the session earlier than its time.
        if (!(error instanceof HError && error.code === 401)) throw error;
      }
    }
    return enter(await logins.openSilently(options));
  };

  const baas: BaaS<Links> = {
    init(clientID, options) {
      expectType(typeof clientID === 'string' && clientID !== '', 'clientID');
      expectType(typeof options?.host === 'string' && options.host !== '', 'host: the address of your server');
      const { autoLogin = platform.autoLogin ?? false } = options;
      config = { ...options, autoLogin, host: options.host.replace(/\/+$/, ''), clientID };
    },
    storage,
    auth: {
      silentLogin,
      getCurrentUser,
      register: async (credentials) => enterGeneral(await general.register(credentials)),
      login: async (credentials) => enterGeneral(await general.login(credentials)),
      anonymousLogin: async () => enterGeneral(await general.loginAnonymously()),
      async loginWithSmsVerificationCode(phone, code, { createUser = true } = {}) {
        expectProof(phone, code);
        return enterGeneral(await general.loginBySmsCode({ phone, code, create_user: createUser }));
      },
      logout: general.logout,
      requestPasswordReset: general.requestPasswordReset,
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
        return answer(sessionApi.GET(getUser.path, { params: { path: { user_id: id } } }));
      }
    },
  };

  return {
    baas,
    api,
    show,
    kept: storage.kept,
    async loginWith(data, options = {}) {
      configured();
      if (!data) return silentLogin(options);
      expectType(isObject(data), 'data');
      if ('forceLogin' in data) return data.forceLogin ? enter(await logins.openWithProfile(undefined, data)) : silentLogin(data);
      const grant = grantOf(data);
      if (grant.userInfo) return enter(await logins.openWithProfile(grant, options));
      if (grant.encryptedData) return enter(await logins.openWithPhone(grant, options));
      return logins.decline(options);
    },
    async updatePhoneNumber(data, options = {}) {
      configured();
      expectType(isObject(data?.detail), 'data');
      return show(await logins.updatePhone(data.detail, options));
    },
  };
}

const grantOf = (data: ButtonData): HostGrant => ('detail' in data ? (data.detail ?? {}) : data);

const expectProof = (phone: unknown, code: unknown) =>
  expectType(typeof phone === 'string' && (typeof code === 'string' || typeof code === 'number'), 'phone and code');
