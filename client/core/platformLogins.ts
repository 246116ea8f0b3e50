import type { components } from '../../generated/types.ts';
import { clientError, expectType, HError, sessionMissing } from './errors.ts';
import type { Host, HostGrant, HostUserInfo } from './host.ts';
import type { Platform, SealedPhone } from './platform.ts';
import type { Session } from './session.ts';
import { createShare } from './share.ts';
import type { Storage } from './storage.ts';
import { type Api, answer, noAnswer } from './transport.ts';
import type { LinkOptions, PhoneLoginOptions, ProfileLoginOptions, Reply, UnionidOption, UpdatePhoneOptions, UserRecord } from './types.ts';

type Schemas = components['schemas'];
export type LoginOptions = ProfileLoginOptions & Partial<PhoneLoginOptions> & UnionidOption;

/** A session that the server opened and nobody keeps yet. */
export interface Opened {
  session: Schemas['PlatformSession'];
  /** What the host told of the person. */
  profile?: HostUserInfo;
}

/** The logins that the platform vouches for, and what else takes its codes and grants. */
export interface PlatformLogins {
  /** With a code alone. */
  openSilently(options: LoginOptions): Promise<Opened>;
  /** With the person's profile. @param button what the callback of a button got; without it the host asks */
  openWithProfile(button: HostGrant | undefined, options: LoginOptions): Promise<Opened>;
  /** With the person's phone number and the code from before the tap. */
  openWithPhone(button: HostGrant, options: LoginOptions): Promise<Opened>;
  /** Rejects as a decline does; without a session it opens one first, so that the error tells who declined. */
  decline(options: LoginOptions): Promise<never>;
  updatePhone(button: HostGrant, options: UpdatePhoneOptions): Promise<UserRecord>;
  /** @param sessionApi sends in the session */
  link(sessionApi: Api, button: HostGrant | undefined, options: LinkOptions & UnionidOption): Promise<Reply<Schemas['LinkResult']>>;
}

export function createPlatformLogins(host: Host, platform: Platform, api: Api, storage: Storage, session: Session): PlatformLogins {
  const share = createShare<Opened>();

  const freshCode = async () => {
    try {
      return await verb(host.login)();
    } catch (failure) {
      throw failure instanceof HError ? failure : await noAnswer(host);
    }
  };

  /**
   * A code, and a profile that is sealed with that code's key: fetching the code may have changed the key, so the profile of a button
   * is asked for again (platforms.md, The classic pitfall).
   */
  const freshProfile = async (button: HostGrant | undefined, options: LoginOptions) => {
    const code = await freshCode();
    try {
      return { code, grant: await verb(host.getUserInfo)(button?.userInfo?.language) };
    } catch {
      if (button) return { code, grant: button };
      if (await host.isOffline()) throw clientError(600);
      return logins.decline(options);
    }
  };

  const logins: PlatformLogins = {
    openSilently(options) {
      const { withUnionID = false } = options;
      const login = verb(platform.silentLogin);
      return share(['silent', loginFields(options), withUnionID], async () => {
        const fields = { ...loginFields(options), code: await freshCode() };
        return { session: (await answer(login(api, fields, { withUnionID }))).data };
      });
    },

    openWithProfile(button, options) {
      const login = verb(platform.authorizedLogin);
      const fields = { ...loginFields(options), ...profileFields(options) };
      return share(['profile', fields], async () => {
        const { code, grant } = await freshProfile(button, options);
        const { data } = await answer(login(api, { ...fields, code }, grant));
        return { session: data, ...(grant.userInfo && { profile: grant.userInfo }) };
      });
    },

    openWithPhone(button, options) {
      const login = verb(platform.phoneLogin);
      const { code = '' } = options;
      expectType(code !== '', 'code, from a login() before the tap');
      const fields = { ...loginFields(options), code };
      return share(['phone', fields], async () => ({ session: (await answer(login(api, fields, sealedPhone(button)))).data }));
    },

    async decline(options) {
      if (!session.token()) {
        const opened = await logins.openSilently(options);
        session.open(opened.session, opened.session.user_info);
      }
      const told = { id: storage.kept('uid'), openid: storage.kept('openid') ?? '', unionid: storage.kept('unionid') ?? '' };
      throw clientError(603, undefined, Object.assign({}, ...platform.declineTells.map((name) => ({ [name]: told[name] }))));
    },

    async updatePhone(button, { overwrite = true }) {
      const update = verb(platform.updatePhone);
      if (!session.token()) throw clientError(604);
      if (!button.encryptedData) return logins.decline({});
      // Not in a renewed session: the code that opens it changes the key that the number is sealed with.
      const { data } = await answer(update(api, { overwrite }, sealedPhone(button))).catch(sessionMissing);
      return data;
    },

    async link(sessionApi, button, options) {
      const link = verb(platform.link);
      const { code, grant } = button?.userInfo ? await freshProfile(button, {}) : { code: await freshCode(), grant: undefined };
      const reply = await answer(link(sessionApi, code, grant && { grant, fields: profileFields(options) }, options));
      // The session may be of another kind of login, whose answer knew none.
      storage.set('openid', reply.data.openid);
      storage.set('unionid', reply.data.unionid ?? '');
      return reply;
    },
  };
  return logins;
}

/** @throws 611 where the platform lacks it */
function verb<Verb>(implementation: Verb | undefined): Verb {
  if (!implementation) throw clientError(611);
  return implementation;
}

function loginFields({ createUser = true }: LoginOptions) {
  expectType(typeof createUser === 'boolean', 'createUser');
  return { create_user: createUser };
}

function profileFields({ syncUserProfile = 'setnx' }: LinkOptions) {
  expectType(['overwrite', 'setnx', 'false', false].indexOf(syncUserProfile) >= 0, 'syncUserProfile');
  return { update_userprofile: syncUserProfile };
}

const sealedPhone = ({ encryptedData = '', iv = '', code }: HostGrant): SealedPhone => ({
  encryptedData,
  iv,
  ...(code !== undefined && { code }),
});
