import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { onTestFinished } from 'vitest';
import { createApp } from '../../server/app.ts';
import { type App, checkApps } from '../../server/apps.ts';
import { contractValidation } from '../../server/contract.ts';
import { createLog } from '../../server/log.ts';
import { createSandbox, sandboxApp } from '../../server/sandbox/sandbox.ts';
import type { Services } from '../../server/services.ts';
import type { Store } from '../../server/store/store.ts';
import { createVault, type Vault } from '../../server/vault.ts';
import { type Client, createClient } from './client.ts';
import { createOwnDatabase, openTestStore } from './database.ts';
import { type Secrets, secretKey, watchSecrets } from './secrets.ts';

export { silentLoginOn } from './client.ts';

type SandboxApp = ReturnType<typeof sandboxApp>;

export interface ServerOptions {
  /** Changes the sandbox app's settings before the server reads them. */
  configure?: (app: SandboxApp) => unknown;
  /** Milliseconds that a platform may take. */
  platformTimeout?: number;
  fetch?: typeof fetch;
  now?: () => number;
}

export interface TestServer extends Client {
  origin: string;
  store: Store;
  app: App;
  /** Every log line so far, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: log lines have any fields
  logLines: () => any[];
}

/** Compiled once for all servers: it knows nothing of the one that it runs in. */
const contract = contractValidation({ answers: true });

const unixSeconds = () => Math.floor(Date.now() / 1000);

/** A whole server with the sandbox behind it, on a port of its own, gone when the test is over. It must not have logged a secret by then. */
export async function startServer({
  configure = (app) => app,
  platformTimeout = 2000,
  fetch = globalThis.fetch,
  now = unixSeconds,
}: ServerOptions = {}): Promise<TestServer> {
  const lines: string[] = [];
  const secrets = watchSecrets(() => lines.join(''));
  const log = createLog('trace', { write: (line: string) => void lines.push(line) });
  const store = await openTestStore(await createOwnDatabase(), log);
  const vault = watchedVault(secrets);
  const services: Services = { store, vault, fetch, platformTimeout, accessTokens: new Map(), now, log };

  const root = express();
  const origin = await listen(root);
  root.use('/sandbox', createSandbox(now));
  const apps = checkApps({ apps: [configure(sandboxApp(`${origin}/sandbox`))] });
  for (const platform of Object.values(apps[0]?.platforms ?? {})) secrets.add(platform?.settings.app_secret ?? '');
  root.use((request, response, next) => {
    // Clients of every kind are heard, not only those of `createClient`.
    response.once('close', () => secrets.addFrom({ ...request.body, token: request.get('Authorization')?.split(' ')[1] }));
    next();
  });
  root.use(createApp({ apps, services, contract }));

  return { origin, store, app: apps[0] as App, logLines: () => lines.map((line) => JSON.parse(line)), ...createClient(origin, secrets) };
}

/** Whatever is sealed is a secret. */
function watchedVault(secrets: Secrets): Vault {
  const { seal, open } = createVault(secretKey);
  return {
    seal(text, context) {
      secrets.add(text);
      return seal(text, context);
    },
    open,
  };
}

async function listen(app: Express): Promise<string> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
