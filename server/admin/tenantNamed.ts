import { tenantIdOf } from '../config/pools.ts';
import { sandboxClientId } from '../sandbox/sandbox.ts';
import { configuredApps } from './configuredApps.ts';

/**
 * Converts an operator's `--app` to a tenant's id. A client id means its pool; a name that is not in `APPS_FILE`, such as that of a
 * removed app, is treated as the name of a pool.
 *
 * @param text a client id, or `CLIENT_ID/ENVIRONMENT`
 * @throws if `APPS_FILE` cannot be read
 */
export function tenantNamed(env: NodeJS.ProcessEnv, text: string): string {
  const [clientId, environment] = text.split('/');
  const app = configuredApps({ env }).find(({ client_id }) => client_id === clientId);
  return app ? tenantIdOf(app, environment) : text;
}

/** Whether `APPS_FILE` has a tenant, an environment of one, or the app is the sandbox's, which needs no file. */
export function isConfigured(env: NodeJS.ProcessEnv, tenantId: string): boolean {
  const [pool] = tenantId.split('/');
  return pool === sandboxClientId || configuredApps({ env }).some((app) => tenantIdOf(app) === pool);
}
