import {
  authorizedLoginXiaohongshu,
  linkXiaohongshu,
  phoneLoginXiaohongshu,
  silentLoginXiaohongshu,
  updatePhoneXiaohongshu,
} from '../generated/client/operations.ts';
import { createCore } from './core/baas.ts';
import { type CallbackNamespace, callbackHost } from './core/callbackHost.ts';
import { type Platform, sealed, sealedPhone } from './core/platform.ts';
import type {
  BaaS as AnyBaaS,
  CurrentUser as AnyUser,
  ForcedLogin,
  Link,
  LoginWithPhone,
  LoginWithProfile,
  UpdatePhoneNumber,
} from './core/types.ts';
import { withLinks, withLogins } from './core/verbs.ts';

export { HError } from './core/errors.ts';

export interface Links {
  linkXhs: Link;
}
export type CurrentUser = AnyUser<Links>;
export interface Logins {
  loginWithXhs: LoginWithProfile<CurrentUser> & LoginWithPhone<CurrentUser> & ForcedLogin<CurrentUser>;
  updatePhoneNumber: UpdatePhoneNumber<CurrentUser>;
}
export type BaaS = AnyBaaS<Links, Logins>;

/** Xiaohongshu (docs/platforms.md, 8). */
const platform: Platform = {
  name: 'XIAOHONGSHU',
  declineIds: ['id', 'openid'],
  silentLogin: (api, body) => api.POST(silentLoginXiaohongshu.path, { body }),
  authorizedLogin: (api, fields, grant) => api.POST(authorizedLoginXiaohongshu.path, { body: { ...fields, ...sealed(grant) } }),
  phoneLogin: (api, fields, grant) => api.POST(phoneLoginXiaohongshu.path, { body: { ...fields, ...sealedPhone(grant) } }),
  updatePhone: (api, fields, grant) => api.PUT(updatePhoneXiaohongshu.path, { body: { ...fields, ...sealedPhone(grant) } }),
  link: (api, code, profile) =>
    api.POST(linkXiaohongshu.path, { body: { code, ...(profile && { ...profile.fields, ...sealed(profile.grant) }) } }),
};

/** @param xhs the host's global object */
export function createBaaS(xhs: CallbackNamespace): BaaS {
  const { baas, loginWith, updatePhoneNumber } = createCore(platform, callbackHost(xhs), (link) => withLinks({ linkXhs: link }));
  return withLogins(baas, { loginWithXhs: loginWith, updatePhoneNumber });
}
