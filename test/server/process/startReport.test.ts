import { expect, it } from 'vitest';
import { checkApps } from '../../../server/config/apps.ts';
import { readSettings } from '../../../server/config/settings.ts';
import { createLog } from '../../../server/observe/log.ts';
import { reportStart } from '../../../server/process/startReport.ts';

const SECRET_KEY = 'k'.repeat(32);
const sms = { SMS_PROVIDER: 'aliyun', SMS_ACCESS_KEY_ID: 'i', SMS_ACCESS_KEY_SECRET: 'hush', SMS_SIGN_NAME: 's', SMS_TEMPLATE_ID: 't' };
const mail = { SMTP_URL: 'smtps://me:hush@mail.example.com', MAIL_FROM: 'me@example.com', PUBLIC_URL: 'https://login.example.com' };

/** The lines that a start with these settings logs. */
function report(env: Record<string, string>, apps: { client_id: string; login_methods?: string[] }[] = []) {
  const lines: string[] = [];
  const all = { SECRET_KEY, DATABASE_URL: 'sqlite:data/login.db', ...env };
  const configured = apps.length === 0 ? [] : checkApps({ apps: apps.map((app) => ({ name: app.client_id, ...app })) });
  reportStart(readSettings(all), configured, all, createLog('info', { write: (line) => void lines.push(line) }));
  expect(lines.join()).not.toContain('hush');
  return lines.map((line) => JSON.parse(line));
}
const warningsOf = (lines: { level: number; msg: string }[]) =>
  lines.filter(({ level }) => level === 40).map(({ msg }) => msg.split(':')[0]);

it('the settings are one line without secrets', () => {
  const postgres = { DATABASE_URL: 'postgres://login:hush@db/login', TRUST_PROXY: '2', METRICS_TOKEN: 'hush hush hush hush' };
  expect(report({ ...sms, ...mail, ...postgres, APPS_FILE: 'apps.yaml' }, [{ client_id: 'shop' }])).toEqual([
    expect.objectContaining({
      msg: 'settings',
      apps: ['shop'],
      sandbox: 'off',
      store: 'postgresql',
      mail: 'mail.example.com',
      sms: 'aliyun',
      pictures: 'data/avatars',
      trust_proxy: 2,
      rate_limits: 'on',
      metrics: 'with METRICS_TOKEN',
    }),
  ]);
});

it.each([
  ['off', 'production', ['RATE_LIMIT=off']],
  ['on', 'production', []],
  ['off', '', []],
])('RATE_LIMIT=%s with NODE_ENV=%s: the warnings are %s', (RATE_LIMIT, NODE_ENV, warnings) => {
  expect(warningsOf(report({ RATE_LIMIT, NODE_ENV, SANDBOX: 'on' }))).toEqual(warnings);
});

it.each([
  ['all methods and no sender', {}, undefined, ['SMS_PROVIDER is not set', 'SMTP_URL is not set']],
  ['all methods and no sender, next to the sandbox', { SANDBOX: 'on' }, undefined, ['SMS_PROVIDER is not set', 'SMTP_URL is not set']],
  ['all methods and SMS', sms, undefined, ['SMTP_URL is not set']],
  ['all methods and mail', mail, undefined, ['SMS_PROVIDER is not set']],
  ['usernames alone', {}, ['username'], []],
])('an app with %s: the warnings name what is missing', (_case, env, login_methods, warnings) => {
  const lines = report({ APPS_FILE: 'apps.yaml', ...env }, [{ client_id: 'shop', ...(login_methods && { login_methods }) }]);
  expect(warningsOf(lines)).toEqual(warnings);
  for (const line of lines.filter(({ level }) => level === 40)) expect(line.apps).toEqual(['shop']);
});

it('the sandbox alone needs no sender', () => {
  const lines = report({});
  expect(warningsOf(lines)).toEqual([]);
  expect(lines).toMatchObject([{ sandbox: 'on', sms: "off, but simulated for the sandbox's app" }]);
});
