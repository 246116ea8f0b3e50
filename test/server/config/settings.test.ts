import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../server/config/settings.ts';
import { createLog } from '../../../server/observe/log.ts';
import { openStore } from '../../../server/store/store.ts';
import { createFolder } from '../../support/folder.ts';

describe('settings', () => {
  it('generate a secret key at the first start and store it, readable by its owner only', () => {
    const data = createFolder();
    const env = { DATABASE_URL: `sqlite:${data}/login.db` };
    const first = readSettings(env);
    expect(readSettings(env).secretKeys.current).toBe(first.secretKeys.current);
    expect(readFileSync(`${data}/secret.key`, 'utf8').trim()).toBe(first.secretKeys.current);
    expect(readdirSync(data)).toEqual(['secret.key']);
    expect(statSync(`${data}/secret.key`).mode & 0o777).toBe(0o600);
  });

  it('use a temporary key for an in-memory database', () => {
    const env = { DATABASE_URL: 'sqlite::memory:' };
    expect(readSettings(env).secretKeys.current).not.toBe(readSettings(env).secretKeys.current);
  });

  it('refuse a key file that was not written completely', () => {
    const data = createFolder();
    writeFileSync(`${data}/secret.key`, 'cut off');
    expect(() => readSettings({ DATABASE_URL: `sqlite:${data}/login.db` })).toThrow(
      `${data}/secret.key: must hold one or two keys of at least 32 characters`,
    );
  });

  it('read a second key from the second line of the file, or from SECRET_KEY_FALLBACK', () => {
    const data = createFolder();
    const [key, other] = ['k'.repeat(32), 'o'.repeat(32)] as const;
    writeFileSync(`${data}/secret.key`, `${key}\n${other}\n`);
    const env = { DATABASE_URL: `sqlite:${data}/login.db` };
    expect(readSettings(env).secretKeys).toEqual({ current: key, fallback: other });
    expect(readSettings({ ...env, SECRET_KEY: other }).secretKeys).toEqual({ current: other, fallback: undefined });
    expect(readSettings({ ...env, SECRET_KEY: other, SECRET_KEY_FALLBACK: key }).secretKeys).toEqual({ current: other, fallback: key });
    writeFileSync(`${data}/secret.key`, `${key}\n${other}\n${key}\n`);
    expect(() => readSettings(env)).toThrow('must hold one or two keys');
  });

  it.each(['postgres://localhost/login', 'postgresql://localhost/login'])('require a secret key for %s', (DATABASE_URL) => {
    expect(() => readSettings({ DATABASE_URL })).toThrow('SECRET_KEY: must be set if DATABASE_URL is not SQLite');
    expect(readSettings({ DATABASE_URL, SECRET_KEY: 'k'.repeat(32) }).databaseUrl).toBe(DATABASE_URL);
  });

  it('run the sandbox only if no apps are configured, unless SANDBOX=on', () => {
    const SECRET_KEY = 'k'.repeat(32);
    expect(readSettings({ SECRET_KEY }).sandbox).toBe(true);
    expect(readSettings({ SECRET_KEY, APPS_FILE: 'apps.yaml' }).sandbox).toBe(false);
    expect(readSettings({ SECRET_KEY, APPS_FILE: 'apps.yaml', SANDBOX: 'on' }).sandbox).toBe(true);
  });

  it('require the keys of a bucket for pictures', () => {
    const SECRET_KEY = 'k'.repeat(32);
    const S3_BUCKET_URL = 'https://avatars.oss-cn-hangzhou.aliyuncs.com/';
    expect(readSettings({ SECRET_KEY }).bucket).toBeUndefined();
    expect(() => readSettings({ SECRET_KEY, S3_BUCKET_URL })).toThrow('S3_ACCESS_KEY_ID: is needed with S3_BUCKET_URL');
    const keys = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' };
    expect(() => readSettings({ SECRET_KEY, ...keys, S3_BUCKET_URL: 's3://avatars' })).toThrow('must be the address of a bucket');
    const url = 'https://avatars.oss-cn-hangzhou.aliyuncs.com';
    const rest = { accessKeyId: 'id', secretAccessKey: 'secret', region: 'us-east-1' };
    expect(readSettings({ SECRET_KEY, ...keys, S3_BUCKET_URL }).bucket).toEqual({ ...rest, url, publicUrl: url });
  });

  it('treat an empty variable as absent', () => {
    expect(readSettings({ SECRET_KEY: 'k'.repeat(32), PORT: '', HOST: '' })).toMatchObject({ port: 3000, host: '127.0.0.1' });
  });

  it('trust no proxy and have limits by default', () => {
    const SECRET_KEY = 'k'.repeat(32);
    expect(readSettings({ SECRET_KEY })).toMatchObject({ trustProxy: [], rateLimit: true });
    expect(readSettings({ SECRET_KEY, TRUST_PROXY: '2', RATE_LIMIT: 'off' })).toMatchObject({ trustProxy: 2, rateLimit: false });
    const addresses = ['loopback', '10.0.0.0/8', '2001:db8::1'];
    expect(readSettings({ SECRET_KEY, TRUST_PROXY: addresses.join(', ') }).trustProxy).toEqual(addresses);
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['DATABASE_URL', 'mysql://here'],
    ['DATABASE_URL', 'sqlite:'],
    ['SECRET_KEY', 'short'],
    ['SECRET_KEY_FALLBACK', 'short'],
    ['LOG_LEVEL', 'loud'],
    ['SANDBOX', 'perhaps'],
    ['DRAIN_DELAY', 'long'],
    ['RATE_LIMIT', '10'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '0'],
    ['TRUST_PROXY', '10.0.0.0/8, proxy.example.com'],
    ['PUBLIC_URL', 'login.example.com'],
    ['PUBLIC_URL', 'https://login.example.com/?a=1'],
    ['PUBLIC_URL', 'https://login.example.com/#top'],
    ['METRICS_TOKEN', 'short'],
    ['AUDIT_DAYS', '0'],
    ['IMPORT_WRAP_RATE', '-1'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['SMS_PROVIDER', 'pigeon'],
    ['SMTP_URL', 'mail.example.com'],
    ['KEEP_ALIVE_TIMEOUT', '0'],
    ['KEEP_ALIVE_TIMEOUT', 'long'],
    ['PUBLIC_URL', 'https://login.example.com/?a=1'],
    ['PUBLIC_URL', 'https://login.example.com/#a'],
    ['PUBLIC_URL', 'https://me@login.example.com'],
    ['DATABASE_URL', 'sqlite://data/login.db'],
    ['DATABASE_URL', 'sqlite: data/login.db'],
    ['DATABASE_URL', 'sqlite:file:data/login.db'],
    ['DATABASE_URL', 'sqlite:data/login.db?mode=ro'],
    ['DATABASE_URL', 'sqlite::memory'],
    ['DATABASE_URL', 'sqlite:memory'],
  ])('name %s if it is %s', (name, value) => {
    expect(() => readSettings({ SECRET_KEY: 'k'.repeat(32), [name]: value })).toThrow(`${name}:`);
  });

  const production = { NODE_ENV: 'production', APPS_FILE: 'apps.yaml' };

  it.each([
    ['outside production', {}, { token: undefined }],
    ['in production with a token', { ...production, METRICS_TOKEN: 't'.repeat(16) }, { token: 't'.repeat(16) }],
    ['not in production without one', production, undefined],
  ])('show metrics %s', (_case, env, metrics) => {
    expect(readSettings({ SECRET_KEY: 'k'.repeat(32), ...env }).metrics).toEqual(metrics);
  });

  describe('traces', () => {
    const tracing = (env: NodeJS.ProcessEnv) => readSettings({ SECRET_KEY: 'k'.repeat(32), ...env }).tracing;
    const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318';

    it('are all sent if an endpoint or the exporter is set', () => {
      const all = { sampler: 'parentbased_always_on', samplerArgument: 1 };
      expect([tracing({ OTEL_EXPORTER_OTLP_ENDPOINT }), tracing({ OTEL_TRACES_EXPORTER: 'otlp' })]).toEqual([all, all]);
    });

    it.each([
      {},
      // These variables alone do not ask for traces.
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' },
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' },
    ])('are off with %j', (env) => {
      expect(tracing(env)).toBeUndefined();
    });

    it('are sent over HTTP only', () => {
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
      expect(() => tracing(env)).toThrow('OTEL_EXPORTER_OTLP_PROTOCOL: must be http/protobuf');
    });
  });

  describe('SMS', () => {
    const account = {
      SECRET_KEY: 'k'.repeat(32),
      SMS_ACCESS_KEY_ID: 'id',
      SMS_ACCESS_KEY_SECRET: 'secret',
      SMS_SIGN_NAME: '云登录, 小店',
      SMS_TEMPLATE_ID: 'SMS_1',
    };

    it('are not sent unless a provider is named', () => {
      expect(readSettings(account).sms).toBeUndefined();
    });

    it('are sent by Aliyun', () => {
      expect(readSettings({ ...account, SMS_PROVIDER: 'aliyun' }).sms).toMatchObject({
        provider: 'aliyun',
        accessKeyId: 'id',
        accessKeySecret: 'secret',
        signNames: ['云登录', '小店'],
        templateId: 'SMS_1',
      });
    });

    it('are sent by Tencent for its own app', () => {
      expect(() => readSettings({ ...account, SMS_PROVIDER: 'tencent' })).toThrow('SMS_SDK_APP_ID: is needed with SMS_PROVIDER=tencent');
      expect(readSettings({ ...account, SMS_PROVIDER: 'tencent', SMS_SDK_APP_ID: '1400006666' }).sms).toMatchObject({
        sdkAppId: '1400006666',
        region: 'ap-guangzhou',
      });
    });

    it.each(Object.keys(account).filter((name) => name.startsWith('SMS_')))('need %s', (name) => {
      expect(() => readSettings({ ...account, SMS_PROVIDER: 'aliyun', [name]: '' })).toThrow(`${name}: is needed with SMS_PROVIDER`);
    });
  });

  describe('mail', () => {
    const account = {
      SECRET_KEY: 'k'.repeat(32),
      SMTP_URL: 'smtps://user:password@mail.example.com',
      MAIL_FROM: 'Shop <no-reply@example.com>',
      PUBLIC_URL: 'https://login.example.com/shop/',
    };

    it('is sent by the named server, with links to the public address', () => {
      expect(readSettings(account)).toMatchObject({
        mail: { smtpUrl: account.SMTP_URL, from: account.MAIL_FROM },
        publicUrl: 'https://login.example.com/shop',
      });
    });

    it("needs a sender's address", () => {
      expect(() => readSettings({ ...account, MAIL_FROM: 'Shop' })).toThrow('MAIL_FROM: must be an address or Name <address>');
    });

    it.each(['MAIL_FROM', 'PUBLIC_URL'])('needs %s', (name) => {
      expect(() => readSettings({ ...account, [name]: '' })).toThrow(`${name}: is needed with SMTP_URL`);
    });
  });

  it.each([
    {},
    { SANDBOX: 'off' },
    { APPS_FILE: '' },
    { APPS_FILE: ' \n' },
  ])('production with %j: refused, because anyone could log in to the sandbox', { tags: 'fault' }, (env) => {
    const given = { SECRET_KEY: 'k'.repeat(32), NODE_ENV: 'production', ...env };
    expect(() => readSettings(given)).toThrow('APPS_FILE: is needed in production; SANDBOX=on runs the sandbox');
    expect(readSettings({ ...given, SANDBOX: 'on' }).sandbox).toBe(true);
    expect(readSettings({ ...given, APPS_FILE: 'apps.yaml' }).sandbox).toBe(false);
  });

  it('white space around a variable: ignored', { tags: 'fault' }, () => {
    const env = {
      PORT: '3001',
      HOST: '0.0.0.0',
      DATABASE_URL: 'postgres://login@db/login',
      APPS_FILE: 'apps.yaml',
      SECRET_KEY: 'k'.repeat(32),
      SECRET_KEY_FALLBACK: 'f'.repeat(32),
      SANDBOX: 'on',
      LOG_LEVEL: 'warn',
      RATE_LIMIT: 'off',
      TRUST_PROXY: '1',
      PUBLIC_URL: 'https://login.example.com/',
      METRICS_TOKEN: 't'.repeat(16),
      AUDIT_DAYS: '30',
      IMPORT_WRAP_RATE: '0.5',
      DRAIN_DELAY: '2',
      KEEP_ALIVE_TIMEOUT: '90',
      NODE_ENV: 'production',
      SMTP_URL: 'smtps://user:password@mail.example.com',
      MAIL_FROM: 'Shop <no-reply@example.com>',
      SMS_PROVIDER: 'tencent',
      SMS_ACCESS_KEY_ID: 'id',
      SMS_ACCESS_KEY_SECRET: 'secret',
      SMS_SIGN_NAME: '云登录',
      SMS_TEMPLATE_ID: '1',
      SMS_SDK_APP_ID: '1400006666',
      SMS_REGION: 'ap-beijing',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    };
    for (const [before, after] of [
      ['', '\n'],
      [' ', '\r\n'],
      ['\t', ' '],
      ['', '\u00a0'],
    ]) {
      const padded = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, `${before}${value}${after}`]));
      expect(readSettings(padded)).toEqual(readSettings(env));
    }
  });

  it.each([
    ['DATABASE_URL', 'postgres://app:Secr@etPart1#2@host/d'],
    ['SMTP_URL', 'smtp://shop:se#cr@mail.example.com'],
    ['SMTP_URL', 'smtp://shop:25#cr@mail.example.com'],
    ['SMTP_URL', 'smtp://shop:25/cr@mail.example.com'],
    ['SMTP_URL', 'smtp://shop:25?cr@mail.example.com'],
  ])(
    '%s with an unescaped password, %s: an error that shows no part of it, and explains how to escape it',
    { tags: 'fault' },
    async (name, value) => {
      const env = { SECRET_KEY: 'k'.repeat(32), MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://login.example.com', [name]: value };
      const failed = (async () => (await openStore(readSettings(env).databaseUrl, createLog('silent'))).destroy())();
      await expect(failed).rejects.toThrow(/^(?!.*(etPart1|se#cr|#cr|cr@)).*in a user name or password write @ as %40/);
    },
  );
});
