import { type App, readApps } from '../config/apps.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { requireAppsFile } from './requireAppsFile.ts';

export const listApps: CommandMaker = (terminal) =>
  defineCommand('list-apps', 'shows the apps of APPS_FILE without their secrets', terminal, async () => ({
    data: readApps(requireAppsFile(terminal)).map(withoutSecrets),
  }));

function withoutSecrets({ platforms, ...app }: App) {
  const shown = Object.entries(platforms).map(([name, line]) => [name, { ...line?.settings, app_secret: undefined }]);
  return { ...app, platforms: Object.fromEntries(shown) };
}
