import type { PlatformName } from '../../generated/client/operations.ts';

/** The global object of each host, which has `BaaS`. */
export const hostObjects: Record<PlatformName | 'web', string> = {
  wechat: 'wx',
  qq: 'qq',
  baidu: 'swan',
  kuaishou: 'ks',
  jd: 'jd',
  alipay: 'my',
  bytedance: 'tt',
  xiaohongshu: 'xhs',
  web: 'window',
};
