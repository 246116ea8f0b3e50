import { readApps } from '../config/apps.ts';
import { tenantIdOf } from '../config/pools.ts';
import { trimmedVariables } from '../config/settings.ts';

/**
 * Converts an operator's `--app` to a tenant's id. A client id means its pool; a name that is not in `APPS_FILE`, such as that of a
 * removed app, is treated as the name of a pool.
 *
 * @param text a client id, or `CLIENT_ID/ENVIRONMENT`
 * @throws if `APPS_FILE` cannot be read
 */
export function tenantNamed(env: NodeJS.ProcessEnv, text: string): string {
  const { APPS_FILE } = trimmedVariables(env);
  const [clientId, environment] = text.split('/');
  const app = APPS_FILE ? readApps(APPS_FILE).find(({ client_id }) => client_id === clientId) : undefined;
  return app ? tenantIdOf(app, environment) : text;
}
