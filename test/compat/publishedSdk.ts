import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createContext, Script } from 'node:vm';

/** The SDK versions on npm that support `host`, by the names in package.json. */
const packages = {
  '3.6.0': 'minapp-sdk-3.6.0',
  '3.21.1': 'minapp-sdk-3.21.1',
  '3.22.0': 'minapp-sdk-3.22.0',
  '3.23.6': 'minapp-sdk',
};
export type SdkVersion = keyof typeof packages;
export const sdkVersions = Object.keys(packages) as SdkVersion[];

/** The builds in every package: for WeChat mini-programs, and for web pages. */
const builds = { wechat: 'lib/index.js', web: 'lib/web.js' };
export type SdkBuild = keyof typeof builds;

const { resolve } = createRequire(import.meta.url);
const read = (file: string) => readFileSync(resolve(file), 'utf8');

export const sdkSource = (version: SdkVersion, build: SdkBuild): string => read(`${packages[version]}/${builds[build]}`);

const scripts = new Map<string, Script>();
function scriptOf(name: string, source: () => string): Script {
  const script = scripts.get(name) ?? new Script(source(), { filename: name });
  scripts.set(name, script);
  return script;
}

/** WeChat's developer tools add this to every app that they build; version 3.23.6 needs it. */
const regenerator = () => scriptOf('regenerator-runtime', () => read('regenerator-runtime'));

/**
 * Runs a published SDK, unmodified, in a context with timers and the host's globals only.
 *
 * @param globals of the host, `wx` or `window`
 * @returns a function that evaluates an app's code in the same context: the SDK only knows its arrays and patterns
 */
// biome-ignore lint/suspicious/noExplicitAny: code gives anything
export function runPublishedSdk(version: SdkVersion, build: SdkBuild, globals: object): (code: string) => any {
  const context = createContext({
    console,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    ...globals,
  });
  if (build === 'wechat') regenerator().runInContext(context);
  scriptOf(`minapp-sdk ${version} ${build}`, () => sdkSource(version, build)).runInContext(context);
  return (code) => new Script(code).runInContext(context);
}
