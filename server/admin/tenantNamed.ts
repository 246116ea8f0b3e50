import { readApps } from '../config/apps.ts';
import { tenantIdOf } from '../config/pools.ts';
import { givenVariables } from '../config/settings.ts';

/**
 * The id of the tenant that an operator means. A client id stands for its pool; what is not in `APPS_FILE`, as an app that has left it, is
 * taken for the pool's own name.
 *
 * @param text a client id, followed by `/` and an environment's name for one of them
 * @throws for an `APPS_FILE` that cannot be read
 */
export function tenantNamed(env: NodeJS.ProcessEnv, text: string): string {
  const { APPS_FILE } = givenVariables(env);
  const [clientId, environment] = text.split('/');
  const app = APPS_FILE ? readApps(APPS_FILE).find(({ client_id }) => client_id === clientId) : undefined;
  return app ? tenantIdOf(app, environment) : text;
}
