import {
  authorizedLoginBytedance,
  linkBytedance,
  phoneLoginBytedance,
  silentLoginBytedance,
  updatePhoneBytedance,
} from '../generated/client/operations.ts';
import { createCore } from './core/baas.ts';
import { type CallbackNamespace, callbackHost } from './core/callbackHost.ts';
import type { Host } from './core/host.ts';
import { failureDetail, isDenial } from './core/hostFailure.ts';
import { type Platform, phoneCodeOrSealed, sealed } from './core/platform.ts';
import type {
  BaaS as AnyBaaS,
  CurrentUser as AnyUser,
  LinkByOptions,
  LoginByOptions,
  LoginWithPhone,
  LoginWithProfile,
  UpdatePhoneNumber,
} from './core/types.ts';
import { withLinks, withLogins } from './core/verbs.ts';

export { HError } from './core/errors.ts';

export interface Links {
  linkTt: LinkByOptions;
}
export type CurrentUser = AnyUser<Links>;
export interface Logins {
  loginWithTt: LoginByOptions<CurrentUser> & LoginWithProfile<CurrentUser> & LoginWithPhone<CurrentUser>;
  updatePhoneNumber: UpdatePhoneNumber<CurrentUser>;
}
export type BaaS = AnyBaaS<Links, Logins>;

export interface Tt extends CallbackNamespace {
  getSystemInfoSync?(): { appName?: string };
  /** From base library 2.30, in a tap only; older hosts have `getUserInfo` alone. */
  getUserProfile?: CallbackNamespace['getUserInfo'];
}

/** The host app, in the published SDK's spelling: each request names it, because openids differ between host apps. */
function hostAppOf(tt: Tt): { app_name?: string } {
  try {
    const { appName = '' } = tt.getSystemInfoSync?.() ?? {};
    return appName ? { app_name: appName.toLowerCase() } : {};
  } catch {
    return {};
  }
}

/** ByteDance (docs/platforms.md, 7). */
const platformOn = (tt: Tt): Platform => ({
  name: 'BYTEDANCE',
  declineIds: ['id', 'openid'],
  silentLogin: (api, fields) => api.POST(silentLoginBytedance.path, { body: { ...fields, ...hostAppOf(tt) } }),
  authorizedLogin: (api, fields, grant) =>
    api.POST(authorizedLoginBytedance.path, { body: { ...fields, ...hostAppOf(tt), ...sealed(grant) } }),
  phoneLogin: (api, fields, grant) =>
    api.POST(phoneLoginBytedance.path, { body: { ...fields, ...hostAppOf(tt), ...phoneCodeOrSealed(grant) } }),
  updatePhone: (api, fields, grant) =>
    api.PUT(updatePhoneBytedance.path, { body: { ...fields, ...hostAppOf(tt), ...phoneCodeOrSealed(grant) } }),
  link: (api, code, profile) =>
    api.POST(linkBytedance.path, { body: { code, ...hostAppOf(tt), ...(profile && { ...profile.fields, ...sealed(profile.grant) }) } }),
});

function ttHost(tt: Tt): Host {
  const host = callbackHost(tt);
  return {
    ...host,
    getUserInfo(lang) {
      const { getUserProfile } = tt;
      if (!getUserProfile) return host.getUserInfo(lang);
      const newer = callbackHost({ ...tt, getUserInfo: (options) => getUserProfile.call(tt, options) });
      // Outside of a tap only the older call works.
      return newer
        .getUserInfo(lang)
        .catch((failure) => (isDenial(failureDetail(failure)) ? Promise.reject(failure) : host.getUserInfo(lang)));
    },
  };
}

/** @param tt the host's global object */
export function createBaaS(tt: Tt): BaaS {
  const { baas, loginWith, updatePhoneNumber } = createCore(platformOn(tt), ttHost(tt), (link) => withLinks({ linkTt: link }));
  return withLogins(baas, { loginWithTt: loginWith, updatePhoneNumber });
}
