import type { PlatformName } from '../generated/client/operations.ts';
import { type Links as AlipayLinks, type Logins as AlipayLogins, createBaaS as createAlipay, type MyNamespace } from './alipay.ts';
import { type Links as BaiduLinks, type Logins as BaiduLogins, createBaaS as createBaidu, type Swan } from './baidu.ts';
import { type Links as BytedanceLinks, type Logins as BytedanceLogins, createBaaS as createBytedance, type Tt } from './bytedance.ts';
import type { CallbackNamespace } from './core/callbackHost.ts';
import { clientError, type HError } from './core/errors.ts';
import { lazily } from './core/lazily.ts';
import type { BaaS as AnyBaaS, CurrentUser as AnyUser } from './core/types.ts';
import { createBaaS as createJd, type Links as JdLinks, type Logins as JdLogins } from './jd.ts';
import { createBaaS as createKuaishou, type Links as KuaishouLinks, type Logins as KuaishouLogins } from './kuaishou.ts';
import { createBaaS as createQq, type Links as QqLinks, type Logins as QqLogins } from './qq.ts';
import { createBaaS as createWeb, type Page, type Links as WebLinks, type Logins as WebLogins } from './web.ts';
import { createBaaS as createWechat, type Links as WechatLinks, type Logins as WechatLogins } from './wechat.ts';
import { createBaaS as createXiaohongshu, type Links as XiaohongshuLinks, type Logins as XiaohongshuLogins } from './xiaohongshu.ts';

export type { HError } from './core/errors.ts';
export type * from './core/types.ts';

/** The current user's verbs of all platforms. Those of another platform than the app's reject with 611. */
export type Links = WechatLinks &
  QqLinks &
  BaiduLinks &
  KuaishouLinks &
  JdLinks &
  AlipayLinks &
  BytedanceLinks &
  XiaohongshuLinks &
  WebLinks;
/** The verbs of `auth` of all platforms. Those of another platform than the app's reject with 611. */
export type Logins = WechatLogins &
  QqLogins &
  BaiduLogins &
  KuaishouLogins &
  JdLogins &
  AlipayLogins &
  BytedanceLogins &
  XiaohongshuLogins &
  WebLogins;
export type CurrentUser<OwnLinks = Links> = AnyUser<OwnLinks>;
export type BaaS<OwnLinks = Links, OwnLogins = Logins> = AnyBaaS<OwnLinks, OwnLogins>;

declare const process: { env: { TARO_ENV?: string; UNI_PLATFORM?: string } };
declare const qq: CallbackNamespace;
declare const swan: Swan;
declare const ks: CallbackNamespace;
declare const jd: CallbackNamespace;
declare const xhs: CallbackNamespace;
declare const tt: Tt;
declare const my: MyNamespace;
declare const wx: CallbackNamespace;
declare const window: Page;

/**
 * A platform to choose.
 *
 * @param targets the platform's names in Taro (`TARO_ENV`) and uni-app (`UNI_PLATFORM`)
 * @param host returns the host's global object, or throws a ReferenceError
 */
const choice = <Host>(targets: string[], host: () => Host, create: (host: Host) => AnyBaaS) => ({
  targets,
  isHere: () => isFunction(() => Object(host()).request || Object(host()).fetch),
  create: () => create(host()),
});

/** In the order of the search: some hosts have `wx` as another name of theirs. */
const choices: Record<PlatformName | 'web', ReturnType<typeof choice>> = {
  qq: choice(['qq', 'mp-qq'], () => qq, createQq),
  baidu: choice(['swan', 'mp-baidu'], () => swan, createBaidu),
  kuaishou: choice(['kwai', 'mp-kuaishou'], () => ks, createKuaishou),
  jd: choice(['jd', 'mp-jd'], () => jd, createJd),
  xiaohongshu: choice(['xhs', 'mp-xhs'], () => xhs, createXiaohongshu),
  bytedance: choice(['tt', 'mp-toutiao'], () => tt, createBytedance),
  alipay: choice(['alipay', 'mp-alipay'], () => my, createAlipay),
  wechat: choice(['weapp', 'mp-weixin'], () => wx, createWechat),
  web: choice(['h5', 'web'], () => window, createWeb),
};

/** A value that may not be there, such as a global that this host does not have. */
function perhaps<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
const isFunction = (read: () => unknown): boolean => typeof perhaps(read) === 'function';

/** @throws 611 if no platform is here, as on a server that renders pages */
function createHere(): AnyBaaS {
  // No tool sets a condition of `exports` for its platforms, but Taro and uni-app replace these expressions, word for word.
  const target = perhaps(() => process.env.TARO_ENV) ?? perhaps(() => process.env.UNI_PLATFORM) ?? '';
  const all = Object.keys(choices).map((name) => choices[name as PlatformName | 'web']);
  const here = all.filter(({ isHere }) => isHere());
  const chosen = here.filter(({ targets }) => targets.indexOf(target) >= 0)[0] ?? here[0];
  if (!chosen) throw clientError(611, 'no platform is here: none of qq, swan, ks, jd, xhs, tt, my, wx and window');
  return chosen.create();
}

/**
 * The client of the platform that the app runs on. It finds the platform when it is first used: by the target for which Taro or uni-app builds, otherwise
 * by the global objects that are there. Until then it touches none, so a server that renders pages can import it.
 */
export const BaaS: BaaS = lazily(createHere) as BaaS;

/** Whether a client rejected with this error. Each platform's file has its own class, so `instanceof` does not work. */
export const isHError = (error: unknown): error is HError => error instanceof Error && error.name === 'HError';
