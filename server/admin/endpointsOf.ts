import { createEndpoints, type Endpoints } from '../webhooks/endpoints.ts';
import { configuredApps } from './configuredApps.ts';
import type { Terminal } from './terminal.ts';

/** The endpoints that hear of a command's changes: the servers send the events. */
export const endpointsOf = (terminal: Pick<Terminal, 'env'>): Endpoints => createEndpoints(configuredApps(terminal));
