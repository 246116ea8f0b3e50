import type { HostGrant } from './host.ts';
import { toldBy } from './hostFailure.ts';

/**
 * What the callback of a button, or of the host's own call, gave; undefined where it gave nothing. The host's word decides, not one of
 * the fields: platforms leave fields out over time.
 */
export function grantedBy(grant: HostGrant): 'profile' | 'phone' | undefined {
  const { errMsg = '', errno, errCode } = toldBy(grant);
  if (errMsg ? !/:ok/i.test(errMsg) && /fail|den(y|ied)|cancel/i.test(errMsg) : errno || errCode) return undefined;
  if (grant.userInfo || grant.rawData || grant.data) return 'profile';
  if (grant.encryptedData || grant.code) return /user(info|profile)/i.test(errMsg) ? 'profile' : 'phone';
  return undefined;
}

/** The names that hosts give somebody whose name they do not tell (platforms.md, 1.2 and 3.2). */
const placeholders = ['', '微信用户', 'QQ用户', '百度网友'];

/** Whether a profile tells a name. */
export const tellsName = ({ userInfo = {} }: HostGrant): boolean => placeholders.indexOf(userInfo.nickName ?? '') < 0;
