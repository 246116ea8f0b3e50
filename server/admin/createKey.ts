import { InvalidArgumentError } from 'commander';
import { recordActs } from '../audit/entries.ts';
import { trimmedVariables } from '../config/settings.ts';
import { sandboxClientId } from '../sandbox/sandbox.ts';
import type { KeyOwner } from '../serverKeys/keyText.ts';
import { allScopes, createServerKey, type Scope } from '../serverKeys/serverKeys.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { configuredApps } from './configuredApps.ts';
import { tenantNamed } from './tenantNamed.ts';
import type { Terminal } from './terminal.ts';
import { withTransaction } from './withStore.ts';

interface CreateKeyOptions {
  app: string;
  name: string;
  scope: Scope[];
}

const description =
  "Create a key for one of the team's own servers. It is valid at once and shown only now, because only its hash is stored (docs/verify-sessions.md).";

export const createKey: CommandMaker = (terminal) =>
  defineCommand('create-key', description, terminal, async ({ app, name, scope }: CreateKeyOptions) => {
    const owner = ownerNamed(terminal, app);
    const created = await withTransaction(terminal, tenantNamed(terminal.env, app), async (tx) => {
      await recordActs(tx, { event: 'server_key_created', userId: undefined });
      return createServerKey(tx, owner, { name, scopes: scope });
    });
    return { data: { ...created, app, name, scopes: scope } };
  })
    .requiredOption('--app <id>', 'client id, or CLIENT_ID/ENVIRONMENT for the users of an environment')
    .requiredOption('--scope <scopes>', `permitted scopes, separated by commas: ${allScopes.join(', ')}`, readScopes)
    .option('--name <name>', "the server's name, for list-keys", readName, '');

/** @throws if `APPS_FILE` has no such app or environment: its key could never be used */
function ownerNamed({ env }: Terminal, text: string): KeyOwner {
  const [clientId = '', environment] = text.split('/');
  const { APPS_FILE } = trimmedVariables(env);
  const app = configuredApps({ env }).find(({ client_id }) => client_id === clientId);
  if (!app && clientId !== sandboxClientId) throw new Error(`--app: ${APPS_FILE ?? 'APPS_FILE, which is not set,'} has no app ${clientId}`);
  if (app && environment !== undefined && !app.environments.includes(environment)) {
    throw new Error(`--app: ${clientId} has no environment ${environment}`);
  }
  return { clientId, environment };
}

/** @throws InvalidArgumentError, which Commander shows with the option's name */
function readScopes(text: string): Scope[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !allScopes.some((scope) => scope === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`Unknown scope ${unknown.join(', ')}; the scopes are ${allScopes.join(', ')}.`);
  return allScopes.filter((scope) => names.includes(scope));
}

/** @throws InvalidArgumentError, as above */
function readName(text: string): string {
  if (text.length > 64) throw new InvalidArgumentError('It must have at most 64 characters.');
  return text;
}
