import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSettings } from '../../server/settings.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'settings-'));

it('makes a secret key at the first start and keeps it, for its owner only', () => {
  const data = folder();
  const env = { DATABASE_URL: `sqlite:${data}/login.db` };
  const first = readSettings(env);
  expect(readSettings(env).secretKey).toBe(first.secretKey);
  expect(readFileSync(`${data}/secret.key`, 'utf8').trim()).toBe(first.secretKey);
  expect(statSync(`${data}/secret.key`).mode & 0o777).toBe(0o600);
});

it('runs the sandbox only where no apps are configured, unless asked', () => {
  const SECRET_KEY = 'k'.repeat(32);
  expect(readSettings({ SECRET_KEY }).sandbox).toBe(true);
  expect(readSettings({ SECRET_KEY, APPS_FILE: 'apps.yaml' }).sandbox).toBe(false);
  expect(readSettings({ SECRET_KEY, APPS_FILE: 'apps.yaml', SANDBOX: 'on' }).sandbox).toBe(true);
});

it('takes an empty variable as absent', () => {
  expect(readSettings({ SECRET_KEY: 'k'.repeat(32), PORT: '', HOST: '' })).toMatchObject({ port: 3000, host: '127.0.0.1' });
});

it.each([
  ['PORT', '70000'],
  ['PORT', 'http'],
  ['DATABASE_URL', 'mysql://here'],
  ['SECRET_KEY', 'short'],
  ['LOG_LEVEL', 'loud'],
  ['SANDBOX', 'perhaps'],
])('names %s when it is %s', (name, value) => {
  expect(() => readSettings({ SECRET_KEY: 'k'.repeat(32), [name]: value })).toThrow(`${name}:`);
});
