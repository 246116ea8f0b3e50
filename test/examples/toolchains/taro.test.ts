import { beforeAll, describe } from 'vitest';
import { itLogsInOnH5 } from './h5.ts';
import { openTaroApp } from './host/taroApp.ts';
import { itLogsIn } from './loginPage.ts';
import { install, runScript } from './toolchain.ts';

const example = 'examples/taro';
const targets = [
  { target: 'weapp', platform: 'wechat' },
  { target: 'qq', platform: 'qq' },
  { target: 'swan', platform: 'baidu' },
  { target: 'jd', platform: 'jd' },
  { target: 'alipay', platform: 'alipay' },
  { target: 'tt', platform: 'bytedance' },
] as const;

describe('the example for Taro', () => {
  beforeAll(async () => {
    await install(example);
    await runScript(example, 'check');
  }, 600_000);

  describe.each(['webpack', 'vite'])('with %s', (compiler) => {
    // Taro 4.1 and Vite cannot build for Alipay: its plugin changes a file that Vite has not emitted.
    describe.each(targets.filter(({ target }) => compiler === 'webpack' || target !== 'alipay'))('on $target', ({ target, platform }) => {
      beforeAll(() => runScript(example, `build:${target}`, { COMPILER: compiler }), 300_000);

      itLogsIn(platform, `${example}/dist/${target}`, openTaroApp);
    });

    describe('on h5', () => {
      beforeAll(() => runScript(example, 'build:h5', { COMPILER: compiler }), 300_000);

      itLogsInOnH5(`${example}/dist/h5`);
    });
  });
});
