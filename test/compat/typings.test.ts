import { describe, expect, it } from 'vitest';
import { createReader } from '../../tools/clientReference/declarations.ts';
import { startServer } from '../support/server.ts';
import { sdkVersions } from './publishedSdk.ts';
import { startApp, startPage } from './startApp.ts';

const reader = createReader('client/core/publishedSdk.ts');
const namesOf = (type: string) => (reader.read(type).members ?? []).map(({ name }) => name);
/** Those that came later. */
const newer = namesOf('PublishedWechatLogins').filter((name) => name.startsWith('update'));

describe('the types of the published SDK', () => {
  it.each(sdkVersions)('name calls that both builds of %s have', async (version) => {
    const server = await startServer();
    for (const { BaaS } of [startApp(server, 'larry', { version }), startPage(server, version)]) {
      expect(namesOf('PublishedSdk').length).toBeGreaterThan(6);
      expect(namesOf('PublishedSdk').filter((name) => BaaS[name] === undefined)).toEqual([]);
      expect(namesOf('PublishedAuth').filter((name) => typeof BaaS.auth[name] !== 'function')).toEqual([]);
      const user = await BaaS.auth.anonymousLogin();
      expect(namesOf('PublishedUserMethods').filter((name) => typeof user[name] !== 'function')).toEqual([]);
    }
    const { BaaS } = startApp(server, 'larry', { version });
    const lacked = namesOf('PublishedWechatLogins').filter((name) => typeof BaaS.auth[name] !== 'function');
    expect(lacked).toEqual(version === '3.6.0' ? newer : []);
  });
});
