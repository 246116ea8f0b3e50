import * as z from 'zod';
import { type MailSettings, mailEnvironment } from './mail/settings.ts';
import { type TracingSettings, tracingEnvironment, wantsTracing } from './observe/tracingSettings.ts';
import { readPlainly, sayIssue } from './plainIssues.ts';
import { keptSecretKeys, type SecretKeys, secretKey } from './secretKey.ts';
import { type SmsSettings, smsEnvironment } from './sms/settings.ts';
import { type TrustProxy, trustProxy } from './trustProxy.ts';

const portWords = 'must be a whole number from 0 to 65535';
const port = z.coerce.number(portWords).int(portWords).min(0, portWords).max(65535, portWords);

const environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.|postgres(ql)?:\/\/)/, 'must be sqlite:PATH or postgres://…')
    .default('sqlite:data/login.db'),
  APPS_FILE: z.string().min(1).optional(),
  SECRET_KEY: secretKey.optional(),
  SECRET_KEY_FALLBACK: secretKey.optional(),
  SANDBOX: z.enum(['on', 'off']).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  RATE_LIMIT: z.enum(['on', 'off']).default('on'),
  TRUST_PROXY: trustProxy.default([]),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be the address that people reach this server at, http://… or https://…' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  AUDIT_DAYS: z.coerce.number().int().min(1).max(3650).default(180),
  DRAIN_DELAY: z.coerce.number().min(0).max(60).default(1),
  NODE_ENV: z.string().optional(),
});

export interface Settings {
  port: number;
  host: string;
  databaseUrl: string;
  appsFile: string | undefined;
  secretKeys: SecretKeys;
  /** Whether the stand-in for the platforms runs in this process. */
  sandbox: boolean;
  /** The server's address in mails, without a slash at its end; where it listens when undefined. */
  publicUrl: string | undefined;
  /** Whether operations have rate limits. */
  rateLimit: boolean;
  /** Which proxies say truly where a request comes from: how many there are, or their addresses. */
  trustProxy: TrustProxy;
  /** Undefined where nobody sends SMS. */
  sms: SmsSettings | undefined;
  /** Undefined where nobody sends mail. */
  mail: MailSettings | undefined;
  /** Who may read `/metrics`: whoever knows the token, or everybody without one; nobody when undefined. */
  metrics: { token: string | undefined } | undefined;
  /** Undefined where nobody wants traces. */
  tracing: TracingSettings | undefined;
  /** Days that the audit trail is kept. */
  auditDays: number;
  logLevel: string;
  /** Seconds from SIGTERM, when `/readyz` begins to answer 503, to the end of accepting requests. */
  drainDelay: number;
  production: boolean;
}

/**
 * The server's settings from the environment.
 *
 * @throws an error that names each variable that is wrong and what it must be
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const present = withoutEmpty(env);
  const read = parse(environment, present);
  const production = read.NODE_ENV === 'production';
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
    metrics: read.METRICS_TOKEN === undefined && production ? undefined : { token: read.METRICS_TOKEN },
    tracing: wantsTracing(present) ? parse(tracingEnvironment, present) : undefined,
    auditDays: read.AUDIT_DAYS,
    logLevel: read.LOG_LEVEL,
    drainDelay: read.DRAIN_DELAY,
    production,
  };
}

/** `DATABASE_URL` alone, for what needs no more of the server's settings. */
export const readDatabaseUrl = (env: NodeJS.ProcessEnv): string =>
  parse(environment.pick({ DATABASE_URL: true }), withoutEmpty(env)).DATABASE_URL;

/**
 * The server's secret keys, for what needs no more of its settings.
 *
 * @throws an error that names the variable or the file that is wrong
 */
export function readSecretKeys(env: NodeJS.ProcessEnv): SecretKeys {
  const shape = environment.pick({ DATABASE_URL: true, SECRET_KEY: true, SECRET_KEY_FALLBACK: true });
  const { DATABASE_URL, SECRET_KEY, SECRET_KEY_FALLBACK } = parse(shape, withoutEmpty(env));
  const { current, fallback } = SECRET_KEY ? { current: SECRET_KEY, fallback: undefined } : keptSecretKeys(DATABASE_URL);
  return { current, fallback: SECRET_KEY_FALLBACK ?? fallback };
}

const withoutEmpty = (env: NodeJS.ProcessEnv) => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

function parse<T>(shape: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const result = readPlainly(shape, env);
  if ('data' in result) return result.data;
  throw new Error(result.issues.map((issue) => sayIssue(issue, 'the environment')).join('\n'));
}
