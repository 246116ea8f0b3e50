import { type App, readApps } from '../config/apps.ts';
import { trimmedVariables } from '../config/settings.ts';
import type { Terminal } from './terminal.ts';

/** The apps that the environment configures; none without `APPS_FILE`. @throws if it cannot be read */
export function configuredApps({ env }: Pick<Terminal, 'env'>): App[] {
  const { APPS_FILE } = trimmedVariables(env);
  return APPS_FILE ? readApps(APPS_FILE) : [];
}
