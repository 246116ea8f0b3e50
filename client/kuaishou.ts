import {
  authorizedLoginKuaishou,
  linkKuaishou,
  phoneLoginKuaishou,
  silentLoginKuaishou,
  updatePhoneKuaishou,
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
  linkKs: Link;
}
export type CurrentUser = AnyUser<Links>;
export interface Logins {
  loginWithKs: LoginWithProfile<CurrentUser> & LoginWithPhone<CurrentUser> & ForcedLogin<CurrentUser>;
  updatePhoneNumber: UpdatePhoneNumber<CurrentUser>;
}
export type BaaS = AnyBaaS<Links, Logins>;

/** Kuaishou (docs/platforms.md, 4). */
const platform: Platform = {
  name: 'KUAISHOU',
  onlyGetAndPost: true,
  statusIn: (errMsg) => Number(/\b(40\d|41[35]|429|50[0-4])\b/.exec(errMsg)?.[0]), // the contract's statuses only: the text may contain a port
  declineIds: ['id', 'openid'],
  silentLogin: (api, body) => api.POST(silentLoginKuaishou.path, { body }),
  authorizedLogin: (api, fields, grant) => api.POST(authorizedLoginKuaishou.path, { body: { ...fields, ...sealed(grant) } }),
  phoneLogin: (api, fields, grant) => api.POST(phoneLoginKuaishou.path, { body: { ...fields, ...sealedPhone(grant) } }),
  updatePhone: (api, fields, grant) => api.PUT(updatePhoneKuaishou.path, { body: { ...fields, ...sealedPhone(grant) } }),
  link: (api, code, profile) =>
    api.POST(linkKuaishou.path, { body: { code, ...(profile && { ...profile.fields, ...sealed(profile.grant) }) } }),
};

/** @param ks the host's global object */
export function createBaaS(ks: CallbackNamespace): BaaS {
  const { baas, loginWith, updatePhoneNumber } = createCore(platform, callbackHost(ks), (link) => withLinks({ linkKs: link }));
  return withLogins(baas, { loginWithKs: loginWith, updatePhoneNumber });
}
