import {
  authorizedLoginKuaishou,
  linkKuaishou,
  phoneLoginKuaishou,
  silentLoginKuaishou,
  updatePhoneKuaishou,
} from '../generated/client/operations.ts';
import { createCore } from './core/baas.ts';
import { type CallbackNamespace, callbackHost } from './core/callbackHost.ts';
import type { Host } from './core/host.ts';
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

interface Links {
  linkKs: Link;
}
export type CurrentUser = AnyUser<Links>;
export type BaaS = AnyBaaS<
  Links,
  {
    loginWithKs: LoginWithProfile<CurrentUser> & LoginWithPhone<CurrentUser> & ForcedLogin<CurrentUser>;
    updatePhoneNumber: UpdatePhoneNumber<CurrentUser>;
  }
>;

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

function createBaaS(host: Host): BaaS {
  const { baas, loginWith, updatePhoneNumber } = createCore(platform, host, (link) => withLinks({ linkKs: link }));
  return withLogins(baas, { loginWithKs: loginWith, updatePhoneNumber });
}

declare const ks: CallbackNamespace & { BaaS: BaaS };
export const BaaS: BaaS = createBaaS(callbackHost(ks));
ks.BaaS = BaaS;
