import type { OperationId, PlatformName } from '../../../../generated/operations.ts';
import { platformOf } from '../context.ts';

/** The contract's name of a platform, and its host's login call. */
const words: Record<PlatformName, { title: string; login: string }> = {
  wechat: { title: 'WeChat', login: 'wx.login' },
  qq: { title: 'QQ', login: 'qq.login' },
  baidu: { title: 'Baidu', login: 'swan.getLoginCode' },
  kuaishou: { title: 'Kuaishou', login: 'ks.login' },
  jd: { title: 'JD', login: 'jd.login' },
  alipay: { title: 'Alipay', login: 'my.getAuthCode' },
  bytedance: { title: 'ByteDance', login: 'tt.login' },
  xiaohongshu: { title: 'Xiaohongshu', login: 'xhs.login' },
};

/** A sentence of a case, with the words of the operation's platform. */
export function sentenceOf(text: string, id: OperationId): string {
  const platform = platformOf(id);
  if (!platform) return text;
  const { title, login } = words[platform];
  return text.replaceAll('{Platform}', title).replaceAll('{platform}', platform).replaceAll('{login}', login);
}
