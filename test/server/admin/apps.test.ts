import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readApps } from '../../../server/config/apps.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createFolder } from '../../support/folder.ts';

const file = `# Our apps
apps:
  - client_id: demo   # the shop
    name: "Demo shop"
    login_methods: [username,   email]

    # who we are there
    platforms:
      wechat:   { app_id: wx1, app_secret: hush-hush }   # from the console
  # the end

# really
`;

function appsFile(text = file, name = 'apps.yaml'): string {
  const path = `${createFolder()}/${name}`;
  writeFileSync(path, text, { mode: 0o640 });
  return path;
}

const add = (path: string, args: string[] = [], input = '') => admin(['add-app', '--name', 'Second', ...args], { APPS_FILE: path }, input);

describe('list-apps and add-app', () => {
  it('show the apps without their secrets', async () => {
    const { output } = await admin(['list-apps'], { APPS_FILE: appsFile() });
    expect(output).toContain('client_id: demo');
    expect(output).toContain('app_id: wx1');
    expect(output).not.toContain('hush-hush');
  });

  it('show only the settings and rate limits that differ from the defaults, unless all are wanted', async () => {
    const text = file.replace('    login_methods', '    rate_limits: { send_ip: { limit: 5 }, user: { limit: 60 } }\n    login_methods');
    const env = { APPS_FILE: appsFile(text) };
    const rate_limits = { send_ip: { limit: 5, seconds: 3600 } };
    const shown = { client_id: 'demo', pool: 'demo', name: 'Demo shop', login_methods: ['username', 'email'], rate_limits };
    expect(await adminJson(['list-apps'], env)).toEqual([{ ...shown, platforms: { wechat: { app_id: 'wx1', sealed_phone: 'unproven' } } }]);
    const [all] = await adminJson(['list-apps', '--all'], env);
    expect(all).toMatchObject({ ...shown, fresh_login_seconds: 3600, list_users: 'members' });
  });

  it('add an app and leave every other line unchanged', async () => {
    const path = appsFile();
    const { code, output } = await add(path, ['--client-id', 'second', '--platform', 'qq=111', '--platform', 'jd=KEY'], 'first\nnext\n');
    expect({ code, output }).toEqual({ code: 0, output: `added: second\nto: ${path}\n` });
    const entry = `  - client_id: second
    name: Second
    platforms:
      qq:
        app_id: "111"
        app_secret: first
      jd:
        app_id: KEY
        app_secret: next
`;
    expect(readFileSync(path, 'utf8')).toBe(file.replace('  # the end\n', `${entry}  # the end\n`));
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('generate a client id, and create the file', async () => {
    const path = `${createFolder()}/apps.yaml`;
    const { added } = await adminJson(['add-app', '--name', 'First'], { APPS_FILE: path });
    expect(readApps(path)).toMatchObject([{ client_id: added, name: 'First' }]);
    expect(added).toMatch(/^[0-9a-f]{20}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['JSON', 'apps.json', JSON.stringify({ apps: [{ client_id: 'demo', name: 'Demo' }] }, null, 2)],
    ['a list in brackets', 'apps.yaml', 'apps: [{ client_id: demo, name: Demo }] # ours\n'],
    ['a list without indent or last line end', 'apps.yaml', 'apps:\n- client_id: demo\n  name: Demo'],
  ])('add an app to %s', async (_case, name, text) => {
    const path = appsFile(text, name);
    expect((await add(path, ['--client-id', 'second'])).code).toBe(0);
    expect(readApps(path).map(({ client_id }) => client_id)).toEqual(['demo', 'second']);
    const written = readFileSync(path, 'utf8');
    if (name === 'apps.json') expect(JSON.parse(written).apps.length).toBe(2);
    else expect(written.includes('# ours')).toBe(text.includes('# ours'));
  });

  it.each([
    ['a client id that is there', ['--client-id', 'demo'], '', '--client-id: demo is in PATH already'],
    ['an invalid client id', ['--client-id', 'a b'], '', 'the new app: client_id: must be 1 to 64 letters, digits, _ or -'],
    [
      'a platform that there is not',
      ['--client-id', 'b', '--platform', 'taobao=1'],
      'secret',
      expect.stringMatching(/^--platform: taobao is none of wechat, qq, /),
    ],
    ['no secret', ['--platform', 'qq=1', '--platform', 'jd=2'], 'one\n', 'standard input: must hold the app_secret of jd in line 2'],
  ])('refuse %s and write nothing', async (_case, args, input, message) => {
    const path = appsFile();
    const errors = typeof message === 'string' ? `${message.replace('PATH', path)}\n` : message;
    expect(await add(path, args, input)).toEqual({ code: 1, output: '', errors });
    expect(readFileSync(path, 'utf8')).toBe(file);
    expect(readdirSync(path.replace('/apps.yaml', ''))).toEqual(['apps.yaml']);
  });

  it('report what is wrong with an option', async () => {
    const path = `${createFolder()}/apps.yaml`;
    const { code, errors } = await add(path, ['--platform', 'qq']);
    expect({ code, errors }).toMatchObject({ code: 2, errors: expect.stringContaining('It must be like wechat=wx0123456789abcdef.') });
    expect(existsSync(path)).toBe(false);
    expect(await admin(['list-apps'], {})).toMatchObject({ code: 1, errors: expect.stringContaining('APPS_FILE: must name the file') });
  });
});
