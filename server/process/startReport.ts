import type { Logger } from 'pino';
import type { App, LoginMethod } from '../config/apps.ts';
import { misspeltVariables } from '../config/misspeltVariables.ts';
import { inMemory, isSqlite, type Settings } from '../config/settings.ts';

/**
 * Logs what this process serves, in one line, and warns of settings that are unsuitable, missing or misspelt.
 *
 * @param apps those of `APPS_FILE`
 */
export function reportStart(settings: Settings, apps: readonly App[], env: NodeJS.ProcessEnv, log: Logger): void {
  log.info(summaryOf(settings, apps), 'settings');
  for (const { name, meant } of misspeltVariables(env))
    log.warn(`${name} is not a setting and has no effect${meant ? `; did you mean ${meant}?` : ' (deploy/README.md lists all settings)'}`);
  warnOfProduction(settings, log);
  warnOfSenders(settings, apps, log);
}

/** The settings in effect, without addresses that may contain passwords. */
const summaryOf = (settings: Settings, apps: readonly App[]) => ({
  apps: apps.map(({ client_id }) => client_id),
  sandbox: onOff(settings.sandbox),
  store: isSqlite(settings.databaseUrl) ? settings.databaseUrl : 'postgresql',
  mail: settings.mail ? new URL(settings.mail.smtpUrl).host : unsent(settings),
  sms: settings.sms?.provider ?? unsent(settings),
  pictures: settings.bucket ? new URL(settings.bucket.url).host : settings.avatarsFolder,
  trust_proxy: settings.trustProxy,
  rate_limits: onOff(settings.rateLimit),
  metrics: settings.metrics ? (settings.metrics.token ? 'with METRICS_TOKEN' : 'without a token') : 'off',
  traces: onOff(settings.tracing !== undefined),
  production: settings.production,
});

const onOff = (on: boolean) => (on ? 'on' : 'off');
const unsent = ({ sandbox }: Settings) => (sandbox ? "off, but simulated for the sandbox's app" : 'off');

function warnOfProduction({ production, rateLimit, databaseUrl }: Settings, log: Logger): void {
  if (!production) return;
  if (!rateLimit) log.warn('RATE_LIMIT=off: anyone can guess passwords and codes without limit, and send messages at your expense');
  if (databaseUrl === inMemory) log.warn(`DATABASE_URL=${inMemory}: all users and sessions are lost when this process exits`);
}

/** Warns of login methods that lack a sender. The sandbox simulates one for its own app only. */
export function warnOfSenders({ sms, mail }: Pick<Settings, 'sms' | 'mail'>, apps: readonly App[], log: Logger): void {
  const appsWith = (method: LoginMethod) =>
    apps.filter(({ login_methods }) => login_methods.includes(method)).map(({ client_id }) => client_id);
  if (!sms && appsWith('sms').length > 0)
    log.warn(
      { apps: appsWith('sms') },
      "SMS_PROVIDER is not set: requests for SMS codes fail with 503 delivery_unavailable; set it, or leave sms out of the apps' login_methods",
    );
  if (!mail && appsWith('email').length > 0)
    log.warn(
      { apps: appsWith('email') },
      "SMTP_URL is not set: requests for verification mails and password resets fail with 503 delivery_unavailable; set it, or leave email out of the apps' login_methods",
    );
}
