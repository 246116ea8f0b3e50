import { createBaaS as createAlipay } from '../alipay.ts';
import { createBaaS as createBaidu } from '../baidu.ts';
import { createBaaS as createBytedance } from '../bytedance.ts';
import type { BaaS, CurrentUser, PhoneGrant, ProfileGrant } from '../core/types.ts';
import { createBaaS as createJd } from '../jd.ts';
import { createBaaS as createKuaishou } from '../kuaishou.ts';
import { createBaaS as createQq } from '../qq.ts';
import { createBaaS as createWechat } from '../wechat.ts';
import { createBaaS as createXiaohongshu } from '../xiaohongshu.ts';
import type { PhoneHost } from './host/phoneHost.ts';
import type { Platform } from './platforms.ts';

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

/** Creates the platform's client on a host. */
export const createShim: Record<Platform, (host: Pick<PhoneHost, 'namespace' | 'my'>) => Shim> = {
  wechat({ namespace }) {
    const baas = createWechat(namespace);
    return {
      baas,
      login: (options) => baas.auth.loginWithWechat(null, options),
      loginWithProfile: (event) => baas.auth.loginWithWechat(event),
      loginWithPhone: (event, code) => baas.auth.loginWithWechat(event, { code }),
      updatePhone: (event, code) => baas.auth.updatePhoneNumber(event, { code }),
      link: async () => (await baas.auth.getCurrentUser()).linkWechat(),
    };
  },
  qq({ namespace }) {
    const baas = createQq(namespace);
    return {
      baas,
      login: (options) => baas.auth.loginWithQQ(null, options),
      loginWithProfile: (event) => baas.auth.loginWithQQ(event),
      link: async () => (await baas.auth.getCurrentUser()).linkQQ(),
    };
  },
  baidu({ namespace }) {
    const baas = createBaidu(namespace);
    return {
      baas,
      login: (options) => baas.auth.loginWithBaidu(null, options),
      loginWithProfile: (event) => baas.auth.loginWithBaidu(event),
      link: async () => (await baas.auth.getCurrentUser()).linkBaidu(),
    };
  },
  kuaishou({ namespace }) {
    const baas = createKuaishou(namespace);
    return {
      baas,
      login: (options) => baas.auth.loginWithKs(null, options),
      loginWithProfile: (event) => baas.auth.loginWithKs(event),
      loginWithPhone: (event, code) => baas.auth.loginWithKs(event, { code }),
      updatePhone: (event, code) => baas.auth.updatePhoneNumber(event, { code }),
      link: async () => (await baas.auth.getCurrentUser()).linkKs(),
    };
  },
  jd({ namespace }) {
    const baas = createJd(namespace);
    return {
      baas,
      login: (options) => baas.auth.loginWithJd(null, options),
      loginWithProfile: (event) => baas.auth.loginWithJd(event),
      link: async () => (await baas.auth.getCurrentUser()).linkJd(),
    };
  },
  alipay({ my }) {
    const baas = createAlipay(my);
    return {
      baas,
      login: (options) => baas.auth.loginWithAlipay(options),
      loginWithProfile: () => baas.auth.loginWithAlipay({ forceLogin: true }),
      loginWithPhone: ({ detail: { response = '', ...rest } }) => baas.auth.loginWithAlipay({ response, ...rest }),
      updatePhone: ({ detail: { response = '', ...rest } }) => baas.auth.updatePhoneNumber({ response, ...rest }),
      link: async () => (await baas.auth.getCurrentUser()).linkAlipay(),
    };
  },
  bytedance({ namespace }) {
    const baas = createBytedance(namespace);
    return {
      baas,
      login: (options) => baas.auth.loginWithTt(null, options),
      loginWithProfile: (event) => baas.auth.loginWithTt(event),
      loginWithPhone: (event, code) => baas.auth.loginWithTt(event, { code }),
      updatePhone: (event, code) => baas.auth.updatePhoneNumber(event, { code }),
      link: async () => (await baas.auth.getCurrentUser()).linkTt({}),
    };
  },
  xiaohongshu({ namespace }) {
    const baas = createXiaohongshu(namespace);
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
