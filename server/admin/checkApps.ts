import { randomBytes } from 'node:crypto';
import { type App, readApps } from '../config/apps.ts';
import { createVault, type Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { createLog } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import { identityPlatforms } from '../platforms/index.ts';
import type { PlatformClient } from '../platforms/platform.ts';
import { createUpstream } from '../platforms/upstream.ts';
import type { WebLoginClient } from '../platforms/webLogin.ts';
import { unixNow } from '../process/time.ts';
import { openStore } from '../store/store.ts';
import type { Tenant } from '../store/tenant.ts';
import { createCircuits } from '../upstream/circuits.ts';
import { fetchPlatform, proxiesOf, sayProxies } from '../upstream/fetch.ts';
import type { UpstreamServices } from '../upstream/request.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { openVault } from './openVault.ts';
import { requireAppsFile } from './requireAppsFile.ts';
import type { Terminal } from './terminal.ts';
import { withStore } from './withStore.ts';

interface CheckOptions {
  app?: string;
}

/** Milliseconds that a platform may take. */
const platformTimeout = 10_000;

const description =
  'Check the app ids and secrets of APPS_FILE with each platform. Makes only calls without side effects; fails unless every platform accepts its app.';

export const checkApps: CommandMaker = (terminal) =>
  defineCommand('check-apps', description, terminal, async ({ app: only }: CheckOptions) => {
    const apps = readApps(requireAppsFile(terminal)).filter(({ client_id }) => only === undefined || client_id === only);
    if (apps.length === 0) throw new Error(`--app: APPS_FILE has no app ${only}`);
    const proxies = proxiesOf(terminal.env);
    if (proxies) terminal.errors(`Calling the platforms ${sayProxies(proxies)}\n`);
    const data = await check(apps, terminal);
    return { data, ok: data.every(({ result }) => result === 'accepted') };
  }).option('--app <id>', 'check only this client id');

async function check(apps: App[], terminal: Terminal) {
  const log = createLog('silent');
  // In memory, because access tokens are needed only during the command.
  const memory = await openStore('sqlite::memory:', log);
  const secretKey = randomBytes(32).toString('base64url');
  const services: UpstreamServices = {
    fetch: fetchPlatform,
    platformTimeout,
    circuits: createCircuits(log),
    metrics: createMetrics(),
    log,
  };
  const lines = apps.flatMap(({ client_id, platforms }) =>
    identityPlatforms.flatMap((platform) => {
      const client = platforms[platform];
      return client ? [{ appId: client_id, platform, client }] : [];
    }),
  );
  const askEach = (asked: typeof lines, sealing: Pick<Tenant & Sealing, 'store' | 'vault'>) =>
    Promise.all(
      asked.map(async ({ appId, platform, client }) => {
        const tenant = { id: appId, ...sealing, now: unixNow, log, endpoints: [] };
        const verdict = await ask(client, () => client.probe(createUpstream(platform, client.settings, tenant, services)));
        return { app: appId, platform, ...verdict };
      }),
    );
  const ofComponents = lines.filter(({ client }) => isOfComponent(client));
  const others = lines.filter(({ client }) => !isOfComponent(client));
  try {
    const answers = await askEach(others, { store: memory, vault: createVault(secretKey) });
    if (ofComponents.length === 0) return answers;
    // The servers' database has the tickets, and the tokens, of which a new one may end the earlier.
    const more = await withStore(terminal, (store) => askEach(ofComponents, { store, vault: openVault(terminal.env) }));
    return [...answers, ...more];
  } finally {
    await memory.destroy();
  }
}

const isOfComponent = (client: PlatformClient | WebLoginClient): boolean =>
  'componentPushes' in client && client.componentPushes !== undefined;

/** Finds the platform's verdict on an app: accepted if only the made-up code is wrong, otherwise refused or unknown. */
async function ask({ unverified }: Pick<PlatformClient, 'unverified'>, probe: () => Promise<unknown>) {
  const accepted = { result: 'accepted', ...(unverified && { unverified }) };
  try {
    await probe();
    return accepted;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const answer = { code: error.code, ...error.detail };
    if (error.code === 'code_invalid') return { ...accepted, answer };
    return { result: error.code === 'app_misconfigured' ? 'refused' : 'unknown', answer };
  }
}
