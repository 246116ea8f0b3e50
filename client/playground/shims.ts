import type { BaaS, CurrentUser, PhoneGrant, ProfileGrant } from '../core/types.ts';
import type { Namespace } from './host/callbacks.ts';
import { factsOf, type Platform } from './platforms.ts';

interface Event<Detail> {
  detail: Detail;
}
type ProfileEvent = Event<ProfileGrant>;
type PhoneEvent = Event<PhoneGrant>;

/** A platform's client with its own verbs under common names. */
export interface Shim {
  baas: Pick<BaaS<unknown>, 'init' | 'auth' | 'storage' | 'sendSmsCode'>;
  login(options: { createUser?: boolean }): Promise<CurrentUser>;
  /** Logs in with the profile. @param event of the host's button; undefined on a host that asks by itself */
  loginWithProfile(event: ProfileEvent | undefined): Promise<CurrentUser>;
  /** @param code a login code from before the tap */
  loginWithPhone?(event: PhoneEvent, code: string): Promise<CurrentUser>;
  updatePhone?(event: PhoneEvent, code: string): Promise<CurrentUser>;
  /** Links the platform to the session's account. */
  link(): Promise<unknown>;
}

/** Loads each platform's client, which puts itself on the platform's global object. */
const loaders: Record<Platform, () => Promise<Shim>> = {
  async wechat() {
    const { BaaS: baas } = await import('../wechat.ts');
    return {
      baas,
      login: (options) => baas.auth.loginWithWechat(null, options),
      loginWithProfile: (event) => baas.auth.loginWithWechat(event),
      loginWithPhone: (event, code) => baas.auth.loginWithWechat(event, { code }),
      updatePhone: (event, code) => baas.auth.updatePhoneNumber(event, { code }),
      link: async () => (await baas.auth.getCurrentUser()).linkWechat(),
    };
  },
  async qq() {
    const { BaaS: baas } = await import('../qq.ts');
    return {
      baas,
      login: (options) => baas.auth.loginWithQQ(null, options),
      loginWithProfile: (event) => baas.auth.loginWithQQ(event),
      link: async () => (await baas.auth.getCurrentUser()).linkQQ(),
    };
  },
  async baidu() {
    const { BaaS: baas } = await import('../baidu.ts');
    return {
      baas,
      login: (options) => baas.auth.loginWithBaidu(null, options),
      loginWithProfile: (event) => baas.auth.loginWithBaidu(event),
      link: async () => (await baas.auth.getCurrentUser()).linkBaidu(),
    };
  },
  async kuaishou() {
    const { BaaS: baas } = await import('../kuaishou.ts');
    return {
      baas,
      login: (options) => baas.auth.loginWithKs(null, options),
      loginWithProfile: (event) => baas.auth.loginWithKs(event),
      loginWithPhone: (event, code) => baas.auth.loginWithKs(event, { code }),
      updatePhone: (event, code) => baas.auth.updatePhoneNumber(event, { code }),
      link: async () => (await baas.auth.getCurrentUser()).linkKs(),
    };
  },
  async jd() {
    const { BaaS: baas } = await import('../jd.ts');
    return {
      baas,
      login: (options) => baas.auth.loginWithJd(null, options),
      loginWithProfile: (event) => baas.auth.loginWithJd(event),
      link: async () => (await baas.auth.getCurrentUser()).linkJd(),
    };
  },
  async alipay() {
    const { BaaS: baas } = await import('../alipay.ts');
    return {
      baas,
      login: (options) => baas.auth.loginWithAlipay(options),
      loginWithProfile: () => baas.auth.loginWithAlipay({ forceLogin: true }),
      loginWithPhone: ({ detail: { response = '', ...rest } }) => baas.auth.loginWithAlipay({ response, ...rest }),
      updatePhone: ({ detail: { response = '', ...rest } }) => baas.auth.updatePhoneNumber({ response, ...rest }),
      link: async () => (await baas.auth.getCurrentUser()).linkAlipay(),
    };
  },
  async bytedance() {
    const { BaaS: baas } = await import('../bytedance.ts');
    return {
      baas,
      login: (options) => baas.auth.loginWithTt(null, options),
      loginWithProfile: (event) => baas.auth.loginWithTt(event),
      loginWithPhone: (event, code) => baas.auth.loginWithTt(event, { code }),
      updatePhone: (event, code) => baas.auth.updatePhoneNumber(event, { code }),
      link: async () => (await baas.auth.getCurrentUser()).linkTt({}),
    };
  },
  async xiaohongshu() {
    const { BaaS: baas } = await import('../xiaohongshu.ts');
    return {
      baas,
      login: (options) => baas.auth.loginWithXhs(null, options),
      loginWithProfile: (event) => baas.auth.loginWithXhs(event),
      loginWithPhone: (event, code) => baas.auth.loginWithXhs(event, { code }),
      updatePhone: (event, code) => baas.auth.updatePhoneNumber(event, { code }),
      link: async () => (await baas.auth.getCurrentUser()).linkXhs(),
    };
  },
};

/** Puts a phone's host where the platform's client expects it, and loads the client. */
export function loadShim(platform: Platform, namespace: Namespace): Promise<Shim> {
  Object.assign(globalThis, { [factsOf(platform).namespace]: namespace });
  return loaders[platform]();
}
