import { trimmedVariables } from '../config/settings.ts';
import type { Terminal } from './terminal.ts';

/** @throws if the environment names none */
export function requireAppsFile({ env }: Terminal): string {
  const { APPS_FILE } = trimmedVariables(env);
  if (!APPS_FILE) throw new Error('APPS_FILE: must name the file that the servers read their apps from');
  return APPS_FILE;
}
