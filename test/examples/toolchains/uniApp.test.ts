import { cpSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe } from 'vitest';
import { itLogsInOnH5 } from './h5.ts';
import { openUniApp } from './host/uniApp.ts';
import { itLogsIn } from './loginPage.ts';
import { install, runScript } from './toolchain.ts';

const example = 'examples/uni-app';
const targets = [
  { target: 'mp-weixin', platform: 'wechat' },
  { target: 'mp-qq', platform: 'qq' },
  { target: 'mp-baidu', platform: 'baidu' },
  { target: 'mp-kuaishou', platform: 'kuaishou' },
  { target: 'mp-jd', platform: 'jd' },
  { target: 'mp-alipay', platform: 'alipay' },
  { target: 'mp-toutiao', platform: 'bytedance' },
  { target: 'mp-xhs', platform: 'xiaohongshu' },
] as const;

describe('the example for uni-app', () => {
  beforeAll(async () => {
    await install(example);
    await runScript(example, 'check');
  }, 600_000);

  describe.each(targets)('on $target', ({ target, platform }) => {
    beforeAll(() => runScript(example, `build:${target}`), 300_000);

    itLogsIn(platform, `${example}/dist/build/${target}`, openUniApp);
  });

  // The module with its own copy of the client, in a project without the package.
  describe('with the module for HBuilderX, on mp-weixin', () => {
    const folder = `${example}/dist/market`;
    beforeAll(async () => {
      cpSync(`${example}/src`, `${folder}/src`, { recursive: true });
      rmSync(`${folder}/src/uni_modules`, { recursive: true });
      cpSync('dist/uni_modules', `${folder}/src/uni_modules`, { recursive: true });
      await runScript(example, 'build:mp-weixin', { UNI_INPUT_DIR: resolve(folder, 'src'), UNI_OUTPUT_DIR: resolve(folder, 'build') });
    }, 300_000);

    itLogsIn('wechat', `${folder}/build`, openUniApp);
  });

  describe('on h5', () => {
    beforeAll(() => runScript(example, 'build:h5'), 300_000);

    itLogsInOnH5(`${example}/dist/build/h5`);
  });
});
