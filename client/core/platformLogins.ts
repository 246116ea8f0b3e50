import type { components } from '../../generated/types.ts';
import { clientError, expectType, HError, isObject, sessionMissing } from './errors.ts';
import { grantedBy, tellsName } from './grants.ts';
import type { Host, HostGrant, HostUserInfo } from './host.ts';
import { isDenial, toldBy } from './hostFailure.ts';
import type { LoginFields, PhoneGrantFields, Platform } from './platform.ts';
import { createQueue } from './queue.ts';
import type { Session } from './session.ts';
import { createShare } from './share.ts';
import { type Api, answer } from './transport.ts';
import type { LinkOptions, PhoneLoginOptions, ProfileLoginOptions, Reply, UnionidOption, UpdatePhoneOptions, UserRecord } from './types.ts';

type Schemas = components['schemas'];
export type LoginOptions = ProfileLoginOptions & Partial<PhoneLoginOptions> & UnionidOption;

/**
 * The logins that the platform vouches for, and what else takes its codes and grants.
 *
 * All take turns, from the host's login to the server's answer: a code changes the key that the host seals with, so one between the
 * code and the answer of another would spoil what was sealed (docs/platforms.md, The classic pitfall).
 */
export interface PlatformLogins {
  /** With a code alone. */
  openSilently(options: LoginOptions): Promise<UserRecord>;
  /** A session for the user of the last one; without a last one, for anybody. @returns whether there is one now */
  renew(): Promise<boolean>;
  /** A new session for the user of the present one, and so a new key at the server. @throws 614 where the host's person is another */
  refresh(): Promise<UserRecord>;
  /** With the person's profile. @param button what the callback of a button got; without it the host asks */
  openWithProfile(button: HostGrant | undefined, options: LoginOptions): Promise<UserRecord>;
  /** With the person's phone number. @throws 605 where it is sealed and the code from before the tap is missing */
  openWithPhone(button: HostGrant, options: LoginOptions): Promise<UserRecord>;
  /** What the callback of a button gave; undefined where it gave nothing. */
  granted(grant: HostGrant): ReturnType<typeof grantedBy>;
  /** Rejects as something does that the host did not give. Nothing is sent. */
  refuse(grant: HostGrant): Promise<never>;
  updatePhone(button: HostGrant, options: UpdatePhoneOptions): Promise<UserRecord>;
  link(button: HostGrant | undefined, options: LinkOptions & UnionidOption): Promise<Reply<Schemas['LinkResult']>>;
  inTurn<Value>(task: () => Promise<Value>): Promise<Value>;
}

export function createPlatformLogins(host: Host, platform: Platform, api: Api, session: Session): PlatformLogins {
  const inTurn = createQueue();
  const share = createShare<UserRecord>();
  const shareRenewal = createShare<boolean>();
  /** The user whose latest key this client brought to the server, by a code of its own. */
  let keyOf: number | undefined;

  /** @param otherwise the code where the host said neither that it is offline nor that the person would not */
  const hostError = async (failure: unknown, otherwise: 601 | 614): Promise<HError> => {
    if (failure instanceof HError) return failure;
    const { statusCode, ...told } = toldBy(failure);
    if (isDenial(told, platform.denialCodes) || (isObject(failure) && isDeclined(failure))) return declined();
    if (await host.isOffline()) return clientError(600, undefined, told);
    // Not every platform says why a dialog gave nothing, where somebody declined it.
    return otherwise === 614 && Object.keys(told).length === 0 ? declined() : clientError(otherwise, undefined, told);
  };
  /** With the ids that storage has, as it has them: the published client's are '' too where nobody was logged in. */
  const declined = () => {
    const kept = { id: session.get('uid') || '', openid: session.get('openid') || '', unionid: session.get('unionid') || '' };
    return clientError(603, undefined, Object.assign({}, ...platform.declineTells.map((name) => ({ [name]: kept[name] }))));
  };

  const isDeclined = (grant: HostGrant) => grantedBy(grant) === 'profile' && platform.declinedBy?.(grant) === true;
  const granted = (grant: HostGrant) => (isDeclined(grant) ? undefined : grantedBy(grant));

  const freshCode = async () => {
    try {
      return usable(await verb(host.login)());
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
   * A code, and a profile that is sealed with that code's key: fetching the code may have changed the key, so the profile of a button
   * is asked for again. No grant where the host tells less than the button did and the button's is sealed with a key of before.
   *
   * @param given a code that the app fetched before the button was tapped
   */
  const freshProfile = async (button: HostGrant | undefined, given: string | undefined) => {
    const code = given === undefined ? await freshCode() : usable(given);
    if (given !== undefined && button) return { code, grant: button };
    try {
      const grant = await verb(host.getUserInfo)(button?.userInfo?.language);
      if (!granted(grant)) throw grant;
      if (!button || tellsName(grant) || !tellsName(button)) return { code, grant };
    } catch (failure) {
      if (!button) throw await hostError(failure, 614);
    }
    return { code, grant: platform.buttonOutlivesCode ? button : undefined };
  };

  const logins: PlatformLogins = {
    inTurn,
    granted,

    openSilently(options) {
      verb(platform.silentLogin);
      const { create_user } = loginFields(options);
      const { withUnionID = false, code } = options;
      const asked = session.changes();
      return share(['silent', create_user, withUnionID, code], () =>
        inTurn(async () => {
          const user = session.user();
          if (code === undefined && session.changes() !== asked && session.token() && user && !user._anonymous) return user;
          if (code !== undefined) return enter(await exchange({ code: usable(code), create_user }, { withUnionID }));
          // As a renewal at the same time would: whoever had a session has an account, unless it is gone.
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
      const asked = session.changes();
      const isOpen = () => session.token() !== undefined && (uid === undefined || session.kept('uid') === uid);
      return shareRenewal([uid], () =>
        inTurn(async () => {
          if (session.changes() !== asked) return isOpen();
          try {
            const opened = await exchange({ code: await freshCode(), create_user: uid === undefined }, {});
            // A login or logout meanwhile was somebody's will, this is nobody's.
            if (session.changes() !== asked) return isOpen();
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
      return share(['profile', fields, options.code], () =>
        inTurn(async () => {
          const attempt = async (given?: string) => {
            const { code, grant } = await freshProfile(button, given);
            const { create_user } = fields;
            if (!grant) return enter(await exchange({ code, create_user }, options), button?.userInfo);
            const { data } = await answer(login(api, { ...fields, code }, grant));
            return enter(data, grant.userInfo);
          };
          try {
            return await attempt(options.code);
          } catch (error) {
            // Another code came between the app's and the tap, perhaps this client's own: as if the app had none.
            if (options.code === undefined || !isStaleKey(error)) throw error;
            return attempt();
          }
        }),
      );
    },

    openWithPhone(button, options) {
      const login = verb(platform.phoneLogin);
      const { code } = options;
      expectType((code || button.code) !== undefined, 'code, from a login() before the tap');
      const fields = loginFields(options);
      const phone = phoneFields(button);
      return share(['phone', fields, code, phone], () =>
        inTurn(async () => {
          try {
            const { data } = await answer(login(api, { ...fields, code: code === undefined ? await freshCode() : usable(code) }, phone));
            return enter(data);
          } catch (error) {
            // A code of this client's own, between the app's and the tap: the key that the number is sealed with came with that.
            if (!(isStaleKey(error) && platform.updatePhone && session.token() && session.kept('uid') === keyOf)) throw error;
            const { data } = await answer(platform.updatePhone(api, { overwrite: true }, phone));
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
      if (granted(button) !== 'phone') return logins.refuse(button);
      return inTurn(async () => {
        if (session.kept('uid') !== uid) throw clientError(604);
        // Not in a renewed session: the code that opens it changes the key that the number is sealed with.
        const fields = { overwrite, ...(code !== undefined && { code: usable(code) }) };
        const { data } = await answer(update(api, fields, phoneFields(button))).catch(sessionMissing);
        return data;
      });
    },

    async link(button, options) {
      const link = verb(platform.link);
      if (button && granted(button) !== 'profile') return logins.refuse(button);
      const uid = session.kept('uid');
      const fields = profileFields(options);
      return inTurn(async () => {
        const { code, grant } = button
          ? await freshProfile(button, options.code)
          : { code: options.code ?? (await freshCode()), grant: undefined };
        if (session.kept('uid') !== uid) throw clientError(604);
        const reply = await answer(link(api, usable(code), grant && { grant, fields }, options));
        // The session may be of another kind of login, whose answer knew none.
        session.setIds({ openid: reply.data.openid, unionid: reply.data.unionid ?? '' });
        return reply;
      });
    },
  };
  return logins;
}

/** @throws 611 where the platform lacks it */
function verb<Verb>(implementation: Verb | undefined): Verb {
  if (!implementation) throw clientError(611);
  return implementation;
}

/** @throws 614 for what is no code */
function usable(code: string): string {
  if (!code) throw clientError(614, 'the host gave no login code');
  if (/ mock /.test(code))
    throw clientError(
      614,
      `the developer tools gave their mock code ("${code}"): log in to the tools, and open the project with its real AppID`,
    );
  return code;
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

/** Only what is there: a phone code stands alone where the host seals nothing. */
const phoneFields = ({ encryptedData, iv, code }: HostGrant): PhoneGrantFields => ({
  ...(encryptedData && { encryptedData }),
  ...(iv && { iv }),
  ...(code && { code }),
});

const isNotFound = (error: unknown) => error instanceof HError && error.code === 404;

const staleKeyCodes = ['session_key_expired', 'sealed_data_invalid', 'signature_invalid'];
/** Whether what the host sealed did not fit the key that came with the code. */
export const isStaleKey = (error: unknown): boolean => error instanceof HError && staleKeyCodes.indexOf(error.error_code ?? '') >= 0;
