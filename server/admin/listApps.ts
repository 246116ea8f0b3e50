import { type App, readApps } from '../config/apps.ts';
import { publicHooks } from '../hooks/settings.ts';
import { limits } from '../limits/limits.ts';
import { publicWebhook } from '../webhooks/settings.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { requireAppsFile } from './requireAppsFile.ts';

export const listApps: CommandMaker = (terminal) =>
  defineCommand('list-apps', 'List the apps of APPS_FILE, without secrets and default rate limits.', terminal, async () => ({
    data: readApps(requireAppsFile(terminal)).map(toPublic),
  }));

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
