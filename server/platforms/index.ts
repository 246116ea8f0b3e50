import type { PlatformName } from '../../generated/operations.ts';
import type { IdentityPlatform, WebProvider } from '../store/schema.ts';
import { alipay } from './alipay.ts';
import { baidu } from './baidu.ts';
import { bytedance } from './bytedance.ts';
import { jd } from './jd.ts';
import { kuaishou } from './kuaishou.ts';
import { oauthWechatMp } from './oauthWechatMp.ts';
import { oauthWechatWeb } from './oauthWechatWeb.ts';
import type { PlatformDefinition } from './platform.ts';
import { qq } from './qq.ts';
import type { WebLoginDefinition } from './webLogin.ts';
import { wechat } from './wechat.ts';
import { xiaohongshu } from './xiaohongshu.ts';

/** Every platform of the contract, by its name in paths, in `APPS_FILE` and in `_provider`. */
export const platforms: Readonly<Record<PlatformName, PlatformDefinition>> = {
  wechat,
  qq,
  baidu,
  kuaishou,
  jd,
  alipay,
  bytedance,
  xiaohongshu,
};

export const platformNames = Object.keys(platforms) as PlatformName[];

/** Every web login of the contract, by the same kind of name. */
export const webLogins: Readonly<Record<WebProvider, WebLoginDefinition>> = {
  'oauth-wechat-web': oauthWechatWeb,
  'oauth-wechat-mp': oauthWechatMp,
};

export const webProviders = Object.keys(webLogins) as WebProvider[];

/** The platforms that identities can come from. */
export const identityPlatforms: readonly IdentityPlatform[] = [...platformNames, ...webProviders];

export const identityPlatformNamed = (name: unknown): IdentityPlatform | undefined => identityPlatforms.find((known) => known === name);

/** The platform with an untrusted name; undefined if there is none. */
export const platformNamed = (name: unknown): PlatformName | undefined => platformNames.find((known) => known === name);

/** The platforms that check content for apps. */
export const contentPlatforms = platformNames.filter((name) => platforms[name].checksContent);

/** The platforms that rate new people. */
export const riskPlatforms = platformNames.filter((name) => platforms[name].ratesPeople);

/** The platforms that draw codes which open an app. */
export const scanPlatforms = platformNames.filter((name) => platforms[name].drawsScanCodes);

/** The schemas of the platforms' entries in `APPS_FILE`. */
export const platformEntries = { ...mapValues(platforms, ({ entry }) => entry), ...mapValues(webLogins, ({ entry }) => entry) };

/** The parts that all platforms of identities have in common. */
const named: Readonly<Record<IdentityPlatform, Pick<PlatformDefinition, 'displayName' | 'required'>>> = { ...platforms, ...webLogins };

/** The names of the settings that an entry must have. */
export const requiredSettings = mapValues(named, ({ required }) => required);

/** The platforms' display names. */
export const displayNames = (language: 'en' | 'zh') => mapValues(named, ({ displayName }) => displayName[language]);

function mapValues<Name extends string, T, U>(record: Readonly<Record<Name, T>>, change: (value: T) => U): Record<Name, U> {
  const entries = Object.entries<T>(record).map(([name, value]) => [name, change(value)]);
  return Object.fromEntries(entries);
}
