import { z } from 'zod';
import { keptSecretKey, secretKey } from './secretKey.ts';

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
  const result = environment.safeParse(present);
  if (!result.success) throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  const { PORT, HOST, DATABASE_URL, APPS_FILE, SECRET_KEY, SANDBOX, LOG_LEVEL, NODE_ENV } = result.data;
  return {
    port: PORT,
    host: HOST,
    databaseUrl: DATABASE_URL,
    appsFile: APPS_FILE,
    secretKey: SECRET_KEY ?? keptSecretKey(DATABASE_URL),
    sandbox: SANDBOX ? SANDBOX === 'on' : APPS_FILE === undefined,
    logLevel: LOG_LEVEL,
    production: NODE_ENV === 'production',
  };
}
