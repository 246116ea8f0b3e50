import {
  authorizedLoginWechat,
  linkWechat,
  phoneLoginWechat,
  phoneLoginWechatV25,
  silentLoginWechat,
  updatePhoneWechat,
  updatePhoneWechatV25,
  updateProfileWechat,
  updateProfileWechatV25,
} from '../generated/client/operations.ts';
import { createCore } from './core/baas.ts';
import { type CallbackNamespace, callbackHost } from './core/callbackHost.ts';
import { clientError, expectType, type HError, isObject, sessionMissing } from './core/errors.ts';
import type { FirstGeneration, Ids, UserInfo } from './core/firstGeneration.ts';
import { grantedBy } from './core/grants.ts';
import { type Platform, sealed, sealedPhone } from './core/platform.ts';
import { isStaleKey } from './core/platformLogins.ts';
import { answer } from './core/transport.ts';
import type {
  BaaS as AnyBaaS,
  CurrentUser as AnyUser,
  Declined,
  Link,
  LinkOptions,
  LoginWithPhone,
  LoginWithPhoneCode,
  LoginWithProfile,
  ProfileEvent,
  ProfileGrant,
  ProfileLoginOptions,
  UnionidOption,
  UpdatePhoneNumber,
} from './core/types.ts';
import { withLinks, withLogins } from './core/verbs.ts';

export { HError } from './core/errors.ts';
export type { Ids, UserInfo } from './core/firstGeneration.ts';

export interface Links {
  linkWechat: Link<LinkOptions & UnionidOption>;
}
export type CurrentUser = AnyUser<Links>;

export interface Logins {
  loginWithWechat: LoginWithProfile<CurrentUser, ProfileLoginOptions & UnionidOption> &
    LoginWithPhone<CurrentUser> &
    LoginWithPhoneCode<CurrentUser>;
  /** @deprecated use `loginWithWechat`, which accepts the same */
  handleUserInfo(data: ProfileEvent & ProfileLoginOptions & UnionidOption): Promise<CurrentUser>;
  updatePhoneNumber: UpdatePhoneNumber<CurrentUser>;
  /**
   * Updates the profile with the result of `wx.getUserProfile()`.
   *
   * @param options `code` from an earlier `wx.login()`; needed for sealed data only
   */
  updateUserInfo(data: ProfileGrant | Declined, options?: LinkOptions): Promise<CurrentUser>;
}

export type BaaS = AnyBaaS<Links, Logins> & FirstGeneration;

/** WeChat (docs/platforms.md, 1). */
const platform: Platform = {
  name: 'WECHAT',
  autoLogin: true,
  denialCodes: [104], // the privacy dialog; 112 is a missing declaration by the developer
  declineIds: ['id', 'openid', 'unionid'],
  silentLogin: (api, fields, { withUnionID = false }) =>
    api.POST(silentLoginWechat.path, { body: { ...fields, login_with_unionid: withUnionID } }),
  authorizedLogin: (api, fields, grant) => api.POST(authorizedLoginWechat.path, { body: { ...fields, ...sealed(grant) } }),
  phoneLogin: (api, fields, { code, ...grant }) =>
    code
      ? api.POST(phoneLoginWechat.path, { body: { ...fields, ...grant, phone_code: code } })
      : api.POST(phoneLoginWechatV25.path, { body: { ...fields, ...sealedPhone(grant) } }),
  updatePhone: (api, fields, { code, ...grant }) =>
    code
      ? api.PUT(updatePhoneWechat.path, { body: { ...fields, ...grant, phone_code: code } })
      : api.PUT(updatePhoneWechatV25.path, { body: { ...fields, ...sealedPhone(grant) } }),
  link: (api, code, profile, { withUnionID = false }) => {
    const grant = profile && { ...profile.fields, ...sealed(profile.grant) };
    return api.POST(linkWechat.path, { body: { code, associate_with_unionid: withUnionID, ...grant } });
  },
};

/** @param wx the host's global object */
export function createBaaS(wx: CallbackNamespace): BaaS {
  const { baas, api, kept, show, inTurn, refuse, profileOf, loginWith, updatePhoneNumber } = createCore(
    platform,
    callbackHost(wx),
    (link) => withLinks<Links>({ linkWechat: link }),
  );

  const ids = (): Ids => ({ id: kept('uid') ?? 0, openid: kept('openid') ?? '', unionid: kept('unionid') ?? '' });
  /** Rejection of a declined dialog in the first generation. */
  const declined = (error: HError) => {
    const { code, id, openid, unionid } = error;
    return Promise.reject(code === 603 ? { id, openid, unionid } : error);
  };
  const userInfo = (): UserInfo => ({ ...kept('userinfo'), ...ids() });

  function login(force: false): Promise<Ids>;
  function login(force?: true): Promise<UserInfo>;
  async function login(force = true) {
    await loginWith();
    return force ? loginWith({ forceLogin: true }).then(userInfo, declined) : ids();
  }

  const withOwnLogins = withLogins<Links, Logins>(baas, {
    loginWithWechat: loginWith,
    updatePhoneNumber,
    async handleUserInfo(data) {
      expectType(isObject(data?.detail), 'data');
      return loginWith(data, data);
    },
    async updateUserInfo(data, { code = '', syncUserProfile = 'setnx' } = {}) {
      expectType(isObject(data), 'data');
      const { userInfo, ...grant } = await profileOf(data);
      if (!userInfo || grantedBy(data) !== 'profile') return refuse(data);
      const fields = { update_userprofile: syncUserProfile };
      expectType(!grant.encryptedData || code !== '', 'code, from a wx.login() before wx.getUserProfile()');
      const plain = () => answer(api.PUT(updateProfileWechatV25.path, { body: { ...fields, ...userInfo } }));
      const reply = await inTurn(() =>
        grant.encryptedData
          ? answer(api.PUT(updateProfileWechat.path, { body: { ...fields, ...sealed(grant), code } })).catch((error: HError) =>
              // Another code, perhaps this client's own, was fetched after the app's: send the profile unsealed.
              isStaleKey(error) ? plain() : Promise.reject(error),
            )
          : plain(),
      ).catch((error: HError) =>
        error.error_code === 'profile_update_forbidden' ? Promise.reject(clientError(616)) : sessionMissing(error),
      );
      return show(reply.data);
    },
  });
  return {
    ...withOwnLogins,
    login,
    handleUserInfo: (data) => withOwnLogins.auth.handleUserInfo(data).then(userInfo, declined),
    logout: baas.auth.logout,
  };
}
