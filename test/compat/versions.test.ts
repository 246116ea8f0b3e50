import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aliasTable, operationTable } from '../../generated/operations.ts';
import { startServer } from '../support/server.ts';
import { accountVerbs } from './accountVerbs.ts';
import { type SdkVersion, sdkSource, sdkVersions } from './publishedSdk.ts';
import { recordVerbs } from './recordVerbs.ts';
import { account, type SdkVerb } from './sdkVerb.ts';
import { startBuild } from './startApp.ts';

const verbs: SdkVerb[] = [...accountVerbs, ...recordVerbs];

const places = Object.entries({ ...operationTable, ...aliasTable }).map(([id, { method, path }]) => ({
  // `phoneLoginWechatV25` does what `phoneLoginWechat` does, for older hosts.
  operation: id.replace(/V\d+$/, ''),
  pattern: new RegExp(`^${method} ${path.replace('{user_id}', '\\d+')}$`),
}));
const operationAt = (place: string) => places.find(({ pattern }) => pattern.test(place))?.operation;
const versionIn = (place: string) => /\/(v[\d.]+)\//.exec(place)?.[1] ?? '';

/** The rows of the page's table, without the heads. */
const rowsOf = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) =>
    row.split(' | ').map((cell) => cell.replaceAll('`', '')),
  );
const rows = rowsOf('docs/published-sdk.md');
const cellOf = ({ call }: SdkVerb, version: SdkVersion) => rows.find(([name]) => name === call)?.[3 + sdkVersions.indexOf(version)];

describe('versions of the published SDK', () => {
  describe.each(sdkVersions)('version %s', (version) => {
    for (const build of ['wechat', 'web'] as const) {
      describe(`for ${build}`, () => {
        it.each(verbs.filter(({ builds }) => builds.includes(build)))('$call', async (verb) => {
          const server = await startServer({ configure: (app) => ({ ...app, public_fields: ['level', 'tags', 'info'] }) });
          const app = startBuild[build](server, version);
          if (verb.isIn && !verb.isIn(app.BaaS)) {
            expect(cellOf(verb, version)).toBe('–');
            return;
          }
          await verb.run(app, server);
          expect(app.requests.filter((place) => !operationAt(place))).toEqual([]);
          const asked = app.requests.filter((place) => operationAt(place) === verb.operation);
          expect([...new Set(asked.map(versionIn))]).toEqual([cellOf(verb, version)]);
        });
      });
    }
  });

  it.each(
    sdkVersions,
  )("version %s sends no unset, rejects dates, and writes to the current user's record instead of another's", async (version) => {
    const { BaaS } = startBuild.wechat(await startServer(), version);
    const user = await BaaS.auth.register(account);
    await user.set('field', 'kept').update();
    expect((await user.unset('field').update()).data.field).toBe('kept');
    await expect(user.set('field', new Date()).update()).rejects.toMatchObject({ code: 601 });
    const other = new BaaS.User().getWithoutData(7);
    expect((await other.set('field', 'another').update()).data).toMatchObject({ id: user.id, field: 'another' });
    expect((await user.set('field', other).update()).data.field).toBe('7');
  });

  it.each(sdkVersions)('version %s gets an error for geographic queries', async (version) => {
    const { BaaS } = startBuild.wechat(await startServer({ configure: (app) => ({ ...app, public_fields: ['place'] }) }), version);
    await BaaS.auth.register(account);
    const point = new BaaS.GeoPoint(10, 20);
    for (const query of [new BaaS.Query().include('place', point), new BaaS.Query().withinCircle('place', point, 5)]) {
      await expect(new BaaS.User().setQuery(query).find()).rejects.toMatchObject({ code: 400 });
    }
  });

  /** The SDK's calls besides logins and users, and the logins that the contract lacks. */
  const outside =
    /table|content|file|upload|pay|censor|media|cloud-function|bulk-operation|message|miniappcode|qr-code|decrypt|riskrank|jssdk|idp\/oauth\//;

  it.each(
    sdkVersions.flatMap((version) => (['wechat', 'web'] as const).map((build) => ({ version, build }))),
  )('the contract has every path of logins and users that $version for $build holds', ({ version, build }) => {
    const held = sdkSource(version, build).match(/\/hserve\/[^"'?]+/g) ?? [];
    const known = new Set(Object.values({ ...operationTable, ...aliasTable }).map(({ path }) => path));
    const missing = held
      .map((path) =>
        path.replace(':userID', '{user_id}').replace('v2.5/idp/:provider', 'v2.5/idp/oauth-wechat-mp').replace(':provider', '{provider}'),
      )
      .filter((path) => !outside.test(path) && !known.has(path as never));
    expect(held.length).toBeGreaterThan(70);
    expect(missing).toEqual([]);
  });

  it.each(['docs/published-sdk.md', 'docs/published-sdk.zh-CN.md'])("%s lists every call, and the server's answer to it", (page) => {
    const listed = rowsOf(page).map(([call, operation, ...cells]) => [call, operation, ...cells.slice(1)]);
    expect(listed.map(([call, operation]) => [call, operation])).toEqual(verbs.map(({ call, operation }) => [call, operation]));
    expect(listed).toEqual(rows.map(([call, operation, ...cells]) => [call, operation, ...cells.slice(1)]));
  });
});
