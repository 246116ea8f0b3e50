import type { PlatformName } from '../../generated/client/operations.ts';
import { hostObjects } from '../core/hostObjects.ts';
import { platformVerbs } from '../core/verbs.ts';

export type Platform = PlatformName;

/** Facts about a platform's host app that its phone shows and plays. */
export interface PlatformFacts {
  name: { en: string; zh: string };
  /** The name of its login call. */
  loginCall: string;
  /** The result of the phone button; undefined if the client has no phone number there. */
  phone?: 'code' | 'sealed' | 'signed';
  /** Whether the host asks for the profile when it gives a code, instead of returning one. */
  asksForCode?: boolean;
  /** Whether the session key, and so sealed profiles, exist. */
  seals?: boolean;
  /** Whether profiles are signed. */
  signs?: boolean;
  /** Whether the platform tells the server when a person withdraws consent. */
  pushes?: boolean;
  /** How `request` fails for an HTTP error that it does not pass to `success`. */
  failureOf?(status: number): object | undefined;
}

const facts: Record<Platform, PlatformFacts> = {
  wechat: {
    name: { en: 'WeChat', zh: '微信' },
    loginCall: 'login',
    phone: 'code',
    seals: true,
    signs: true,
    pushes: true,
  },
  qq: { name: { en: 'QQ', zh: 'QQ' }, loginCall: 'login', seals: true, signs: true },
  baidu: { name: { en: 'Baidu', zh: '百度' }, loginCall: 'getLoginCode', seals: true },
  kuaishou: {
    name: { en: 'Kuaishou', zh: '快手' },
    loginCall: 'login',
    phone: 'sealed',
    seals: true,
    signs: true,
    pushes: true,
    failureOf: (status) => (status === 401 ? { errMsg: 'request:fail 401' } : undefined),
  },
  jd: {
    name: { en: 'JD', zh: '京东' },
    loginCall: 'login',
    failureOf: (statusCode) => ({ statusCode, errMsg: 'request:fail' }),
  },
  alipay: { name: { en: 'Alipay', zh: '支付宝' }, loginCall: 'getAuthCode', phone: 'signed', asksForCode: true },
  bytedance: {
    name: { en: 'ByteDance', zh: '抖音' },
    loginCall: 'login',
    phone: 'code',
    seals: true,
    signs: true,
    pushes: true,
  },
  xiaohongshu: {
    name: { en: 'Xiaohongshu', zh: '小红书' },
    loginCall: 'login',
    phone: 'sealed',
    seals: true,
    signs: true,
  },
};

export const platformNames = Object.keys(facts) as Platform[];
export const factsOf = (platform: Platform): PlatformFacts => facts[platform];
export const isPlatform = (value: unknown): value is Platform => platformNames.some((name) => name === value);
/** The host's global object: `wx`, `qq` … */
export const namespaceOf = (platform: Platform): string => hostObjects[platform];
export const verbsOf = (platform: Platform): { login: string; link: string } => platformVerbs[platform];
