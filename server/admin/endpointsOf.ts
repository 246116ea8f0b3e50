import { readApps } from '../config/apps.ts';
import { trimmedVariables } from '../config/settings.ts';
import { createEndpoints, type Endpoints } from '../webhooks/endpoints.ts';
import type { Terminal } from './terminal.ts';

/** The endpoints that hear of a command's changes: the servers send the events. */
export function endpointsOf({ env }: Pick<Terminal, 'env'>): Endpoints {
  const { APPS_FILE } = trimmedVariables(env);
  return createEndpoints(APPS_FILE === undefined ? [] : readApps(APPS_FILE));
}
