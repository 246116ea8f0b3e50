import { authorizedLoginQq, linkQq, silentLoginQq } from '../generated/client/operations.ts';
import { createCore } from './core/baas.ts';
import { type CallbackNamespace, callbackHost } from './core/callbackHost.ts';
import { type Platform, sealed } from './core/platform.ts';
import type { BaaS as AnyBaaS, CurrentUser as AnyUser, Link, LoginWithProfile } from './core/types.ts';
import { withLinks, withLogins } from './core/verbs.ts';

export { HError } from './core/errors.ts';

export interface Links {
  linkQQ: Link;
}
export type CurrentUser = AnyUser<Links>;
export interface Logins {
  loginWithQQ: LoginWithProfile<CurrentUser>;
}
export type BaaS = AnyBaaS<Links, Logins>;

/** QQ (docs/platforms.md, 2). */
const platform: Platform = {
  name: 'QQ',
  declineIds: ['id', 'openid'],
  silentLogin: (api, body) => api.POST(silentLoginQq.path, { body }),
  authorizedLogin: (api, fields, grant) => api.POST(authorizedLoginQq.path, { body: { ...fields, ...sealed(grant) } }),
  link: (api, code, profile) => api.POST(linkQq.path, { body: { code, ...(profile && { ...profile.fields, ...sealed(profile.grant) }) } }),
};

/** @param qq the host's global object */
export function createBaaS(qq: CallbackNamespace): BaaS {
  const { baas, loginWith } = createCore(platform, callbackHost(qq), (link) => withLinks({ linkQQ: link }));
  return withLogins(baas, { loginWithQQ: loginWith });
}
