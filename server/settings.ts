import { z } from 'zod';
import { type MailSettings, mailEnvironment } from './mail/settings.ts';
import { keptSecretKey, secretKey } from './secretKey.ts';
import { type SmsSettings, smsEnvironment } from './sms/settings.ts';
import { type TrustProxy, trustProxy } from './trustProxy.ts';

const port = z.coerce.number().int().min(0).max(65535);

const environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.|postgres(ql)?:\/\/)/, 'must be sqlite:PATH or postgres://…')
    .default('sqlite:data/login.db'),
  APPS_FILE: z.string().min(1).optional(),
  SECRET_KEY: secretKey.optional(),
  SANDBOX: z.enum(['on', 'off']).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  RATE_LIMIT: z.enum(['on', 'off']).default('on'),
  TRUST_PROXY: trustProxy.default([]),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be the address that people reach this server at, http://… or https://…' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  NODE_ENV: z.string().optional(),
});

export interface Settings {
  port: number;
  host: string;
  databaseUrl: string;
  appsFile: string | undefined;
  secretKey: string;
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
  logLevel: string;
  production: boolean;
}

/**
 * The server's settings from the environment.
 *
 * @throws an error that names each variable that is wrong and what it must be
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { PORT, HOST, DATABASE_URL, APPS_FILE, SECRET_KEY, SANDBOX, LOG_LEVEL, RATE_LIMIT, TRUST_PROXY, PUBLIC_URL, NODE_ENV } = parse(
    environment,
    present,
  );
  const sms = present.SMS_PROVIDER === undefined ? undefined : parse(smsEnvironment, present);
  const mail = present.SMTP_URL === undefined ? undefined : parse(mailEnvironment, present);
  return {
    port: PORT,
    host: HOST,
    databaseUrl: DATABASE_URL,
    appsFile: APPS_FILE,
    secretKey: SECRET_KEY ?? keptSecretKey(DATABASE_URL),
    sandbox: SANDBOX ? SANDBOX === 'on' : APPS_FILE === undefined,
    rateLimit: RATE_LIMIT === 'on',
    trustProxy: TRUST_PROXY,
    publicUrl: PUBLIC_URL,
    sms,
    mail,
    logLevel: LOG_LEVEL,
    production: NODE_ENV === 'production',
  };
}

function parse<T>(shape: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const result = shape.safeParse(env);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}
