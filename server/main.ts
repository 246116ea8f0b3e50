import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Logger } from 'pino';
import { createPasswords } from './accounts/passwords.ts';
import { createApp } from './app.ts';
import { createAuditTrail } from './audit/trail.ts';
import { type App, checkApps, readApps } from './config/apps.ts';
import { projectFile } from './config/project.ts';
import { isSqlite, readSettings, type Settings } from './config/settings.ts';
import { createVault } from './crypto/vault.ts';
import { connectionTimeouts, createHttpServer, serve } from './http/connections.ts';
import { drainable } from './http/drain.ts';
import { listen } from './http/listen.ts';
import { hasPlayground } from './http/playgroundPages.ts';
import { startWrapping } from './importedPasswords/wrapping.ts';
import { createFullBuckets } from './limits/fullBuckets.ts';
import { createLog } from './observe/log.ts';
import { standardOutput } from './observe/logOutput.ts';
import { measuredBackground, measuredPasswords } from './observe/measured.ts';
import { createMetrics } from './observe/metrics.ts';
import { metricsPage } from './observe/metricsPage.ts';
import { readableLog } from './observe/readableLog.ts';
import { removeUnusedFiles } from './pictures/avatarFiles.ts';
import { createFolderStore } from './pictures/folder.ts';
import { announce } from './process/announce.ts';
import { createBackground } from './process/background.ts';
import { perishables, startCleanup } from './process/cleanup.ts';
import { closeDueAccounts } from './process/closures.ts';
import { exitWithNpm } from './process/exitWithNpm.ts';
import { endAtUncaughtErrors } from './process/lastResort.ts';
import { reloadAtHangup } from './process/reload.ts';
import { reportStart, warnOfSenders } from './process/startReport.ts';
import { unixNow } from './process/time.ts';
import { createExchanges } from './sandbox/exchanges.ts';
import { sandboxHooks } from './sandbox/hooks.ts';
import { createOutbox } from './sandbox/outbox.ts';
import { createSandbox, refuseSandboxNames, sandboxApp, sandboxClientId, sandboxEndpoint, sandboxScanLogin } from './sandbox/sandbox.ts';
import type { Services } from './services.ts';
import { createSmsSender } from './sms/sender.ts';
import { openStore } from './store/store.ts';
import { SigningKeys } from './tokens/signingKeys.ts';
import { createCircuits } from './upstream/circuits.ts';
import { fetchPlatform, proxiesOf, sayProxies } from './upstream/fetch.ts';
import { createUserLists } from './userLists/lists.ts';
import { startDelivery } from './webhooks/delivery.ts';
import { CurrentEndpoints } from './webhooks/endpoints.ts';
import { giveUpOverdue } from './webhooks/giveUp.ts';
import { countPending } from './webhooks/pending.ts';

/** Milliseconds that a call to a platform may take, well below the 60 s timeout of `wx.request`. */
const platformTimeout = 5000;
/** Milliseconds for running requests to finish after the server stops accepting connections. */
const drainTimeout = 10_000;
/** Milliseconds until the process exits, background work included. */
const stopTimeout = drainTimeout + 5000;

const sandboxWarning = 'The sandbox is running: anyone can log in to the app "sandbox" as anyone. Never do this in production';
const separateSandboxes = 'With several processes, each has its own sandbox and refuses the codes of the others (code_invalid): run one';

/** @returns the server's origin */
async function start(): Promise<string> {
  const settings = readSettings(process.env);
  const output = standardOutput();
  const readable = process.stdout.isTTY && !settings.production ? await readableLog(output) : undefined;
  const log = createLog(settings.logLevel, readable ?? output);
  endAtUncaughtErrors(log);
  const configured = readConfigured(settings);
  const metrics = createMetrics();
  metrics.watchLog(output);
  const tracing = settings.tracing && (await import('./observe/tracing.ts')).startTracing(settings.tracing, log);
  const store = await openStore(settings.databaseUrl, log, metrics.watchPool);
  const passwords = createPasswords();
  const audit = createAuditTrail({ store, metrics, log });

  // Loaded before the server listens, because requests that arrived while loading would never be answered.
  const mailer = settings.mail && (await import('./mail/mailer.ts')).createMailer(settings.mail);
  const validateAnswer = settings.production ? undefined : (await import('./steps/validateAnswer.ts')).validateAnswer;

  // Listens before the services are created: the sandbox's app and the links in mails contain the port.
  const server = createHttpServer({ ...connectionTimeouts, keepAlive: settings.keepAliveTimeout * 1000 });
  const drain = drainable(server);
  const address = await listen(server, settings).catch(async (error) => {
    // Open connections would keep the process running.
    await store.destroy();
    throw error;
  });
  const origin = originOf(address);
  const proxies = proxiesOf(process.env);
  if (proxies) log.info(`calling platforms and SMS providers ${sayProxies(proxies)}`);
  const publicUrl = settings.publicUrl ?? origin;
  const circuits = createCircuits(log);
  const pictures = settings.bucket
    ? (await import('./pictures/bucket.ts')).createBucketStore(settings.bucket, circuits)
    : createFolderStore(settings.avatarsFolder, publicUrl);
  const outbox = settings.sandbox ? createOutbox(log) : undefined;
  const vault = createVault(settings.secretKeys.current, settings.secretKeys.fallback);
  const sandbox = `${origin}/sandbox`;
  const exchanges = outbox && createExchanges(sandbox);
  const more = { webhooks: [sandboxEndpoint(sandbox)], hooks: sandboxHooks(sandbox), scan_login: sandboxScanLogin(sandbox) };
  const sandboxApps = outbox ? checkApps({ apps: [{ ...sandboxApp(sandbox), ...more }] }) : [];
  const withSandbox = (apps: App[]) => [...apps, ...sandboxApps];
  const endpoints = new CurrentEndpoints(withSandbox(configured));
  metrics.watchWebhooks(() => countPending(store, endpoints.all));
  const services: Services = {
    store,
    endpoints,
    userLists: createUserLists(settings.databaseUrl, store),
    vault,
    signingKeys: new SigningKeys({ store, vault, now: unixNow, log }),
    passwords: measuredPasswords(passwords, metrics),
    fetch: exchanges?.watch(fetchPlatform) ?? fetchPlatform,
    platformTimeout,
    circuits,
    sms: settings.sms ? createSmsSender(settings.sms) : outbox?.sms,
    mailer: mailer ?? outbox?.mailer,
    pictures,
    publicUrl,
    limitsRates: settings.rateLimit,
    fullBuckets: createFullBuckets(),
    background: measuredBackground(createBackground(), metrics),
    audit,
    metrics,
    now: unixNow,
    log,
  };
  const quietRoutes = express.Router();
  if (outbox && exchanges) {
    quietRoutes.use(
      '/sandbox',
      outbox.router,
      exchanges.router,
      createSandbox(unixNow, { id: sandboxClientId, store, now: unixNow, log, endpoints: endpoints.of(sandboxClientId) }),
    );
    if (configured.length > 0 || settings.production)
      log.warn(sandboxWarning + (isSqlite(settings.databaseUrl) ? '' : `. ${separateSandboxes}`));
  }
  if (settings.metrics) quietRoutes.get('/metrics', metricsPage(metrics, settings.metrics.token));
  const docsFolder = projectFile('dist/docs');
  const appFor = (apps: App[]) =>
    createApp({
      apps: withSandbox(apps),
      services,
      trustProxy: settings.trustProxy,
      validateAnswer,
      tracing,
      quietRoutes: quietRoutes.stack.length > 0 ? quietRoutes : undefined,
      isStopping: () => drain.begun,
      docsFolder,
    });
  let app = appFor(configured);
  serve(server, () => app, services);

  const cleanup = startCleanup(
    services,
    perishables(settings),
    (at, signal) => closeDueAccounts(services, at, signal),
    (at, signal) => removeUnusedFiles(store, pictures, at, signal),
    (at, signal) => giveUpOverdue(services, at, signal),
  );
  const stopWrapping = startWrapping(services, settings.wrapRate);
  let delivery = startDelivery(endpoints.all, services);
  const replaceApps = (apps: App[]) => {
    const earlier = delivery;
    app = appFor(apps);
    endpoints.replace(withSandbox(apps));
    delivery = startDelivery(endpoints.all, services);
    warnOfSenders(settings, apps, log);
    return earlier.stop();
  };
  // A terminal sends the signal when it is closed, which ends the server.
  const reloads =
    settings.appsFile === undefined || process.stdin.isTTY
      ? undefined
      : reloadAtHangup({ apps: configured, read: () => readConfigured(settings), replace: replaceApps, log });
  const stop = async (signal: NodeJS.Signals, notice: number) => {
    // Ctrl-C sends the signal twice: directly, and through npm.
    if (drain.begun) return;
    log.info({ signal, drain_delay: notice / 1000 }, 'shutting down: /readyz answers 503, running requests are answered');
    setTimeout(() => cutOff(log), notice + stopTimeout).unref();
    await reloads?.stop();
    await drain.run({ notice, timeout: drainTimeout });
    await Promise.all([services.background.settled(), cleanup.stop(), stopWrapping(), delivery.stop()]);
    await audit.flush();
    await services.userLists.close();
    await store.destroy();
    await tracing?.stop();
    log.info('stopped');
  };
  process.on('SIGTERM', (signal) => stop(signal, settings.drainDelay * 1000));
  process.on('SIGINT', (signal) => stop(signal, 0));
  if (process.env.npm_lifecycle_event === 'start') exitWithNpm();
  reportStart(settings, configured, process.env, log);
  announce(origin, settings, output, { hasSite: existsSync(docsFolder), hasPlayground: hasPlayground() });
  return origin;
}

/** The apps of `APPS_FILE`. @throws an error that names each fault */
function readConfigured({ appsFile, sandbox }: Settings): App[] {
  const apps = appsFile === undefined ? [] : readApps(appsFile);
  if (sandbox) refuseSandboxNames(apps);
  return apps;
}

function cutOff(log: Logger): void {
  log.error('shutdown timed out; exiting with work still running');
  process.exit(1);
}

function originOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Resolves to the origin, or to undefined if the start failed, which is reported on standard error. */
export const started = start().catch((error: unknown) => {
  process.stderr.write(`Cannot start:\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
  return undefined;
});
