import { isDeepStrictEqual } from 'node:util';
import { type App, checkApps, readApps } from '../config/apps.ts';
import { publicHooks } from '../hooks/settings.ts';
import { limits } from '../limits/limits.ts';
import { publicWebhook } from '../webhooks/settings.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { requireAppsFile } from './requireAppsFile.ts';

interface ListOptions {
  all?: true;
}

export const listApps: CommandMaker = (terminal) =>
  defineCommand(
    'list-apps',
    'List the apps of APPS_FILE, without secrets and default settings.',
    terminal,
    async ({ all }: ListOptions) => ({
      data: readApps(requireAppsFile(terminal)).map((app) => (all ? toPublic(app) : withoutDefaults(toPublic(app)))),
    }),
  ).option('--all', 'show default settings, too');

/** Fields that are shown in any case. */
const always = ['client_id', 'pool', 'name', 'platforms'];

function withoutDefaults(app: ReturnType<typeof toPublic>): object {
  const [bare] = checkApps({ apps: [{ client_id: 'bare', name: 'bare' }] }).map(toPublic);
  const defaults: Record<string, unknown> = { ...bare };
  return Object.fromEntries(
    Object.entries(app).filter(([name, value]) => always.includes(name) || !isDeepStrictEqual(value, defaults[name])),
  );
}

function toPublic({ client_id, pool, name, platforms, platformApps, poolPlatformApps, rate_limits, webhooks, hooks, ...app }: App) {
  const entries = Object.entries(platforms).map(([platform, client]) => [platform, client?.publicSettings]);
  return {
    client_id,
    pool,
    name,
    ...app,
    webhooks: webhooks.map(publicWebhook),
    hooks: publicHooks(hooks),
    rate_limits: changedLimits(rate_limits),
    platforms: Object.fromEntries(entries),
  };
}

/** The limits that differ from the defaults. */
const changedLimits = (rates: App['rate_limits']) =>
  Object.fromEntries(
    Object.entries(rates).filter(([name, { limit, seconds }]) => {
      const { limit: defaultLimit, seconds: defaultSeconds } = limits[name as keyof typeof limits];
      return limit !== defaultLimit || seconds !== defaultSeconds;
    }),
  );
