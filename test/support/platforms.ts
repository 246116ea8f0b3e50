import type { BaaS as Alipay } from '../../client/alipay.ts';
import type { BaaS as Baidu } from '../../client/baidu.ts';
import type { BaaS as Bytedance } from '../../client/bytedance.ts';
import type { platformVerbs } from '../../client/core/verbs.ts';
import type { BaaS as Jd } from '../../client/jd.ts';
import type { BaaS as Kuaishou } from '../../client/kuaishou.ts';
import type { BaaS as Qq } from '../../client/qq.ts';
import type { BaaS as Wechat } from '../../client/wechat.ts';
import type { BaaS as Xiaohongshu } from '../../client/xiaohongshu.ts';
import { type OperationId, operationTable, type PlatformName } from '../../generated/operations.ts';
import { sandboxKeys } from '../../server/sandbox/alipayKeys.ts';
import { asMy } from './myHost.ts';

/** Facts about a platform and its host app, for tests. */
export interface PlatformFacts {
  /** The host's global object, on which the client puts `BaaS`. */
  namespace: string;
  /** The fields that the host returns when a person grants the profile. */
  profile: readonly string[];
  /** The fields that the host's phone button returns; absent if there is none. */
  phone?: readonly string[];
  /** Whether an exchange returns a unionid. */
  unionid?: boolean;
  /** Whether the platform refuses people whom it takes for a risk, whose names begin with `blocked` in the sandbox. */
  blocks?: boolean;
  /** Whether the platform distinguishes a used code from an unknown one. */
  tellsUsedCodes?: boolean;
  /** The host's newer name for `login`. */
  loginCall?: string;
  /** Whether the client's login takes `{ forceLogin }` alone. The client's type decides: another value does not compile. */
  forcedLogin?: boolean;
  /** Whether `request` sends only GET and POST. */
  onlyGetAndPost?: boolean;
  /** Settings with a secret that the platform refuses; a wrong `app_secret` if absent. */
  wrongSecret?: Record<string, string>;
  /** Makes the host's global object from one with the other hosts' calls. */
  adapt?: typeof asMy;
  /** Whether the host asks for the profile when it gives a code, and the server fetches it. */
  asksForCode?: boolean;
  /** How `request` fails for an HTTP error that it does not pass to `success` (docs/protocol.md, What the client keeps). */
  failureOf?(status: number): object | undefined;
}

const signedProfile = ['userInfo', 'rawData', 'signature', 'encryptedData', 'iv'] as const;

const facts: { [P in PlatformName]: PlatformFacts & (P extends ForcedLoginPlatform ? { forcedLogin: true } : { forcedLogin?: never }) } = {
  wechat: {
    namespace: 'wx',
    profile: signedProfile,
    phone: ['encryptedData', 'iv', 'code'],
    unionid: true,
    blocks: true,
    tellsUsedCodes: true,
  },
  qq: { namespace: 'qq', profile: signedProfile, unionid: true, blocks: true },
  baidu: {
    namespace: 'swan',
    profile: ['userInfo', 'data', 'encryptedData', 'iv'],
    phone: ['encryptedData', 'iv'],
    loginCall: 'getLoginCode',
  },
  kuaishou: {
    namespace: 'ks',
    profile: signedProfile,
    phone: ['encryptedData', 'iv'],
    blocks: true,
    onlyGetAndPost: true,
    failureOf: (status) => (status === 401 ? { errMsg: 'request:fail 401' } : undefined),
    forcedLogin: true,
  },
  jd: {
    namespace: 'jd',
    profile: ['userInfo'],
    onlyGetAndPost: true,
    forcedLogin: true,
    failureOf: (statusCode) => ({ statusCode, errMsg: 'request:fail' }),
  },
  alipay: {
    namespace: 'my',
    profile: ['authorized'],
    phone: ['response'],
    unionid: true,
    onlyGetAndPost: true,
    // Another key, because a text that is no key is refused when the file is read.
    wrongSecret: { private_key: sandboxKeys.alipay.private },
    adapt: asMy,
    asksForCode: true,
    forcedLogin: true,
  },
  bytedance: {
    namespace: 'tt',
    profile: signedProfile,
    phone: ['encryptedData', 'iv', 'code'],
    unionid: true,
    forcedLogin: true,
  },
  xiaohongshu: {
    namespace: 'xhs',
    profile: signedProfile,
    phone: ['encryptedData', 'iv'],
    forcedLogin: true,
  },
};

type Complete<T extends Record<PlatformName, object>> = T;
/** The client of every platform: a missing file does not compile. */
export type Clients = Complete<{
  wechat: Wechat;
  qq: Qq;
  baidu: Baidu;
  kuaishou: Kuaishou;
  jd: Jd;
  alipay: Alipay;
  bytedance: Bytedance;
  xiaohongshu: Xiaohongshu;
}>;

type ForcedLoginPlatform = {
  [P in PlatformName]: Clients[P] extends {
    auth: Record<(typeof platformVerbs)[P]['login'], (options: { forceLogin: boolean }) => unknown>;
  }
    ? P
    : never;
}[PlatformName];

export const platformNames = Object.keys(facts) as PlatformName[];
export const factsOf = (platform: PlatformName): PlatformFacts => facts[platform];
/** Whether the host shows the app the body of an answer with an error's status. */
export const showsBodyOf = (platform: PlatformName, status: number): boolean => factsOf(platform).failureOf?.(status) === undefined;

const where = (holds: (facts: PlatformFacts, platform: PlatformName) => unknown) =>
  platformNames.filter((platform) => holds(facts[platform], platform));

/** Platforms whose hosts sign profiles. */
export const signingPlatforms = where(({ profile }) => profile.includes('signature'));
/** Platforms whose hosts seal profiles. */
export const sealingPlatforms = where(({ profile }) => profile.includes('iv'));
export const unionidPlatforms = where(({ unionid }) => unionid);
/** Platforms with operations for phone numbers. */
export const phonePlatforms = where((_facts, platform) => operationOn('phoneLogin', platform) in operationTable);

/** The operationId of a verb on a platform, `silentLoginQq`. */
export function operationOn(verb: string, platform: string) {
  return `${verb}${platform[0]?.toUpperCase()}${platform.slice(1)}` as OperationId;
}

/** A platform other than the given one, for a second identity of a person. */
export function otherPlatform(platform: PlatformName, among: readonly PlatformName[] = platformNames): PlatformName {
  const other = among.find((name) => name !== platform);
  if (!other) throw new Error(`there is no platform other than ${platform}`);
  return other;
}

/** `configure` of a server whose app has more settings of a platform. */
export const withSettings = (platform: string, settings: object) => (app: { platforms: Record<string, object> }) => ({
  ...app,
  platforms: { ...app.platforms, [platform]: { ...app.platforms[platform], ...settings } },
});
