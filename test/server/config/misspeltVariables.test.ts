import { expect, it } from 'vitest';
import { misspeltVariables } from '../../../server/config/misspeltVariables.ts';

it.each([
  ['RATE_LIMITS', 'RATE_LIMIT'],
  ['LGO_LEVEL', 'LOG_LEVEL'],
  ['APP_FILE', 'APPS_FILE'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['log_level', 'LOG_LEVEL'],
  ['SMS_SIGN_NAMES', 'SMS_SIGN_NAME'],
  ['SMS_SECRET', undefined],
  ['MAIL_SENDER', undefined],
])('%s is misspelt: %s is meant', (name, meant) => {
  expect(misspeltVariables({ [name]: '1', PORT: '80' })).toEqual([{ name, meant }]);
});

it.each([
  // Settings.
  'TRUST_PROXY',
  'SMS_SDK_APP_ID',
  'S3_REGION',
  'MAIL_FROM',
  'SMTP_URL',
  // Those of other programs.
  'PATH',
  'POST',
  'MAIL',
  'HOSTNAME',
  'NODE_OPTIONS',
  'POSTGRES_PASSWORD',
  'SITE_ADDRESS',
  'OTEL_SERVICE_NAME',
  'PGPASSWORD',
  'https_proxy',
  'SECRET_KEY_BASE',
])('%s is not misspelt', (name) => {
  expect(misspeltVariables({ [name]: '1' })).toEqual([]);
});

it('an empty variable is absent', () => {
  expect(misspeltVariables({ LOG_LEVELS: ' ' })).toEqual([]);
});
