import { z } from 'zod';
import { type MailSettings, mailEnvironment } from './mail/settings.ts';
import { keptSecretKey, secretKey } from './secretKey.ts';
import { type SmsSettings, smsEnvironment } from './sms/settings.ts';

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
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be the address that people reach this server at, http://… or https://…' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  DRAIN_DELAY: z.coerce.number().min(0).max(60).default(1),
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
  /** Undefined where nobody sends SMS. */
  sms: SmsSettings | undefined;
  /** Undefined where nobody sends mail. */
  mail: MailSettings | undefined;
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
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { PORT, HOST, DATABASE_URL, APPS_FILE, SECRET_KEY, SANDBOX, LOG_LEVEL, PUBLIC_URL, DRAIN_DELAY, NODE_ENV } = parse(
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
    publicUrl: PUBLIC_URL,
    sms,
    mail,
    logLevel: LOG_LEVEL,
    drainDelay: DRAIN_DELAY,
    production: NODE_ENV === 'production',
  };
}

function parse<T>(shape: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const result = shape.safeParse(env);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}
