import { authorizedLoginBaidu, linkBaidu, silentLoginBaidu } from '../generated/client/operations.ts';
import { createCore } from './core/baas.ts';
import { type CallbackNamespace, callbackHost, loginCode } from './core/callbackHost.ts';
import type { Host, HostGrant } from './core/host.ts';
import type { Platform } from './core/platform.ts';
import type { BaaS as AnyBaaS, CurrentUser as AnyUser, Link, LoginWithProfile } from './core/types.ts';
import { withLinks, withLogins } from './core/verbs.ts';

export { HError } from './core/errors.ts';

export interface Links {
  linkBaidu: Link;
}
export type CurrentUser = AnyUser<Links>;
export interface Logins {
  loginWithBaidu: LoginWithProfile<CurrentUser>;
}
export type BaaS = AnyBaaS<Links, Logins>;

/** The ciphertext is in `data`, in some versions of the button in `encryptedData` (docs/platforms.md, 3.2). */
const sealed = ({ data, encryptedData = '', iv = '' }: HostGrant) => ({ data: data ?? encryptedData, iv });

/** Baidu (docs/platforms.md, 3). */
const platform: Platform = {
  name: 'BAIDU',
  // Declined, or not logged in to the host app; `authorize` and the dialogs use 10003.
  denialCodes: [10003, 10004],
  buttonOutlivesCode: true, // as the published client sends it (docs/platforms.md, The classic pitfall)
  // A person who declines, or is not logged in, may get a placeholder without ciphertext (docs/platforms.md, 3.2).
  declinedBy: ({ data, encryptedData }) => !data && !encryptedData,
  declineIds: ['id', 'openid'],
  silentLogin: (api, body) => api.POST(silentLoginBaidu.path, { body }),
  authorizedLogin: (api, fields, grant) => api.POST(authorizedLoginBaidu.path, { body: { ...fields, ...sealed(grant) } }),
  link: (api, code, profile) =>
    api.POST(linkBaidu.path, { body: { code, ...(profile && { ...profile.fields, ...sealed(profile.grant) }) } }),
};

export interface Swan extends CallbackNamespace {
  /** The current login call. Older base libraries only have `login`, which may open a page. */
  getLoginCode?: CallbackNamespace['login'];
}

function swanHost(swan: Swan): Host {
  return {
    ...callbackHost(swan),
    login: () => loginCode((callbacks) => (swan.getLoginCode ? swan.getLoginCode(callbacks) : swan.login(callbacks))),
  };
}

/** @param swan the host's global object */
export function createBaaS(swan: Swan): BaaS {
  const { baas, loginWith } = createCore(platform, swanHost(swan), (link) => withLinks({ linkBaidu: link }));
  return withLogins(baas, { loginWithBaidu: loginWith });
}
