import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';
import { parseApps } from '../../server/config/apps.ts';
import { readSettings } from '../../server/config/settings.ts';
import { sandboxKeys } from '../../server/sandbox/alipayKeys.ts';
import { codeBlocksOf } from '../support/markdown.ts';
import { platformNames } from '../support/platforms.ts';

const isInstalled = (command: string) => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));

describe('apps.example.yaml', () => {
  const text = readFileSync('deploy/apps.example.yaml', 'utf8');

  it('is refused as it is: each placeholder is named with its line', () => {
    const placeholders = text.split('\n').flatMap((line, index) => (/^[^#]*…/.test(line) ? [index + 1] : []));
    expect(placeholders.length).toBe(8);
    const read = () => parseApps('apps.yaml', text);
    expect(read).toThrow(/^apps\.yaml:\d+: apps\.0\.platforms\.wechat\.app_id: is still the example's placeholder/);
    for (const line of placeholders) expect(read).toThrow(`apps.yaml:${line}: `);
  });

  it('is accepted once they are filled in, and has every platform of mini-programs', () => {
    const filled = text
      .replace(
        'private_key: …, alipay_public_key: …',
        `private_key: ${sandboxKeys.app.private}, alipay_public_key: ${sandboxKeys.alipay.public}`,
      )
      .replaceAll(/(app_id|app_secret): …/g, '$1: filled-in');
    const [app] = parseApps('apps.yaml', filled);
    expect(Object.keys(app?.platforms ?? {})).toEqual(platformNames);
  });
});

describe('the unit of systemd', () => {
  const unit = readFileSync('deploy/miniprogram-login.service', 'utf8');
  const valuesOf = (key: string) => [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  it('starts the command of the image with valid settings, and gives it the time to stop', () => {
    const variables = Object.fromEntries(valuesOf('Environment').map((pair) => pair.split(/=(.*)/s)));
    const settings = readSettings({ ...variables, SECRET_KEY: 'k'.repeat(32) });
    expect(settings).toMatchObject({ production: true, appsFile: '/etc/miniprogram-login/apps.yaml', trustProxy: 1, sandbox: false });
    const [state] = valuesOf('StateDirectory');
    expect(settings.databaseUrl).toBe(`sqlite:/var/lib/${state}/login.db`);
    expect(settings.avatarsFolder).toBe(`/var/lib/${state}/avatars`);
    const [command] = DockerfileParser.parse(readFileSync('deploy/Dockerfile', 'utf8')).getCMDs().slice(-1);
    expect(`["node", "${valuesOf('ExecStart')[0]?.replace('/usr/bin/node ', '')}"]`).toBe(command?.getArgumentsContent());
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(settings.drainDelay + 15);
  });

  it.skipIf(!isInstalled('systemd-analyze'))('is accepted by systemd-analyze', async () => {
    // Its user and its program need not be on this machine.
    const path = join(mkdtempSync(join(tmpdir(), 'unit-')), 'miniprogram-login.service');
    writeFileSync(path, unit.replace(/^(User|Group)=login$/gm, '$1=root').replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
    const { stderr } = await promisify(execFile)('systemd-analyze', ['verify', '--man=no', path]);
    expect(stderr.split('\n').filter((line) => line.includes('miniprogram-login'))).toEqual([]);
  });
});

it('the files to copy to a machine are those of the image, with the lock and the build', () => {
  const [, copied = ''] =
    /^tar -czf login\.tar\.gz (.*)$/m.exec(
      codeBlocksOf('deploy/README.md')
        .map(({ code }) => code)
        .join('\n'),
    ) ?? [];
  const stage =
    readFileSync('deploy/Dockerfile', 'utf8')
      .split(/^FROM /m)
      .at(-1) ?? '';
  const image = [...stage.matchAll(/^COPY (?!--from)(\S+)/gm)].map(([, file]) => file);
  expect(copied.split(' ').sort()).toEqual([...image, 'deploy', 'dist', 'package-lock.json'].sort());
});
