import type { TestServer } from '../support/server.ts';
import { createFakeBrowser } from './fakeBrowser.ts';
import { createFakeWx } from './fakeWx.ts';
import { runPublishedSdk, type SdkBuild, type SdkVersion } from './publishedSdk.ts';

type ArrayOf = (...items: unknown[]) => unknown[];
const arrayOf = '(...items) => items';

export interface SdkApp {
  // biome-ignore lint/suspicious/noExplicitAny: the published SDK has no types
  BaaS: any;
  /** An array as code of the app would make it: the SDK asks `instanceof Array`, and runs in its own context. */
  arrayOf: ArrayOf;
  /** Runs the app's code in the SDK's context. */
  evaluate(code: string): unknown;
  /** Values that the SDK has stored. */
  storage: Map<string, unknown>;
  /** Every request that went out, as `METHOD path`. */
  requests: string[];
  /** The host's object, in a mini-program. */
  wx?: object;
}

/** A mini-program on a person's phone, with the published SDK set up for the server. */
export function startApp(
  server: TestServer,
  person = 'larry',
  { version = '3.23.6', ...options }: { version?: SdkVersion; autoLogin?: boolean } = {},
) {
  const fake = createFakeWx(() => server.codeFor('wechat', person));
  const evaluate = runPublishedSdk(version, 'wechat', fake.globals);
  // biome-ignore lint/suspicious/noExplicitAny: the published SDK has no types
  const BaaS: any = fake.wx.BaaS;
  BaaS.init('sandbox', { host: server.origin, ...options });
  return { BaaS, evaluate, arrayOf: evaluate(arrayOf) as ArrayOf, ...fake };
}

/** A web page with the published SDK set up for the server. */
export function startPage(server: TestServer, version: SdkVersion): SdkApp {
  const fake = createFakeBrowser(`${server.origin}/shop/`);
  const evaluate = runPublishedSdk(version, 'web', fake.globals);
  // biome-ignore lint/suspicious/noExplicitAny: the published SDK has no types
  const BaaS = fake.window.BaaS as any;
  BaaS.init('sandbox', { host: server.origin });
  return { BaaS, evaluate, arrayOf: evaluate(arrayOf) as ArrayOf, ...fake };
}

/** Starts a build of the published SDK. */
export const startBuild: Record<SdkBuild, (server: TestServer, version: SdkVersion) => SdkApp> = {
  wechat: (server, version) => startApp(server, 'larry', { version }),
  web: startPage,
};
