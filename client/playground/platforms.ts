import type { PlatformName } from '../../generated/client/operations.ts';
import { hostObjects } from '../core/hostObjects.ts';
import { platformVerbs } from '../core/verbs.ts';

export type Platform = PlatformName;
/** A device of a person: a phone with a platform's host app, or a page in a browser. */
export type Device = Platform | 'web';

/** Facts about a platform's host app that its phone shows and plays; the page in a browser has little more than a name. */
export interface PlatformFacts {
  name: { en: string; zh: string };
  /** The name of its login call; undefined without a host app. */
  loginCall?: string;
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
  /** Whether the platform can refuse a person as risky. */
  blocks?: boolean;
  /** How `request` fails for an HTTP error that it does not pass to `success`. */
  failureOf?(status: number): object | undefined;
}

const facts: Record<Device, PlatformFacts> = {
  wechat: {
    name: { en: 'WeChat', zh: '微信' },
    loginCall: 'login',
    phone: 'code',
    seals: true,
    signs: true,
    pushes: true,
    blocks: true,
  },
  qq: { name: { en: 'QQ', zh: 'QQ' }, loginCall: 'login', seals: true, signs: true, blocks: true },
  baidu: { name: { en: 'Baidu', zh: '百度' }, loginCall: 'getLoginCode', seals: true },
  kuaishou: {
    name: { en: 'Kuaishou', zh: '快手' },
    loginCall: 'login',
    phone: 'sealed',
    seals: true,
    signs: true,
    pushes: true,
    blocks: true,
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
  web: { name: { en: 'Web page', zh: '网页' } },
};

export const deviceNames = Object.keys(facts) as Device[];
export const platformNames = deviceNames.filter((name) => name !== 'web');
export const factsOf = (device: Device): PlatformFacts => facts[device];
export const isPlatform = (value: unknown): value is Platform => platformNames.some((name) => name === value);
export const isDevice = (value: unknown): value is Device => deviceNames.some((name) => name === value);
/** The host's global object: `wx`, `qq` … */
export const namespaceOf = (device: Device): string => hostObjects[device];
export const verbsOf = (platform: Platform): { login: string; link: string } => platformVerbs[platform];
