import { authorizedLoginJd, linkJd, silentLoginJd } from '../generated/client/operations.ts';
import { createCore } from './core/baas.ts';
import { type CallbackNamespace, callbackHost } from './core/callbackHost.ts';
import type { Platform } from './core/platform.ts';
import type { BaaS as AnyBaaS, CurrentUser as AnyUser, ForcedLogin, Link, LoginWithProfile } from './core/types.ts';
import { withLinks, withLogins } from './core/verbs.ts';

export { HError } from './core/errors.ts';

export interface Links {
  linkJd: Link;
}
export type CurrentUser = AnyUser<Links>;
export interface Logins {
  loginWithJd: LoginWithProfile<CurrentUser> & ForcedLogin<CurrentUser>;
}
export type BaaS = AnyBaaS<Links, Logins>;

/** JD (docs/platforms.md, 5). Usually seals nothing: the profile is plain, and `data` and `iv` are passed on if present. */
const platform: Platform = {
  name: 'JINGDONG',
  inSandbox: 'jd',
  onlyGetAndPost: true,
  buttonOutlivesCode: true,
  declineIds: ['id', 'openid'],
  silentLogin: (api, body) => api.POST(silentLoginJd.path, { body }),
  authorizedLogin: (api, fields, { userInfo = {}, data, iv }) =>
    api.POST(authorizedLoginJd.path, { body: { ...fields, userInfo, ...(data && iv && { data, iv }) } }),
  link: (api, code, profile) =>
    api.POST(linkJd.path, { body: { code, ...(profile && { ...profile.fields, userInfo: profile.grant.userInfo ?? {} }) } }),
};

/** @param jd the host's global object */
export function createBaaS(jd: CallbackNamespace): BaaS {
  const { baas, loginWith } = createCore(platform, callbackHost(jd), (link) => withLinks({ linkJd: link }));
  return withLogins(baas, { loginWithJd: loginWith });
}
