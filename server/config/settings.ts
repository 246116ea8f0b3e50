import * as z from 'zod';
import { type MailSettings, mailEnvironment } from '../mail/settings.ts';
import { type TracingSettings, tracingEnvironment, wantsTracing } from '../observe/tracingSettings.ts';
import { type BucketSettings, bucketEnvironment } from '../pictures/bucketSettings.ts';
import { type SmsSettings, smsEnvironment } from '../sms/settings.ts';
import { readPlainly, sayIssue } from './plainIssues.ts';
import { readKeyFile, type SecretKeys, secretKey } from './secretKey.ts';
import { type TrustProxy, trustProxy } from './trustProxy.ts';

/** `DATABASE_URL` of a database in memory, which is lost when the process exits. */
export const inMemory = 'sqlite::memory:';
export const isSqlite = (databaseUrl: string): boolean => databaseUrl.startsWith('sqlite:');

const portWords = 'must be a whole number from 0 to 65535';
const port = z.coerce.number(portWords).int(portWords).min(0, portWords).max(65535, portWords);

const sqlitePath = 'sqlite:data/login.db in the folder that the server starts in, or sqlite:/srv/login/login.db';
const databaseUrl = z
  .string()
  .regex(/^(sqlite:.|postgres(ql)?:\/\/)/, 'must be sqlite:PATH or postgres://…')
  // Other programs use two slashes before a relative path; SQLite would create a file outside the container's volume.
  .refine((url) => !/^sqlite:\/\/[^/]/.test(url), `must have no slashes before a path: ${sqlitePath}`)
  .refine((url) => !/^sqlite:(\s|file:|.*[?#])/.test(url), `must be a path and nothing else: ${sqlitePath}`)
  .refine(
    (url) => !/^sqlite:(:|memory$)/.test(url) || url === inMemory,
    `must be a path, ${sqlitePath}; or ${inMemory}, which is lost when the process exits`,
  );

const environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATABASE_URL: databaseUrl.default('sqlite:data/login.db'),
  APPS_FILE: z.string().min(1).optional(),
  SECRET_KEY: secretKey.optional(),
  SECRET_KEY_FALLBACK: secretKey.optional(),
  SANDBOX: z.enum(['on', 'off']).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  RATE_LIMIT: z.enum(['on', 'off']).default('on'),
  TRUST_PROXY: trustProxy.default([]),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be the address that people reach this server at, http://… or https://…' })
    .regex(/^[^?#@]*$/, 'must be a URL without query, fragment or user name: the server appends paths to it')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  AVATARS_FOLDER: z.string().min(1).default('data/avatars'),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  IMPORT_WRAP_RATE: z.coerce.number().min(0).max(100).default(5),
  AUDIT_DAYS: z.coerce.number().int().min(1).max(3650).default(180),
  KEEP_ALIVE_TIMEOUT: z.coerce.number().min(1).max(3600).default(75),
  DRAIN_DELAY: z.coerce.number().min(0).max(60).default(1),
  NODE_ENV: z.string().optional(),
});

/** The names of all settings, except for those of OpenTelemetry and the proxies for outgoing requests. */
export const variableNames: readonly string[] = [environment, smsEnvironment.in, mailEnvironment.in, bucketEnvironment.in].flatMap(
  ({ shape }) => Object.keys(shape),
);

export interface Settings {
  port: number;
  host: string;
  databaseUrl: string;
  appsFile: string | undefined;
  secretKeys: SecretKeys;
  /** Whether the sandbox runs in this process. */
  sandbox: boolean;
  /** The server's address in mails, without a trailing slash; its listening address if undefined. */
  publicUrl: string | undefined;
  /** Whether operations have rate limits. */
  rateLimit: boolean;
  /** The trusted proxies: their number or their addresses. */
  trustProxy: TrustProxy;
  /** Undefined if SMS is not configured. */
  sms: SmsSettings | undefined;
  /** Undefined if mail is not configured. */
  mail: MailSettings | undefined;
  /** The folder of users' pictures. */
  avatarsFolder: string;
  /** The bucket of users' pictures, in place of a folder; undefined if none is configured. */
  bucket: BucketSettings | undefined;
  /** Access to `/metrics`: with the token, or for everyone if there is no token. Undefined if `/metrics` is off. */
  metrics: { token: string | undefined } | undefined;
  /** Undefined if tracing is not configured. */
  tracing: TracingSettings | undefined;
  /** Days for which audit entries are stored. */
  auditDays: number;
  /** Imported passwords that argon2id is applied to in a second; 0 for none. */
  wrapRate: number;
  logLevel: string;
  /** Seconds for which a connection may be idle between two requests: longer than in the proxies in front. */
  keepAliveTimeout: number;
  /** Seconds from SIGTERM, when `/readyz` begins to answer 503, to the end of accepting requests. */
  drainDelay: number;
  production: boolean;
}

/**
 * Reads the server's settings from the environment.
 *
 * @throws an error that names each wrong variable and the expected value
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const present = trimmedVariables(env);
  const read = parse(environment, present);
  const production = read.NODE_ENV === 'production';
  if (production && read.APPS_FILE === undefined && read.SANDBOX !== 'on') {
    throw new Error('APPS_FILE: is needed in production; SANDBOX=on runs the sandbox instead, in which anyone can log in as anyone');
  }
  const sms = present.SMS_PROVIDER === undefined ? undefined : parse(smsEnvironment, present);
  const mail = present.SMTP_URL === undefined ? undefined : parse(mailEnvironment, present);
  return {
    port: read.PORT,
    host: read.HOST,
    databaseUrl: read.DATABASE_URL,
    appsFile: read.APPS_FILE,
    secretKeys: readSecretKeys(present),
    sandbox: read.SANDBOX ? read.SANDBOX === 'on' : read.APPS_FILE === undefined,
    rateLimit: read.RATE_LIMIT === 'on',
    trustProxy: read.TRUST_PROXY,
    publicUrl: read.PUBLIC_URL,
    sms,
    mail,
    avatarsFolder: read.AVATARS_FOLDER,
    bucket: present.S3_BUCKET_URL === undefined ? undefined : parse(bucketEnvironment, present),
    metrics: read.METRICS_TOKEN === undefined && production ? undefined : { token: read.METRICS_TOKEN },
    tracing: wantsTracing(present) ? parse(tracingEnvironment, present) : undefined,
    auditDays: read.AUDIT_DAYS,
    wrapRate: read.IMPORT_WRAP_RATE,
    logLevel: read.LOG_LEVEL,
    keepAliveTimeout: read.KEEP_ALIVE_TIMEOUT,
    drainDelay: read.DRAIN_DELAY,
    production,
  };
}

/** Reads only `DATABASE_URL`, for commands that need no other setting. */
export const readDatabaseUrl = (env: NodeJS.ProcessEnv): string =>
  parse(environment.pick({ DATABASE_URL: true }), trimmedVariables(env)).DATABASE_URL;

/**
 * Reads only the settings of mail, for commands that need no other setting.
 *
 * @throws an error that names each missing or wrong variable
 */
export function readMail(env: NodeJS.ProcessEnv): MailSettings & { publicUrl: string } {
  const present = trimmedVariables(env);
  if (present.SMTP_URL === undefined) throw new Error('SMTP_URL: is not set, so this server sends no mail');
  const { PUBLIC_URL: publicUrl = '' } = parse(environment.pick({ PUBLIC_URL: true }), present);
  return { ...parse(mailEnvironment, present), publicUrl };
}

/** The same for SMS. */
export function readSms(env: NodeJS.ProcessEnv): SmsSettings {
  const present = trimmedVariables(env);
  if (present.SMS_PROVIDER === undefined) throw new Error('SMS_PROVIDER: is not set, so this server sends no SMS');
  return parse(smsEnvironment, present);
}

/**
 * Reads only the server's secret keys, for commands that need no other setting.
 *
 * @throws an error that names the variable or the file that is wrong
 */
export function readSecretKeys(env: NodeJS.ProcessEnv): SecretKeys {
  const shape = environment.pick({ DATABASE_URL: true, SECRET_KEY: true, SECRET_KEY_FALLBACK: true });
  const { DATABASE_URL, SECRET_KEY, SECRET_KEY_FALLBACK } = parse(shape, trimmedVariables(env));
  const { current, fallback } = SECRET_KEY ? { current: SECRET_KEY, fallback: undefined } : readKeyFile(DATABASE_URL);
  return { current, fallback: SECRET_KEY_FALLBACK ?? fallback };
}

/**
 * Trims the environment's variables, because files and manifests leave white space at the ends, and drops empty ones. Every setting must
 * be read through this function.
 */
export const trimmedVariables = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value = '']) => (value.trim() === '' ? [] : [[name, value.trim()]])));

function parse<T>(shape: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const result = readPlainly(shape, env);
  if ('data' in result) return result.data;
  throw new Error(result.issues.map((issue) => sayIssue(issue, 'the environment')).join('\n'));
}
