import type { PlatformName } from '../../generated/client/operations.ts';
import { clientError } from './errors.ts';
import type { BaaS } from './types.ts';

/** The names of each platform's verbs, in the published SDK's spelling. */
export const platformVerbs = {
  wechat: { login: 'loginWithWechat', link: 'linkWechat' },
  qq: { login: 'loginWithQQ', link: 'linkQQ' },
  baidu: { login: 'loginWithBaidu', link: 'linkBaidu' },
  kuaishou: { login: 'loginWithKs', link: 'linkKs' },
  jd: { login: 'loginWithJd', link: 'linkJd' },
  alipay: { login: 'loginWithAlipay', link: 'linkAlipay' },
  bytedance: { login: 'loginWithTt', link: 'linkTt' },
  xiaohongshu: { login: 'loginWithXhs', link: 'linkXhs' },
} as const satisfies Record<PlatformName, { login: string; link: string }>;

const names = Object.keys(platformVerbs) as PlatformName[];
const links = [...names.map((name) => platformVerbs[name].link), 'linkThirdParty'];
/** The verbs of `auth` that some platforms lack. */
const logins = [
  ...names.map((name) => platformVerbs[name].login),
  'handleUserInfo',
  'updateUserInfo',
  'updatePhoneNumber',
  'loginWithThirdParty',
  'thirdPartyAuth',
  'getRedirectResult',
];

/** On a platform without a verb, calling it rejects with 611 instead of a TypeError. */
const unsupported = (verbs: string[]): Record<string, () => Promise<never>> =>
  Object.assign({}, ...verbs.map((verb) => ({ [verb]: () => Promise.reject(clientError(611, verb)) })));

/** Adds the current user's verbs. */
export const withLinks = <Links extends object>(own: Links): Links => Object.assign(unsupported(links), own);

/** Adds the verbs of `auth`. */
export const withLogins = <Links, Logins extends object>(baas: BaaS<Links>, own: Logins): BaaS<Links, Logins> => ({
  ...baas,
  auth: Object.assign(unsupported(logins), baas.auth, own),
});
