import type { PlatformName } from '../../generated/operations.ts';
import { baidu } from './baidu.ts';
import { jd } from './jd.ts';
import { kuaishou } from './kuaishou.ts';
import { qq } from './qq.ts';
import { wechat } from './wechat.ts';

/** Every platform by its name in `APPS_FILE` and `_provider`. A new one is added here and, with its operations, in handlers/. */
export const platforms = { wechat, qq, baidu, kuaishou, jd } satisfies Record<PlatformName, unknown>;

/** Their names, with the type that `Object.keys` does not keep. */
export const platformNames = Object.keys(platforms) as PlatformName[];
