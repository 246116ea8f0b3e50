import type { Terminal } from './terminal.ts';

/** @throws where the environment names none */
export function requireAppsFile({ env }: Terminal): string {
  if (!env.APPS_FILE) throw new Error('APPS_FILE: must name the file that the servers read their apps from');
  return env.APPS_FILE;
}
