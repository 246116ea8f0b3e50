import { authorizedLoginJd, linkJd, silentLoginJd } from '../generated/client/operations.ts';
import { createCore } from './core/baas.ts';
import { type CallbackNamespace, callbackHost } from './core/callbackHost.ts';
import type { Host } from './core/host.ts';
import type { Platform } from './core/platform.ts';
import type { BaaS as AnyBaaS, CurrentUser as AnyUser, ForcedLogin, Link, LoginWithProfile } from './core/types.ts';
import { withLinks, withLogins } from './core/verbs.ts';

export { HError } from './core/errors.ts';

interface Links {
  linkJd: Link;
}
export type CurrentUser = AnyUser<Links>;
export type BaaS = AnyBaaS<Links, { loginWithJd: LoginWithProfile<CurrentUser> & ForcedLogin<CurrentUser> }>;

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

function createBaaS(host: Host): BaaS {
  const { baas, loginWith } = createCore(platform, host, (link) => withLinks({ linkJd: link }));
  return withLogins(baas, { loginWithJd: loginWith });
}

declare const jd: CallbackNamespace & { BaaS: BaaS };
export const BaaS: BaaS = createBaaS(callbackHost(jd));
jd.BaaS = BaaS;
