import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readApps } from '../../../server/config/apps.ts';
import { createFolder } from '../../support/folder.ts';

function fileOf(text: string): string {
  const path = join(createFolder(), 'apps.yaml');
  writeFileSync(path, text);
  return path;
}
const app = `
  - client_id: a4d2d62965dda4d2d62965dd
    name: Demo shop
    platforms:
      wechat: { app_id: wx1, app_secret: s }
`;

/** A file with an app that is authorised to a third-party platform of WeChat. */
function componentApp(more = '', change: Record<string, string | undefined> = {}): string {
  const component = { app_id: 'wx2', app_secret: 'hush', push_token: 'token', push_aes_key: 'k'.repeat(43), ...change };
  return `apps:\n  - client_id: demo\n    name: Demo\n    platforms:\n      wechat: { app_id: wx1, ${more}component: ${JSON.stringify(component)} }\n`;
}

describe('APPS_FILE', () => {
  it('reads YAML', () => {
    const [demo] = readApps(fileOf(`apps:${app}`));
    expect(demo).toMatchObject({ client_id: 'a4d2d62965dda4d2d62965dd', profile_update_from_sdk: false, environments: [] });
    expect(demo?.platforms.wechat?.settings).toEqual({ app_id: 'wx1', app_secret: 's', sealed_phone: 'unproven' });
  });

  it('enables every login without a platform and shows no custom field by default', () => {
    const [demo] = readApps(fileOf(`apps:${app}`));
    expect(demo).toMatchObject({ login_methods: ['username', 'email', 'phone', 'sms', 'anonymous'], public_fields: [] });
    const [other] = readApps(fileOf(`apps:${app}    login_methods: [phone, sms]\n    public_fields: [level]\n`));
    expect(other).toMatchObject({ login_methods: ['phone', 'sms'], public_fields: ['level'] });
  });

  it('uses defaults for the missing parts of a limit', () => {
    const [demo] = readApps(fileOf(`apps:${app}    rate_limits: { send_ip: { limit: 7 } }\n`));
    expect(demo?.rate_limits).toMatchObject({ send_ip: { limit: 7, seconds: 3600 }, password_ip: { limit: 100, seconds: 900 } });
  });

  it('reads JSON', () => {
    const text = JSON.stringify({ apps: [{ client_id: 'demo', name: 'Demo', platforms: { jd: { app_id: 'k', app_secret: 's' } } }] });
    expect(readApps(fileOf(text))[0]?.platforms.jd?.settings).toMatchObject({ app_id: 'k' });
  });

  it.each([
    ['a missing field', 'apps:\n  - client_id: demo\n', ':2: apps.0.name:'],
    ['an unknown field', `apps:${app}    surname: x\n`, ':6: apps.0.surname:'],
    ['an unknown platform', `apps:${app}      taobao: { app_id: a, app_secret: b }\n`, ':6: apps.0.platforms.taobao:'],
    [
      'a platform without its secret',
      'apps:\n  - client_id: demo\n    name: Demo\n    platforms:\n      qq: { app_id: a }\n',
      ':5: apps.0.platforms.qq.app_secret:',
    ],
    [
      'WeChat with neither a secret nor a component',
      'apps:\n  - client_id: demo\n    name: Demo\n    platforms:\n      wechat: { app_id: a }\n',
      ':5: apps.0.platforms.wechat.app_secret: is missing: an app has a secret, or the component',
    ],
    ['WeChat with both', componentApp('app_secret: s, '), ':5: apps.0.platforms.wechat.component: must not be next to app_secret'],
    [
      'a component with the id of the app',
      componentApp('', { app_id: 'wx1' }),
      ":5: apps.0.platforms.wechat.component.app_id: must be the third-party platform's",
    ],
    [
      'a component without its key',
      componentApp('', { push_aes_key: undefined }),
      ':5: apps.0.platforms.wechat.component.push_aes_key: is missing',
    ],
    [
      'a push token next to a component',
      componentApp('push_token: ours, '),
      ':5: apps.0.platforms.wechat.push_token: must not be next to component',
    ],
    [
      'a content check without a token for it',
      `${componentApp()}    content_check: wechat\n`,
      ':6: apps.0.content_check: wechat needs platforms.wechat.component.authorizer_refresh_token',
    ],
    [
      'a scan login without a token for its picture',
      `${componentApp()}    scan_login: { picture: wechat }\n`,
      ':6: apps.0.scan_login.picture: wechat needs platforms.wechat.component.authorizer_refresh_token',
    ],
    [
      'ratings without a token for them',
      `${componentApp()}    risk: { wechat: { deny_at: 4 } }\n`,
      ':6: apps.0.risk.wechat: wechat needs platforms.wechat.component.authorizer_refresh_token',
    ],
    [
      'an invalid address',
      'apps:\n  - client_id: demo\n    name: Demo\n    platforms:\n      qq: { app_id: a, app_secret: b, base_url: ftp }\n',
      ':5: apps.0.platforms.qq.base_url:',
    ],
    [
      'an error code that the contract has not',
      'apps:\n  - client_id: demo\n    name: Demo\n    platforms:\n      qq: { app_id: a, app_secret: b, error_codes: { 7: bad } }\n',
      ':5: apps.0.platforms.qq.error_codes.7:',
    ],
    ['a login method that there is not', `apps:${app}    login_methods: [emial]\n`, ':6: apps.0.login_methods.0:'],
    [
      'a public field with the name of another',
      `apps:${app}    public_fields:\n      - level\n      - openid\n`,
      ':8: apps.0.public_fields.1:',
    ],
    ['an origin with a path', `apps:${app}    cors_origins: [https://shop.example.com/]\n`, ':6: apps.0.cors_origins.0:'],
    ['an origin that is any', `apps:${app}    cors_origins: ["*"]\n`, ':6: apps.0.cors_origins.0:'],
    ['a check of content without its pushes', `apps:${app}    content_check: wechat\n`, ':6: apps.0.content_check: wechat needs'],
    ['a check of content that there is not', `apps:${app}    content_check: qq\n`, ':6: apps.0.content_check:'],
    ['a limit that there is not', `apps:${app}    rate_limits: { login: { limit: 1 } }\n`, ':6: apps.0.rate_limits.login:'],
    ['a limit of nothing', `apps:${app}    rate_limits: { send_ip: { limit: 0 } }\n`, ':6: apps.0.rate_limits.send_ip.limit:'],
    ['a client id that is there twice', `apps:${app}${app}`, ':7: apps.1.client_id:'],
    ['no app', 'apps: []\n', ':1: apps:'],
    ['broken YAML', 'apps:\n  - client_id: [demo\n', ':3: '],
    ['a quote that is not closed, where it opens', 'apps:\n  - client_id: "demo\n    name: Demo\n', ':2: Missing closing "quote'],
    ['a placeholder for a secret', `apps:${app}      qq: { app_id: a, app_secret: … }\n`, ':6: apps.0.platforms.qq.app_secret: is still'],
    [
      'a placeholder for an app id',
      `apps:${app}      baidu: { app_id: <App Key>, app_secret: s }\n`,
      ':6: apps.0.platforms.baidu.app_id: is still',
    ],
    ['an empty file', '', ':1: the file:'],
  ])('names the line of %s', (_case, text, message) => {
    const path = fileOf(text);
    expect(() => readApps(path)).toThrow(path + message);
  });

  it('names a missing file', () => {
    expect(() => readApps('/nowhere/apps.yaml')).toThrow('APPS_FILE: /nowhere/apps.yaml cannot be read: there is no such file');
  });

  it('white space around values: ignored', { tags: 'fault' }, () => {
    const [plain] = readApps(fileOf(`apps:${app}`));
    const padded = `apps:
  - client_id: " a4d2d62965dda4d2d62965dd"
    name: |
      Demo shop
    platforms:
      wechat: { app_id: "wx1 ", app_secret: "s\\n" }
`;
    expect(JSON.stringify(readApps(fileOf(padded)))).toBe(JSON.stringify([plain]));
  });

  it.each([
    [
      'a number for an id',
      'apps:\n  - client_id: demo\n    name: Demo\n    platforms:\n      qq: { app_id: 1109876543, app_secret: b }\n',
      /:5: .*app_id: must be text: put it in quotes$/,
    ],
    ['a full-width colon', 'apps:\n  - client_id：demo\n    name: Demo\n', /full-width ：; did you mean : \?/],
    ['a full-width colon after apps', 'apps：\n  - client_id: demo\n', /full-width ：; did you mean : \?/],
    ['full-width quotes', 'apps:\n  - client_id: “demo”\n    name: Demo\n', /full-width “; did you mean " \?/],
    [
      'a placeholder before a comment in Chinese',
      'apps:\n  - client_id: demo\n    name: Demo\n    platforms:\n      qq: { app_id: …, app_secret: b } # QQ：开发设置\n',
      /:5: .*app_id: is still the example's placeholder: replace it with the value from the platform's console$/,
    ],
  ])('%s: the line, and what to write', { tags: 'fault' }, (_case, text, message) => {
    expect(() => readApps(fileOf(text))).toThrow(message);
  });

  const entry = (clientId: string, settings: string) => `
  - client_id: ${clientId}
    name: ${clientId}
    ${settings}
`;

  it('gives each app a separate pool unless it names one', () => {
    const [own, shared] = readApps(fileOf(`apps:${entry('shop', 'environments: [test]')}${entry('web', 'pool: shop')}`));
    expect([own?.pool, shared?.pool]).toEqual(['shop', 'shop']);
  });

  it.each([
    'fresh_login_seconds: 60',
    'closure_grace_days: 15',
    'list_users: off',
    'public_fields: [level]',
    'reserved_usernames: [shop]',
  ])('refuses apps that share a pool and differ in settings that protect its users: %s', (setting) => {
    const path = fileOf(`apps:${entry('shop', setting)}${entry('web', 'pool: shop')}`);
    const [key] = setting.split(':');
    expect(() => readApps(path)).toThrow(`apps.1.${key}: must be the same for shop and web, which share the pool shop`);
  });

  it('lets apps that share a pool differ in everything else, also in the order of a list', () => {
    const shop = 'public_fields: [a, b]\n    login_methods: [sms]\n    sms_countries: all\n    rate_limits: { anonymous_ip: { limit: 1 } }';
    const web = 'pool: shop\n    public_fields: [b, a]\n    cors_origins: [https://shop.example.com]';
    expect(readApps(fileOf(`apps:${entry('shop', shop)}${entry('web', web)}`))).toHaveLength(2);
  });

  it('refuses limits that protect accounts and differ within a pool', () => {
    const path = fileOf(`apps:${entry('shop', 'rate_limits: { code_ip: { limit: 5 } }')}${entry('web', 'pool: shop')}`);
    expect(() => readApps(path)).toThrow('apps.1.rate_limits: code_ip must be the same for shop and web, which share the pool shop');
  });

  it('refuses a pool named after an app of another pool', () => {
    const path = fileOf(`apps:${entry('shop', 'pool: company')}${entry('web', 'pool: shop')}`);
    expect(() => readApps(path)).toThrow(':8: apps.1.pool: shop is the client id of another app, whose pool is company');
  });
});
