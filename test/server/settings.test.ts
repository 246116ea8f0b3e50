import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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
  expect(readdirSync(data)).toEqual(['secret.key']);
  expect(statSync(`${data}/secret.key`).mode & 0o777).toBe(0o600);
});

it('makes a key that is not kept for a store that is not kept', () => {
  const env = { DATABASE_URL: 'sqlite::memory:' };
  expect(readSettings(env).secretKey).not.toBe(readSettings(env).secretKey);
});

it('takes no key from a file that was not written whole', () => {
  const data = folder();
  writeFileSync(`${data}/secret.key`, 'cut off');
  expect(() => readSettings({ DATABASE_URL: `sqlite:${data}/login.db` })).toThrow(`${data}/secret.key: must have at least 32 characters`);
});

it.each(['postgres://localhost/login', 'postgresql://localhost/login'])('wants a secret key for %s', (DATABASE_URL) => {
  expect(() => readSettings({ DATABASE_URL })).toThrow('SECRET_KEY: must be set where DATABASE_URL is not SQLite');
  expect(readSettings({ DATABASE_URL, SECRET_KEY: 'k'.repeat(32) }).databaseUrl).toBe(DATABASE_URL);
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
  ['DATABASE_URL', 'sqlite:'],
  ['SECRET_KEY', 'short'],
  ['LOG_LEVEL', 'loud'],
  ['SANDBOX', 'perhaps'],
])('names %s when it is %s', (name, value) => {
  expect(() => readSettings({ SECRET_KEY: 'k'.repeat(32), [name]: value })).toThrow(`${name}:`);
});
