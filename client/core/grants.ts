import type { HostGrant } from './host.ts';
import { toldBy } from './hostFailure.ts';

/**
 * What the callback of a button, or of the host's own call, gave; undefined where it gave nothing. The host's word decides, not one of
 * the fields: platforms leave fields out over time.
 */
export function grantedBy(grant: HostGrant): 'profile' | 'phone' | undefined {
  const { errMsg = '', errno, errCode } = toldBy(grant);
  if (errMsg ? !/:ok/i.test(errMsg) && /fail|den(y|ied)|cancel/i.test(errMsg) : errno || errCode) return undefined;
  const { userInfo, rawData, data, encryptedData, code } = grant;
  const kind = /phone/i.test(errMsg) || !(/user(info|profile)/i.test(errMsg) || userInfo || rawData || data) ? 'phone' : 'profile';
  return encryptedData || (kind === 'phone' ? code : userInfo || rawData || data) ? kind : undefined;
}

const fields = ['detail', 'errMsg', 'errno', 'errCode', 'userInfo', 'rawData', 'encryptedData', 'data'];
/** Whether this came from a host, as an event or what is in one; otherwise it is options that stand first. */
export const isFromHost = (data: object): boolean => fields.some((field) => field in data);

/** The names that hosts give somebody whose name they do not tell (docs/platforms.md, 1.2 and 3.2). */
const placeholders = ['', '微信用户', 'QQ用户', '百度网友', '快手用户', '京东用户'];

/** Whether a profile may hold a name: a placeholder is none, and what is sealed alone cannot be seen. */
export const tellsName = ({ userInfo }: HostGrant): boolean => !userInfo || placeholders.indexOf(userInfo.nickName ?? '') < 0;
