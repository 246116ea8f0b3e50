import { readApps } from '../config/apps.ts';
import { tenantIdOf } from '../config/pools.ts';
import { trimmedVariables } from '../config/settings.ts';

/**
 * The id of the tenant that an operator names. A client id means its pool; a name that is not in `APPS_FILE`, such as a removed app's, is
 * taken for the pool's name.
 *
 * @param text a client id, followed by `/` and an environment's name for one of them
 * @throws if `APPS_FILE` cannot be read
 */
export function tenantNamed(env: NodeJS.ProcessEnv, text: string): string {
  const { APPS_FILE } = trimmedVariables(env);
  const [clientId, environment] = text.split('/');
  const app = APPS_FILE ? readApps(APPS_FILE).find(({ client_id }) => client_id === clientId) : undefined;
  return app ? tenantIdOf(app, environment) : text;
}
