import type { HostGrant } from './host.ts';
import { failureDetail } from './hostFailure.ts';

/**
 * Kind of data that a button's callback or the host's own call returned; undefined if none. `errMsg` decides, and fields only if it is
 * silent: platforms drop fields over time.
 */
export function grantedBy(grant: HostGrant): 'profile' | 'phone' | undefined {
  const { errMsg = '', errno, errCode } = failureDetail(grant);
  if (errMsg ? !/:ok/i.test(errMsg) && /fail|den(y|ied)|cancel/i.test(errMsg) : errno || errCode) return undefined;
  const { userInfo, rawData, data, encryptedData, code, response } = grant;
  const kind = /phone/i.test(errMsg) || !(/user(info|profile)/i.test(errMsg) || userInfo || rawData || data) ? 'phone' : 'profile';
  return encryptedData || (kind === 'phone' ? code || response : userInfo || rawData || data) ? kind : undefined;
}

const fields = ['detail', 'errMsg', 'errno', 'errCode', 'userInfo', 'rawData', 'encryptedData', 'data', 'response'];
/** Whether an argument is a host's event or its detail, as opposed to leading options. */
export const isFromHost = (data: object): boolean => fields.some((field) => field in data);

/** Placeholder names that hosts use to hide the real one (docs/platforms.md, 1.2 and 3.2). */
const placeholders = ['', '微信用户', 'QQ用户', '百度网友', '快手用户', '京东用户', '抖音用户', '小红书用户'];

/** Whether a profile may contain a real name; sealed data may. */
export const mayHaveName = ({ userInfo }: HostGrant): boolean => !userInfo || placeholders.indexOf(userInfo.nickName ?? '') < 0;
