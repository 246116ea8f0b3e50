import { baidu, baiduOperations } from './baidu.ts';
import { jd, jdOperations } from './jd.ts';
import { kuaishou, kuaishouOperations } from './kuaishou.ts';
import { qq, qqOperations } from './qq.ts';
import { wechat, wechatOperations } from './wechat.ts';

/** Every platform by its name in `APPS_FILE` and `_provider`. A new one is added here and nowhere else in the server. */
export const platforms = { wechat, qq, baidu, kuaishou, jd };

export const platformOperations = { ...wechatOperations, ...qqOperations, ...baiduOperations, ...kuaishouOperations, ...jdOperations };
