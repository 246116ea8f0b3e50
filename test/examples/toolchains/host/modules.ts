import { posix } from 'node:path';
import type { FakeHost } from '../../../support/fakeHost.ts';

/** Calls of every host that a framework makes at its start. */
const system = { platform: 'ios', SDKVersion: '3.5.0', system: 'iOS 17', version: '8.0.0', language: 'zh_CN', pixelRatio: 2 };
const window = { windowWidth: 390, windowHeight: 800, screenWidth: 390, screenHeight: 844, statusBarHeight: 44 };
const systemCalls = {
  getSystemInfoSync: () => ({ ...system, ...window }),
  getAppBaseInfo: () => system,
  getDeviceInfo: () => system,
  getWindowInfo: () => window,
  getLaunchOptionsSync: () => ({ path: '', query: {} }),
  getEnterOptionsSync: () => ({ path: '', query: {} }),
  canIUse: () => true,
  showToast: () => undefined,
};

/** Options that a script passes to `App`, `Page` or `Component`. */
// biome-ignore lint/suspicious/noExplicitAny: an app's own functions and data
export type Definition = Record<string, any>;

export interface Modules {
  /** Runs a file of the app, once. */
  load(path: string): unknown;
  app(): Definition;
  /** The options that a file passes to `Page` or `Component`. @param path without its suffix */
  definition(path: string): Definition;
}

/**
 * The files of an app in a host that has the modules, timers and functions of a mini-program, and the calls of `FakeHost`.
 *
 * @param pages the result of `getCurrentPages`
 */
export function createModules(files: ReadonlyMap<string, string>, host: FakeHost, pages: () => unknown[]): Modules {
  const definitions = new Map<string, Definition>();
  const loaded = new Map<string, { exports: unknown }>();
  let loading = '';
  let app: Definition = {};
  const define = (definition: Definition) => void definitions.set(loading, definition);
  const globals = {
    global: host.run('globalThis'),
    App: (options: Definition) => {
      app = options;
    },
    Page: define,
    Component: define,
    Behavior: (options: Definition) => options,
    getApp: () => app,
    getCurrentPages: pages,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    console,
    // Alipay's hosts have it in every script.
    ...('getAuthCode' in host.namespace && { navigator: { userAgent: '', swuserAgent: '' } }),
  };
  Object.assign(host.namespace, systemCalls);

  function load(path: string): unknown {
    const known = loaded.get(path);
    if (known) return known.exports;
    const source = files.get(path);
    if (source === undefined) throw new Error(`the app has no ${path}`);
    const module = { exports: {} };
    loaded.set(path, module);
    const outer = loading;
    loading = path.replace(/\.js$/, '');
    const run = host.run(`(function (require, module, exports) {${source}\n})`, globals);
    run((name: string) => load(posix.join(path, '..', name.endsWith('.js') ? name : `${name}.js`)), module, module.exports);
    loading = outer;
    return module.exports;
  }
  return {
    load,
    app: () => app,
    definition(path) {
      if (!definitions.has(path)) load(`${path}.js`);
      const found = definitions.get(path);
      if (!found) throw new Error(`${path} calls neither Page nor Component`);
      return found;
    },
  };
}

/** Sets `a`, `a.b` or `a.[0].b`, as `setData` does. */
export function assignAt(data: Definition, path: string, value: unknown): void {
  const keys = path.split(/[.[\]]+/).filter(Boolean);
  const last = keys.pop() ?? '';
  const holder = keys.reduce<Definition>((inner, key) => {
    inner[key] ??= {};
    return inner[key];
  }, data);
  holder[last] = value;
}
