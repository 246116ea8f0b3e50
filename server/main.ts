import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createPasswords } from './accounts/passwords.ts';
import { createApp } from './app.ts';
import { type App, checkApps, readApps } from './apps.ts';
import { createBackground } from './background.ts';
import { contractValidation } from './contract.ts';
import { drainable } from './drain.ts';
import { listen } from './listen.ts';
import { createLog } from './log.ts';
import { createMailer } from './mail/mailer.ts';
import { createOutbox } from './sandbox/outbox.ts';
import { createSandbox, sandboxApp } from './sandbox/sandbox.ts';
import type { Services } from './services.ts';
import { readSettings, type Settings } from './settings.ts';
import { createSmsSender } from './sms/sender.ts';
import { openStore } from './store/store.ts';
import { createVault } from './vault.ts';

/** Milliseconds that a platform may take, well inside the 60 s that `wx.request` waits. */
const platformTimeout = 5000;
/** Milliseconds that running requests have to finish after SIGTERM. */
const drainTimeout = 10_000;

const unixSeconds = () => Math.floor(Date.now() / 1000);

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  const log = createLog(settings.logLevel);
  const configured = settings.appsFile === undefined ? [] : readApps(settings.appsFile);
  const store = await openStore(settings.databaseUrl, log);
  const passwords = await createPasswords();

  // The port is known only now, and the sandbox's app and the links in its mails must name it.
  const server = createServer();
  const drain = drainable(server, drainTimeout);
  const address = await listen(server, settings).catch(async (error) => {
    // Its connections would keep the process.
    await store.destroy();
    throw error;
  });
  const origin = originOf(address);
  const outbox = settings.sandbox ? createOutbox(log) : undefined;
  const services: Services = {
    store,
    vault: createVault(settings.secretKeys.current, settings.secretKeys.fallback),
    passwords,
    fetch: globalThis.fetch,
    platformTimeout,
    sms: settings.sms ? createSmsSender(settings.sms) : outbox?.sms,
    mailer: settings.mail ? createMailer(settings.mail) : outbox?.mailer,
    publicUrl: settings.publicUrl ?? origin,
    background: createBackground(),
    now: unixSeconds,
    log,
  };
  const root = express();
  root.disable('x-powered-by');
  const apps: App[] = [...configured];
  if (outbox) {
    root.use('/sandbox', outbox.router, createSandbox(unixSeconds));
    apps.push(...checkApps({ apps: [sandboxApp(`${origin}/sandbox`)] }));
    if (configured.length > 0 || settings.production)
      log.warn('The sandbox runs: anybody can log in as anybody to the app "sandbox". Never do this in production.');
  }
  root.use(createApp({ apps, services, contract: contractValidation({ answers: !settings.production }) }));
  server.on('request', root);

  const stop = async () => {
    await drain();
    await services.background.settled();
    await store.destroy();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  announce(origin, settings);
}

function originOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function announce(origin: string, { sandbox, sms, mail }: Settings): void {
  const lines = [`Ready at ${origin}`, `  Reference  ${origin}/docs`, `  Contract   ${origin}/openapi.json`];
  if (sandbox) lines.push(`  Sandbox    ${origin}/sandbox stands in for the platforms; client id "sandbox"`);
  if (sandbox && !sms) lines.push(`  SMS codes  are not sent: ${origin}/sandbox/sms/13800138000 shows the last one to that number`);
  if (sandbox && !mail) {
    lines.push(`  Mails      are not sent: ${origin}/sandbox/mail/mei@example.com shows the last one to that address,`);
    lines.push('             and every one is in this log, WITH ITS LINK');
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

start().catch((error: unknown) => {
  process.stderr.write(`Cannot start:\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
