import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { transform } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildEntry } from '../../tools/buildClient.ts';
import { type Backend, startBackend } from '../support/backend.ts';
import { leaveEs2015 } from '../support/es2015.ts';
import { type FakeHost, miniprogramPlatforms, startApp } from '../support/fakeHost.ts';

let server: Backend;
/** The package's root, as CommonJS. */
let root: string;
/** Its value in an app. */
const asModule = (code: string) => `(() => { const module = { exports: {} }; ${code}; return module.exports; })()`;
const loadIn = (app: FakeHost, code = root, globals: Record<string, unknown> = {}) => app.run(asModule(code), globals).BaaS;
const sentBy = (app: FakeHost) => app.requests.map(({ header }) => header?.['X-Hydrogen-Client-Platform']);
const headerOf = (platform: string) => (platform === 'jd' ? 'JINGDONG' : platform.toUpperCase());
/** Taro and uni-app define the expression as its value, as webpack and Vite do with `define`. */
async function builtFor(name: 'TARO_ENV' | 'UNI_PLATFORM', target: string): Promise<string> {
  const { code } = await transform(root, { target: 'es2015', define: { [`process.env.${name}`]: JSON.stringify(target) } });
  expect(code).not.toContain(`process.env.${name}`);
  return code;
}

describe('the one import', () => {
  beforeAll(async () => {
    root = await buildEntry('index', 'cjs');
  });
  beforeEach(async () => {
    server = await startBackend();
  });

  describe.each(miniprogramPlatforms)('on %s', (platform) => {
    it('finds the platform by the global object of its host, and leaves that as it is', async () => {
      const app = await startApp(server, platform, { init: null });
      const before = { ...app.namespace };
      const BaaS = loadIn(app);
      BaaS.init('sandbox', { host: server.origin });
      expect((await BaaS.auth.login()).id).toBe((await BaaS.auth.getCurrentUser()).id);
      expect(new Set(sentBy(app))).toEqual(new Set([headerOf(platform)]));
      expect(BaaS).not.toBe(app.BaaS);
      expect(app.namespace).toEqual(before);
    });

    it('is not misled by wx, which some hosts have as well', async () => {
      const app = await startApp(server, platform, { init: null });
      const BaaS = loadIn(app, root, platform === 'wechat' ? {} : { wx: { ...app.namespace, request: app.namespace.request } });
      BaaS.init('sandbox', { host: server.origin });
      await BaaS.getServerDate();
      expect(sentBy(app)).toEqual([headerOf(platform)]);
    });
  });

  it.each([
    ['TARO_ENV', 'weapp', 'wechat'],
    ['TARO_ENV', 'swan', 'baidu'],
    ['TARO_ENV', 'tt', 'bytedance'],
    ['TARO_ENV', 'alipay', 'alipay'],
    ['TARO_ENV', 'kwai', 'kuaishou'],
    ['UNI_PLATFORM', 'mp-weixin', 'wechat'],
    ['UNI_PLATFORM', 'mp-toutiao', 'bytedance'],
    ['UNI_PLATFORM', 'mp-kuaishou', 'kuaishou'],
    ['UNI_PLATFORM', 'mp-alipay', 'alipay'],
  ] as const)('takes the platform that %s names, %s, even if hosts look alike', async (name, target, platform) => {
    const app = await startApp(server, platform, { init: null });
    // Another host's object, which is searched before or after.
    const BaaS = loadIn(app, await builtFor(name, target), { qq: { request() {} }, wx: app.namespace });
    BaaS.init('sandbox', { host: server.origin });
    await BaaS.getServerDate();
    expect(sentBy(app)).toEqual([headerOf(platform)]);
  });

  it.each(['', 'rn', 'harmony'])('searches if the target has no platform of ours: "%s"', async (target) => {
    const app = await startApp(server, 'wechat', { init: null });
    const BaaS = loadIn(app, await builtFor('TARO_ENV', target));
    BaaS.init('sandbox', { host: server.origin });
    await BaaS.getServerDate();
    expect(sentBy(app)).toEqual(['WECHAT']);
  });

  it("finds the page, whatever WeChat's scripts for pages put there", async () => {
    const asked: string[] = [];
    const window = {
      fetch: async (url: string) => {
        asked.push(url);
        return { status: 200, text: async () => '{"time":"now"}' };
      },
      localStorage: { getItem: () => null, setItem() {} },
      navigator: { onLine: true },
    };
    const context = createContext({ window, wx: { config() {}, miniProgram: {} }, my: {}, setTimeout, clearTimeout });
    leaveEs2015(context);
    const { BaaS } = runInContext(asModule(root), context);
    BaaS.init('any', { host: 'https://login.example.com' });
    expect((await BaaS.getServerDate()).data).toEqual({ time: 'now' });
    expect(asked).toEqual(['https://login.example.com/hserve/v2.2/server/time/']);
    expect(Object.keys(window)).not.toContain('BaaS');
  });

  it('says that no platform is there', () => {
    const { BaaS } = runInContext(asModule(root), createContext({}));
    expect(() => BaaS.init('any', { host: 'https://login.example.com' })).toThrow(
      expect.objectContaining({ code: 611, message: expect.stringContaining('no platform is here') }),
    );
  });

  describe('in Node', () => {
    const folder = mkdtempSync(join(tmpdir(), 'root-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    it.each(['cjs', 'esm'] as const)('touches no global when a server imports it: %s', async (format) => {
      const file = join(folder, format === 'cjs' ? 'index.cjs' : 'index.mjs');
      writeFileSync(file, await buildEntry('index', format));
      const script = `
        const touched = [];
        for (const name of ['wx', 'qq', 'swan', 'ks', 'jd', 'my', 'tt', 'xhs', 'window', 'document', 'localStorage', 'fetch', 'process'])
          Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); } });
        const before = Object.getOwnPropertyNames(globalThis).join();
        ${format === 'cjs' ? 'Promise.resolve(require' : '(import'}(${JSON.stringify(file)})).then(({ BaaS, isHError }) => {
          if (touched.length) throw new Error('touched: ' + touched);
          if (Object.getOwnPropertyNames(globalThis).join() !== before) throw new Error('added a global');
          try { BaaS.auth; console.log('no error'); } catch (error) { console.log(isHError(error), error.code); }
        });`;
      expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('true 611\n');
    });
  });
});
