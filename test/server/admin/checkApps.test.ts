import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { webProviders } from '../../../server/platforms/index.ts';
import { sandboxApp } from '../../../server/sandbox/sandbox.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { freePort } from '../../support/command.ts';
import { createFolder } from '../../support/folder.ts';
import { factsOf, platformNames } from '../../support/platforms.ts';
import { startServer } from '../../support/server.ts';

type Entry = ReturnType<typeof sandboxApp>;

/** A file with the sandbox's app, changed, whose platforms a server's sandbox simulates. */
async function appsFile(change: (platforms: Entry['platforms']) => unknown = () => undefined) {
  const { origin } = await startServer();
  const app = sandboxApp(`${origin}/sandbox`);
  change(app.platforms);
  const path = `${createFolder()}/apps.json`;
  writeFileSync(path, JSON.stringify({ apps: [app] }));
  return { APPS_FILE: path };
}

describe('check-apps', () => {
  it('accepts every secret if all are right, and says what it cannot check', async () => {
    const results = await adminJson(['check-apps'], await appsFile());
    expect(results.map(({ platform, result }: Record<string, string>) => [platform, result])).toEqual(
      [...platformNames, ...webProviders].map((platform) => [platform, 'accepted']),
    );
    const unverified = results.flatMap((result: { platform: string; unverified?: string }) => (result.unverified ? result.platform : []));
    expect(unverified).toEqual(expect.arrayContaining(['qq', 'kuaishou', 'jd', 'alipay']));
  });

  it.each([...platformNames, ...webProviders])('finds a wrong secret on %s, and on no other', async (platform) => {
    const facts = platformNames.find((name) => name === platform);
    const wrong = (facts && factsOf(facts).wrongSecret) ?? { app_secret: 'mistyped-secret' };
    const env = await appsFile((platforms) => Object.assign(platforms[platform] as object, wrong));
    const { code, output } = await admin(['check-apps', '--json'], env);
    expect(code).toBe(1);
    for (const secret of Object.values(wrong)) expect(output).not.toContain(secret);
    const refused = JSON.parse(output).filter(({ result }: Record<string, string>) => result !== 'accepted');
    expect(refused).toMatchObject([{ app: 'sandbox', platform, result: 'refused', answer: { code: 'app_misconfigured' } }]);
  });

  it('has no verdict if a platform is not reached', async () => {
    const base_url = `http://127.0.0.1:${await freePort()}`;
    const env = await appsFile((platforms) => Object.assign(platforms.qq as object, { base_url }));
    const { code, output } = await admin(['check-apps', '--json'], env);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toContainEqual({
      app: 'sandbox',
      platform: 'qq',
      result: 'unknown',
      answer: { code: 'platform_failed', target: `${base_url}/sns/jscode2session`, fault: 'ECONNREFUSED' },
    });
  });

  it('checks one app, which must exist', async () => {
    const env = await appsFile();
    expect((await adminJson(['check-apps', '--app', 'sandbox'], env)).length).toBe(platformNames.length + webProviders.length);
    expect(await admin(['check-apps', '--app', 'other'], env)).toEqual({
      code: 1,
      output: '',
      errors: '--app: APPS_FILE has no app other\n',
    });
  });
});
