import { createBaaS as createAlipay } from '../alipay.ts';
import { createBaaS as createBaidu } from '../baidu.ts';
import { createBaaS as createBytedance } from '../bytedance.ts';
import type { BaaS, CurrentUser, PhoneEvent, UpdatePhoneNumber } from '../core/types.ts';
import { createBaaS as createJd } from '../jd.ts';
import { createBaaS as createKuaishou } from '../kuaishou.ts';
import { createBaaS as createQq } from '../qq.ts';
import { createBaaS as createWeb, type Page } from '../web.ts';
import { createBaaS as createWechat } from '../wechat.ts';
import { createBaaS as createXiaohongshu } from '../xiaohongshu.ts';
import type { PhoneHost } from './host/phoneHost.ts';
import type { Platform } from './platforms.ts';

/** A platform's client. */
export interface Shim {
  baas: BaaS;
  /** Sets the number of the session's user. @param code a login code from before the tap */
  updatePhone?(event: PhoneEvent, code: string): Promise<CurrentUser>;
}

const withPhone = (baas: BaaS<unknown, { updatePhoneNumber: UpdatePhoneNumber<CurrentUser> }>): Shim => ({
  baas,
  updatePhone: (event, code) => baas.auth.updatePhoneNumber(event, { code }),
});

/** Creates the client for pages in a browser. */
export const createWebShim = (page: Page): Shim => ({ baas: createWeb(page) });

/** Creates the platform's client on a host. */
export const createShim: Record<Platform, (host: Pick<PhoneHost, 'namespace' | 'my'>) => Shim> = {
  wechat: ({ namespace }) => withPhone(createWechat(namespace)),
  qq: ({ namespace }) => ({ baas: createQq(namespace) }),
  baidu: ({ namespace }) => ({ baas: createBaidu(namespace) }),
  kuaishou: ({ namespace }) => withPhone(createKuaishou(namespace)),
  jd: ({ namespace }) => ({ baas: createJd(namespace) }),
  alipay({ my }) {
    const baas = createAlipay(my);
    return { baas, updatePhone: ({ detail: { response = '', ...rest } }) => baas.auth.updatePhoneNumber({ response, ...rest }) };
  },
  bytedance: ({ namespace }) => withPhone(createBytedance(namespace)),
  xiaohongshu: ({ namespace }) => withPhone(createXiaohongshu(namespace)),
};
