import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { readDatabaseUrl, trimmedVariables } from '../config/settings.ts';
import { createLog } from '../observe/log.ts';
import { unixNow } from '../process/time.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Store } from '../store/schema.ts';
import { openStore } from '../store/store.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { endpointsOf } from './endpointsOf.ts';
import { isConfigured } from './tenantNamed.ts';
import type { Terminal } from './terminal.ts';

/**
 * Opens the server's database, on which servers may be running, runs work on it and closes it.
 *
 * @throws if the database does not exist, because a mistyped path must not create an empty one
 */
export async function withStore<T>({ env, errors }: Terminal, work: (store: Store, log: Logger) => Promise<T>): Promise<T> {
  const url = readDatabaseUrl(env);
  const [, file] = /^sqlite:(.+)$/.exec(url) ?? [];
  if (file && !existsSync(file)) throw new Error(`DATABASE_URL: no database at ${file}`);
  const log = createLog('warn', { write: errors });
  const store = await openStore(url, log);
  try {
    return await work(store, log);
  } finally {
    await store.destroy();
  }
}

/**
 * Runs work on the users of one tenant.
 *
 * @throws if `APPS_FILE` does not have it and nothing is stored of it, because a mistyped name must not look like an app in which nothing happened
 */
export const withTenant = <T>(terminal: Terminal, id: string, work: (tenant: Tenant) => Promise<T>): Promise<T> =>
  withStore(terminal, async (store, log) => {
    const tenant = { id, store, now: unixNow, log, endpoints: endpointsOf(terminal).of(id), operator: operatorOf(terminal.env) };
    if (!isConfigured(terminal.env, id) && !(await hasRows(tenant)))
      throw new Error(`--app: APPS_FILE has no app or pool ${id}, and the database has no users of it`);
    return work(tenant);
  });

/** The operator who runs the command: `OPERATOR`, or the user of the system who was logged in. */
function operatorOf(env: NodeJS.ProcessEnv): string | undefined {
  const { OPERATOR, SUDO_USER, USER } = trimmedVariables(env);
  return OPERATOR ?? SUDO_USER ?? USER;
}

/** Whether a tenant has users, or had some: the audit trail outlives them. */
async function hasRows({ id, store }: Tenant): Promise<boolean> {
  for (const table of ['users', 'audit_entries'] as const) {
    if (await store.selectFrom(table).select('id').where('tenant_id', '=', id).limit(1).executeTakeFirst()) return true;
  }
  return false;
}

/** Runs work on the users of one tenant in one transaction. */
export const withTransaction = <T>(terminal: Terminal, id: string, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  withTenant(terminal, id, (tenant) => inTransaction(tenant, work));
