import express, { type Express } from 'express';
import { onTestFailed, onTestFinished } from 'vitest';
import type { IdentityTenant } from '../../server/accounts/identities.ts';
import { createPasswords, type Passwords } from '../../server/accounts/passwords.ts';
import { createApp } from '../../server/app.ts';
import { createAuditTrail } from '../../server/audit/trail.ts';
import { type App, checkApps } from '../../server/config/apps.ts';
import type { TrustProxy } from '../../server/config/trustProxy.ts';
import { createVault, type Vault } from '../../server/crypto/vault.ts';
import { type ConnectionTimeouts, createHttpServer, serve } from '../../server/http/connections.ts';
import { createFullBuckets } from '../../server/limits/fullBuckets.ts';
import type { Mail } from '../../server/mail/mailer.ts';
import { createLog } from '../../server/observe/log.ts';
import { measuredBackground, measuredPasswords } from '../../server/observe/measured.ts';
import { createMetrics } from '../../server/observe/metrics.ts';
import { createFolderStore } from '../../server/pictures/folder.ts';
import { createBackground } from '../../server/process/background.ts';
import { createExchanges } from '../../server/sandbox/exchanges.ts';
import { createOutbox } from '../../server/sandbox/outbox.ts';
import { createSandbox, sandboxApp, sandboxClientId } from '../../server/sandbox/sandbox.ts';
import type { Services } from '../../server/services.ts';
import { validateAnswer } from '../../server/steps/validateAnswer.ts';
import type { Store } from '../../server/store/schema.ts';
import { SigningKeys } from '../../server/tokens/signingKeys.ts';
import { createCircuits } from '../../server/upstream/circuits.ts';
import { type Fetch, fetchPlatform } from '../../server/upstream/fetch.ts';
import { createUserLists } from '../../server/userLists/lists.ts';
import { createEndpoints } from '../../server/webhooks/endpoints.ts';
import { type Client, createClient } from './client.ts';
import { createOwnDatabase, openTestStore } from './database.ts';
import { createFolder } from './folder.ts';
import { listening } from './listening.ts';
import { type Secrets, secretKey, watchSecrets } from './secrets.ts';

export type { CallOptions, Grant, Reply } from './client.ts';

type SandboxApp = ReturnType<typeof sandboxApp>;

export interface ServerOptions {
  /** Changes the sandbox app's settings before the server reads them. */
  configure?: (app: SandboxApp) => unknown;
  /** Adds apps after the sandbox app. */
  otherApps?: (app: SandboxApp) => unknown[];
  /** Milliseconds that a platform may take. */
  platformTimeout?: number;
  passwords?: Passwords;
  fetch?: Fetch;
  now?: () => number;
  /** A database shared with others; a new one if absent. */
  database?: string;
  trustProxy?: TrustProxy;
  rateLimited?: boolean;
  /** Timeouts of slow and idle connections. */
  timeouts?: ConnectionTimeouts;
  /** The built site of the documentation; none is served if absent. */
  docsFolder?: string;
  /** Replace the server's own. */
  services?: Partial<Services>;
}

export interface TestServer extends Client {
  origin: string;
  store: Store;
  services: Services;
  /** The users of the sandbox's app. */
  tenant: IdentityTenant;
  app: App;
  /** Every log line so far, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: log lines have any fields
  logLines: () => any[];
  /** The latest mail to an address, after all background work of earlier requests. */
  mailTo(address: string): Promise<Pick<Mail, 'subject' | 'text' | 'html'> | undefined>;
}

/** Real hashes at a cost that tests can afford. */
const cheapPasswords = createPasswords({ cost: { memoryCost: 256, timeCost: 1, parallelism: 1 } });

const unixSeconds = () => Math.floor(Date.now() / 1000);

/** Starts a whole server with its sandbox on a free port, stopped after the test. It must not have logged a secret by then. */
export async function startServer({
  configure = (app) => app,
  otherApps = () => [],
  platformTimeout = 2000,
  passwords = cheapPasswords,
  fetch = fetchPlatform,
  now = unixSeconds,
  database,
  trustProxy = [],
  rateLimited = true,
  timeouts,
  docsFolder,
  services: given,
}: ServerOptions = {}): Promise<TestServer> {
  const lines: string[] = [];
  const secrets = watchSecrets(() => lines.join(''));
  const log = createLog('trace', { write: (line: string) => void lines.push(line) });
  const url = database ?? (await createOwnDatabase());
  const store = await openTestStore(url, log);
  const vault = watchedVault(secrets);
  const metrics = createMetrics();

  const root = express();
  root.disable('x-powered-by');
  const origin = await listen(root, timeouts, { log, metrics });
  // The sandbox logs its mails with their links, which are secrets otherwise.
  const { router, ...senders } = createOutbox(createLog('silent'));
  const pictures = createFolderStore(createFolder(), origin);
  const sandbox = sandboxApp(`${origin}/sandbox`);
  const apps = checkApps({ apps: [configure(sandbox), ...otherApps(sandbox)] });
  const exchanges = createExchanges(`${origin}/sandbox`);
  const endpoints = createEndpoints(apps);
  const services: Services = {
    store,
    userLists: createUserLists(url, store),
    vault,
    signingKeys: new SigningKeys({ store, vault, now, log }),
    fetch: exchanges.watch(fetch),
    platformTimeout,
    passwords: measuredPasswords(passwords, metrics),
    circuits: createCircuits(log),
    publicUrl: origin,
    pictures,
    endpoints,
    limitsRates: rateLimited,
    fullBuckets: createFullBuckets(),
    background: measuredBackground(createBackground(), metrics),
    // Written only when the test asks for it or ends, so that nothing happens at a random moment.
    audit: createAuditTrail({ store, metrics, log, pause: 600_000 }),
    metrics,
    now,
    log,
    ...senders,
    ...given,
  };
  root.use(
    '/sandbox',
    router,
    exchanges.router,
    createSandbox(now, { id: sandboxClientId, store, now, log, endpoints: endpoints.of(sandboxClientId) }),
  );
  for (const secret of Object.values(apps[0]?.platforms ?? {}).flatMap((client) => client?.secrets ?? [])) secrets.add(String(secret));
  for (const secret of apps.flatMap(({ webhooks }) => webhooks.flatMap((endpoint) => endpoint.secrets))) secrets.add(secret);
  root.use((request, response, next) => {
    // Covers clients of every kind, not only those of `createClient`.
    response.once('close', () => secrets.addFrom({ ...request.body, token: request.get('Authorization')?.split(' ')[1] }));
    next();
  });
  root.use(createApp({ apps, services, trustProxy, validateAnswer, isStopping: () => false, docsFolder }));

  // The reason of an error is in the log alone.
  onTestFailed(() => {
    for (const line of lines) if (JSON.parse(line).level >= 40) process.stderr.write(line);
  });
  onTestFinished(async () => {
    await services.background.settled();
    await services.audit.flush();
    await services.userLists.close();
  });

  const app = apps[0] as App;
  return {
    origin,
    store,
    services,
    tenant: {
      id: app.pool,
      store,
      vault: services.vault,
      now,
      log,
      rateLimits: rateLimited ? app.rate_limits : undefined,
      platformApps: app.platformApps,
      endpoints: endpoints.of(app.pool),
    },
    app,
    logLines: () => lines.map((line) => JSON.parse(line)),
    ...createClient(origin, secrets),
    async mailTo(address) {
      await services.background.settled();
      const response = await globalThis.fetch(`${origin}/sandbox/mail/${address}`);
      return response.ok ? ((await response.json()) as Mail) : undefined;
    },
  };
}

/** A vault that adds everything sealed to the secrets. */
function watchedVault(secrets: Secrets): Vault {
  const vault = createVault(secretKey);
  return {
    ...vault,
    seal(text, context) {
      secrets.add(text);
      return vault.seal(text, context);
    },
  };
}

/** Serves an app on a free port until the test ends. @returns its origin */
export async function listen(app: Express, timeouts?: ConnectionTimeouts, observers?: Pick<Services, 'log' | 'metrics'>): Promise<string> {
  const server = createHttpServer(timeouts);
  serve(server, () => app, observers);
  return listening(server);
}
