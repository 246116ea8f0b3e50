import type { Handlers } from '../operations.ts';
import { accountOperations } from './accounts.ts';
import { baiduOperations } from './baidu.ts';
import { emailOperations } from './email.ts';
import { jdOperations } from './jd.ts';
import { kuaishouOperations } from './kuaishou.ts';
import { qqOperations } from './qq.ts';
import { serverOperations } from './server.ts';
import { sessionOperations } from './sessions.ts';
import { smsOperations } from './sms.ts';
import { userOperations } from './users.ts';
import { wechatOperations } from './wechat.ts';

/** Every operation of the contract: one that is missing, or answers what is not declared, does not compile. */
export const handlers: Handlers = {
  ...accountOperations,
  ...sessionOperations,
  ...userOperations,
  ...smsOperations,
  ...emailOperations,
  ...serverOperations,
  ...wechatOperations,
  ...qqOperations,
  ...baiduOperations,
  ...kuaishouOperations,
  ...jdOperations,
};
