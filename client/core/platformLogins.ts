import type { components } from '../../generated/client/types.ts';
import { clientError, expectType, HError, isObject, sessionMissing } from './errors.ts';
import { grantedBy, mayHaveName } from './grants.ts';
import type { HostGrant, HostUserInfo } from './host.ts';
import { failureDetail, isDenial } from './hostFailure.ts';
import { type LoginFields, type PhoneGrantFields, type Platform, verb } from './platform.ts';
import { createQueue } from './queue.ts';
import type { PlayedHost } from './sandbox.ts';
import type { Session } from './session.ts';
import { createShare } from './share.ts';
import { type Api, answer } from './transport.ts';
import type {
  ForceOption,
  LinkOptions,
  PhoneLoginOptions,
  ProfileLoginOptions,
  Reply,
  ScopeOption,
  UnionidOption,
  UpdatePhoneOptions,
  UserRecord,
} from './types.ts';

type Schemas = components['schemas'];
export type LoginOptions = ProfileLoginOptions & Partial<PhoneLoginOptions> & UnionidOption & ScopeOption;
export type Granted = ReturnType<typeof grantedBy>;
type AnyLinkOptions = LinkOptions & UnionidOption & ScopeOption & ForceOption;

/**
 * The platform's logins, and the other calls that use its codes and grants.
 *
 * They are serialised, from the host's login to the server's answer: a new code changes the host's sealing key, so a code fetched in
 * between would make sealed data unreadable (docs/platforms.md, The classic pitfall).
 */
export interface PlatformLogins {
  /** Logs in with only a code. */
  openSilently(options: LoginOptions): Promise<UserRecord>;
  /** Opens a new session for the last user, or for anyone if there is none. @returns whether a session is open */
  renew(): Promise<boolean>;
  /** Opens a new session for the same user, which renews the server's key. @throws 614 if the person at the host is another user */
  refresh(): Promise<UserRecord>;
  /** Logs in with the person's profile. @param button the button's grant; without it the host asks */
  openWithProfile(button: HostGrant | undefined, options: LoginOptions): Promise<UserRecord>;
  /** Logs in with the person's phone number. @throws 605 if it is sealed and the code from before the tap is missing */
  openWithPhone(button: HostGrant, options: LoginOptions): Promise<UserRecord>;
  /** Kind of grant in a button's callback; undefined if there is none, or if it is not of the kind that is asked for. */
  granted(grant: HostGrant, asked?: Granted): Granted;
  /** Rejects with the error for a dialog without a result. Sends no request. */
  refuse(grant: unknown): Promise<never>;
  updatePhone(button: HostGrant, options: UpdatePhoneOptions): Promise<UserRecord>;
  link(button: HostGrant | undefined, options: AnyLinkOptions): Promise<Reply<Schemas['LinkResult']>>;
  inTurn<Value>(task: () => Promise<Value>): Promise<Value>;
}

/** @param isSandbox whether the app is the sandbox's, which accepts the developer tools' mock code */
export function createPlatformLogins(
  host: PlayedHost,
  platform: Platform,
  api: Api,
  session: Session,
  isSandbox: () => boolean,
): PlatformLogins {
  const inTurn = createQueue();
  const share = createShare<UserRecord>();
  const shareRenewal = createShare<boolean>();
  /** The user whose latest session key came from a code of this client. */
  let keyOf: number | undefined;

  /** @param fallback the code if the host is online and its failure is not a refusal */
  const hostError = async (failure: unknown, fallback: 601 | 614): Promise<HError> => {
    if (failure instanceof HError) return failure;
    const { statusCode, ...detail } = failureDetail(failure);
    if (isDenial(detail, platform.denialCodes) || (isObject(failure) && isDeclined(failure))) return declined();
    if (await host.isOffline()) return clientError(600, undefined, detail);
    // Some platforms report no reason when the person declines.
    return fallback === 614 && Object.keys(detail).length === 0 ? declined() : clientError(fallback, undefined, detail);
  };
  /** Adds the stored ids; like the published client's, they are '' without a session. */
  const declined = () => {
    const kept = { id: session.get('uid') || '', openid: session.get('openid') || '', unionid: session.get('unionid') || '' };
    return clientError(603, undefined, Object.assign({}, ...platform.declineIds.map((name) => ({ [name]: kept[name] }))));
  };

  const isDeclined = (grant: HostGrant) => grantedBy(grant) === 'profile' && platform.declinedBy?.(grant) === true;
  const granted = (grant: HostGrant, asked?: Granted): Granted => {
    // The sandbox, or Alipay's server, fetches what the person granted: only a refusal counts.
    if (host.isPlayed() || (platform.profileScopes && asked === 'profile')) {
      const kind = asked ?? (/phone/i.test(grant.errMsg ?? '') ? 'phone' : 'profile');
      return isDenial(failureDetail(grant), platform.denialCodes) ? undefined : kind;
    }
    const kind = isDeclined(grant) ? undefined : grantedBy(grant);
    return asked && kind !== asked ? undefined : kind;
  };
  /** The app's code, unless the sandbox plays the host: it does not know the real host's codes. */
  const codeOf = ({ code }: { code?: string | undefined }) => (host.isPlayed() ? undefined : code);

  /** @throws 614 if the host returned no real code */
  const usable = (code: string) => {
    if (!code) throw clientError(614, 'the host returned no login code');
    if (/ mock /.test(code) && !isSandbox())
      throw clientError(
        614,
        `the developer tools returned their mock code ("${code}"): log in to the tools, and open the project with its real AppID`,
      );
    return code;
  };
  const freshCode = async (scopes?: string[]) => {
    try {
      return usable(await verb(host.login)(scopes));
    } catch (failure) {
      throw await hostError(failure, 601);
    }
  };
  const exchange = async (fields: LoginFields, options: UnionidOption) => {
    const { data } = await answer(verb(platform.silentLogin)(api, fields, options));
    return data;
  };
  const enter = (opened: Schemas['PlatformSession'], profile?: HostUserInfo) => {
    session.open(opened, opened.user_info, profile);
    keyOf = opened.user_info.id;
    return opened.user_info;
  };

  /**
   * Fetches a code and a profile sealed with that code's key. Fetching the code may change the key, so a button's profile is requested
   * again. Returns no grant if the host now returns less than the button did and the button's data is sealed with an older key.
   *
   * @param options `code`, a code that the app fetched before the tap
   */
  const freshProfile = async (tapped: HostGrant | undefined, options: { code?: string | undefined } & ScopeOption) => {
    const appCode = codeOf(options);
    const button = host.isPlayed() ? undefined : tapped;
    if (platform.profileScopes) return grantingCode(appCode, platform.profileScopes(options));
    const code = appCode === undefined ? await freshCode() : usable(appCode);
    if (appCode !== undefined && button) return { code, grant: button };
    try {
      const grant = await verb(host.getUserInfo)(button?.userInfo?.language);
      if (!granted(grant)) throw grant;
      if (!button || mayHaveName(grant) || !mayHaveName(button)) return { code, grant };
    } catch (failure) {
      if (!button) throw await hostError(failure, 614);
    }
    return { code, grant: platform.buttonOutlivesCode ? button : undefined };
  };

  /** A code with which the server fetches the profile; without a grant if the person declines. */
  const grantingCode = async (appCode: string | undefined, scopes: string[]): Promise<{ code: string; grant: HostGrant | undefined }> => {
    if (appCode !== undefined) return { code: usable(appCode), grant: {} };
    try {
      return { code: await freshCode(scopes), grant: {} };
    } catch (error) {
      if (!(error instanceof HError && error.code === 603)) throw error;
      return { code: await freshCode(), grant: undefined };
    }
  };

  /** The number of the button, or of the sandbox's. */
  const tappedPhone = async (button: HostGrant) => phoneFields(host.isPlayed() ? await host.getPhoneNumber().catch(logins.refuse) : button);

  const logins: PlatformLogins = {
    inTurn,
    granted,

    openSilently(options) {
      verb(platform.silentLogin);
      const { create_user } = loginFields(options);
      const { withUnionID = false } = options;
      const code = codeOf(options);
      const changesBefore = session.changes();
      return share(['silent', create_user, withUnionID, code], () =>
        inTurn(async () => {
          const user = session.user();
          if (code === undefined && session.changes() !== changesBefore && session.token() && user && !user._anonymous) return user;
          if (code !== undefined) return enter(await exchange({ code: usable(code), create_user }, { withUnionID }));
          // Like a concurrent renewal, creates no account: a known user has one, unless it was deleted.
          const known = session.kept('uid') !== undefined && !session.isAnonymous();
          try {
            return enter(await exchange({ code: await freshCode(), create_user: create_user && !known }, { withUnionID }));
          } catch (error) {
            if (!(known && create_user && isNotFound(error))) throw error;
            return enter(await exchange({ code: await freshCode(), create_user }, { withUnionID }));
          }
        }),
      );
    },

    renew() {
      const uid = session.kept('uid');
      const changesBefore = session.changes();
      const isOpen = () => session.token() !== undefined && (uid === undefined || session.kept('uid') === uid);
      return shareRenewal([uid], () =>
        inTurn(async () => {
          if (session.changes() !== changesBefore) return isOpen();
          try {
            const opened = await exchange({ code: await freshCode(), create_user: uid === undefined }, {});
            // A login or logout in the meantime was deliberate; a renewal is not, so it yields.
            if (session.changes() !== changesBefore) return isOpen();
            if (uid !== undefined && opened.user_info.id !== uid) return false;
            enter(opened);
            return true;
          } catch (error) {
            if (isNotFound(error)) return false;
            throw error;
          }
        }),
      );
    },

    refresh() {
      verb(platform.silentLogin);
      const uid = session.kept('uid');
      return share(['refresh', uid], () =>
        inTurn(async () => {
          const opened = await exchange({ code: await freshCode(), create_user: false }, {});
          if (opened.user_info.id !== uid) throw clientError(614, 'the person at the host is another user');
          if (session.kept('uid') !== uid) throw clientError(604);
          return enter(opened);
        }),
      );
    },

    openWithProfile(button, options) {
      const login = verb(platform.authorizedLogin);
      const fields = { ...loginFields(options), ...profileFields(options) };
      const appCode = codeOf(options);
      return share(['profile', fields, appCode, options.scopes], () =>
        inTurn(async () => {
          const attempt = async (code?: string) => {
            const { code: fresh, grant } = await freshProfile(button, { ...options, code });
            const { create_user } = fields;
            if (!grant) return enter(await exchange({ code: fresh, create_user }, options), button?.userInfo);
            const { data } = await answer(login(api, { ...fields, code: fresh }, grant));
            return enter(data, grant.userInfo);
          };
          try {
            return await attempt(appCode);
          } catch (error) {
            // Another code, perhaps this client's own, was fetched after the app's: retry without the app's code.
            if (appCode === undefined || !isStaleKey(error)) throw error;
            return attempt();
          }
        }),
      );
    },

    openWithPhone(button, options) {
      const login = verb(platform.phoneLogin);
      const appCode = codeOf(options);
      const needsCode = !(platform.buttonOutlivesCode || host.isPlayed());
      expectType(!needsCode || (appCode || button.code) !== undefined, 'code, from a login() before the tap');
      const fields = loginFields(options);
      return share(['phone', fields, appCode, phoneFields(button)], () =>
        inTurn(async () => {
          const code = appCode === undefined ? await freshCode() : usable(appCode);
          const phone = await tappedPhone(button);
          try {
            const { data } = await answer(login(api, { ...fields, code }, phone));
            return enter(data);
          } catch (error) {
            const { buttonOutlivesCode, updatePhone } = platform;
            // This client fetched a code between the app's and the tap, so the number is sealed with that newer key.
            const hasNewerKey = isStaleKey(error) && !buttonOutlivesCode && session.token() && session.kept('uid') === keyOf;
            if (!hasNewerKey || !updatePhone) throw error;
            const { data } = await answer(updatePhone(api, { overwrite: true }, phone));
            return data;
          }
        }),
      );
    },

    refuse: async (grant) => Promise.reject(await hostError(grant, 614)),

    async updatePhone(button, { overwrite = true, code }) {
      const update = verb(platform.updatePhone);
      const uid = session.kept('uid');
      if (!session.token()) throw clientError(604);
      if (!granted(button, 'phone')) return logins.refuse(button);
      return inTurn(async () => {
        if (session.kept('uid') !== uid) throw clientError(604);
        // No renewal here: its code would change the key that the number is sealed with.
        const fields = { overwrite, ...(code !== undefined && { code: host.isPlayed() ? await freshCode() : usable(code) }) };
        const { data } = await answer(update(api, fields, await tappedPhone(button))).catch(sessionMissing);
        return data;
      });
    },

    async link(button, options) {
      const link = verb(platform.link);
      if (button && !granted(button, 'profile')) return logins.refuse(button);
      const uid = session.kept('uid');
      const fields = profileFields(options);
      return inTurn(async () => {
        const { code, grant } =
          button || options.forceLogin
            ? await freshProfile(button, options)
            : { code: codeOf(options) ?? (await freshCode()), grant: undefined };
        if (session.kept('uid') !== uid) throw clientError(604);
        const reply = await answer(link(api, usable(code), grant && { grant, fields }, options));
        // A session from another kind of login has no ids yet.
        session.setIds({ openid: reply.data.openid, unionid: reply.data.unionid ?? '' });
        return reply;
      });
    },
  };
  return logins;
}

/** @throws 605 */
export function checkOptions(options: LoginOptions): void {
  loginFields(options);
  profileFields(options);
}

function loginFields({ createUser = true }: LoginOptions) {
  expectType(typeof createUser === 'boolean', 'createUser');
  return { create_user: createUser };
}

function profileFields({ syncUserProfile = 'setnx' }: LinkOptions) {
  expectType(['overwrite', 'setnx', 'false', false].indexOf(syncUserProfile) >= 0, 'syncUserProfile');
  return { update_userprofile: syncUserProfile };
}

/** Copies the fields that are present: without sealed data, a phone code is the only one. */
const phoneFields = ({ encryptedData, iv, code, response }: HostGrant): PhoneGrantFields => ({
  ...(encryptedData && { encryptedData }),
  ...(iv && { iv }),
  ...(code && { code }),
  ...(response && { response }),
});

const isNotFound = (error: unknown) => error instanceof HError && error.code === 404;

const staleKeyCodes = ['session_key_expired', 'sealed_data_invalid', 'signature_invalid'];
/** Whether sealed data did not match the key of the code. */
export const isStaleKey = (error: unknown): boolean => error instanceof HError && staleKeyCodes.indexOf(error.error_code ?? '') >= 0;
