import { beforeAll, describe, it } from 'vitest';
import { install, runScript } from './toolchain.ts';

describe('the example for WeChat', () => {
  const example = 'examples/wechat';
  beforeAll(() => install(example), 300_000);

  it('compiles against the package', () => runScript(example, 'check'));
});
