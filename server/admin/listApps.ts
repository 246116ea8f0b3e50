import { type App, readApps } from '../config/apps.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { requireAppsFile } from './requireAppsFile.ts';

export const listApps: CommandMaker = (terminal) =>
  defineCommand('list-apps', 'shows the apps of APPS_FILE without their secrets', terminal, async () => ({
    data: readApps(requireAppsFile(terminal)).map(toPublic),
  }));

function toPublic({ platforms, platformApps, poolPlatformApps, ...app }: App) {
  const entries = Object.entries(platforms).map(([name, client]) => [name, client?.publicSettings]);
  return { ...app, platforms: Object.fromEntries(entries) };
}
