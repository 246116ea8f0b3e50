import { clientError } from './errors.ts';
import type { BaaS } from './types.ts';

/** Verbs of single platforms. On a platform without one, calling it rejects with 611 instead of a TypeError. */
const logins = [
  'loginWithWechat',
  'loginWithQQ',
  'loginWithBaidu',
  'loginWithKs',
  'loginWithJd',
  'handleUserInfo',
  'updateUserInfo',
  'updatePhoneNumber',
];
const links = ['linkWechat', 'linkQQ', 'linkBaidu', 'linkKs', 'linkJd'];

const unsupported = (names: string[]): Record<string, () => Promise<never>> =>
  Object.assign({}, ...names.map((name) => ({ [name]: () => Promise.reject(clientError(611, name)) })));

/** Adds the current user's verbs. */
export const withLinks = <Links extends object>(own: Links): Links => Object.assign(unsupported(links), own);

/** Adds the verbs of `auth`. */
export const withLogins = <Links, Logins extends object>(baas: BaaS<Links>, own: Logins): BaaS<Links, Logins> => ({
  ...baas,
  auth: Object.assign(unsupported(logins), baas.auth, own),
});
