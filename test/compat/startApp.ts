import type { TestServer } from '../support/server.ts';
import { createFakeWx, loadPublishedSdk } from './fakeWx.ts';

/** A mini-program on a person's phone, with the published SDK set up for the server. */
export function startApp(server: TestServer, person = 'larry', options: { autoLogin?: boolean } = {}) {
  const fake = createFakeWx(() => server.codeFor('wechat', person));
  const BaaS = loadPublishedSdk(fake);
  BaaS.init('sandbox', { host: server.origin, ...options });
  /** An array as code of the app would make it: the SDK asks `instanceof Array`, and runs in a context of its own. */
  const arrayOf = (...items: unknown[]): unknown[] => BaaS.Query.and().queryObject.$and.concat(items);
  return { BaaS, arrayOf, ...fake };
}
