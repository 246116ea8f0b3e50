import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import { operationTable } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';
import { createPasswords, type Passwords } from '../../server/accounts/passwords.ts';
import { createApp } from '../../server/app.ts';
import { type App, checkApps } from '../../server/apps.ts';
import { createBackground } from '../../server/background.ts';
import type { Mail } from '../../server/mail/mailer.ts';
import type { OperationId } from '../../server/operations.ts';
import type { Fault } from '../../server/sandbox/faults.ts';
import { createOutbox } from '../../server/sandbox/outbox.ts';
import { createSandbox, sandboxApp, sandboxClientId } from '../../server/sandbox/sandbox.ts';
import type { Tamper } from '../../server/sandbox/tap.ts';
import type { Services } from '../../server/services.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import { createVault } from '../../server/vault.ts';
import { undeclared } from './contract.ts';

type SandboxApp = ReturnType<typeof sandboxApp>;

export interface ServerOptions {
  /** Changes the sandbox app's settings before the server reads them. */
  configure?: (app: SandboxApp) => unknown;
  /** Milliseconds that a platform may take. */
  platformTimeout?: number;
  passwords?: Passwords;
  fetch?: typeof fetch;
  now?: () => number;
  /** Stand in for the server's own. */
  services?: Partial<Services>;
}

export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body
  body: any;
  headers: Headers;
}

export interface CallOptions {
  body?: unknown;
  token?: string | undefined;
  userId?: number;
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

export interface Grant {
  tamper?: Tamper;
  app_id?: string;
  fault?: Partial<Fault>;
}

export interface TestServer {
  origin: string;
  store: Store;
  services: Services;
  app: App;
  /** Every log line so far, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: log lines have any fields
  logLines: () => any[];
  /** Calls an operation by its id, and holds the answer to the contract. */
  call(operationId: OperationId, options?: CallOptions): Promise<Reply>;
  /** What the host app's `login()` gives a person. */
  codeFor(platform: string, person: string, fault?: Partial<Fault>): Promise<string>;
  /** What the host gives when a person grants the profile, or taps the phone button. */
  granted(what: 'profile' | 'phone', platform: string, person: string, how?: Grant): Promise<Record<string, unknown>>;
  /** The code that a number was sent last. */
  smsCodeTo(phone: string): Promise<string>;
  /** The mail that an address was sent last, once the work after earlier answers is done. */
  mailTo(address: string): Promise<Pick<Mail, 'subject' | 'text' | 'html'> | undefined>;
  /** Logs a person in silently and returns the session. */
  login(platform: string, person: string): Promise<components['schemas']['PlatformSession']>;
}

const realPasswords = await createPasswords();
const unixSeconds = () => Math.floor(Date.now() / 1000);

/** A whole server with the sandbox behind it, on a port of its own, gone when the test is over. */
export async function startServer({
  configure = (app) => app,
  platformTimeout = 2000,
  passwords = realPasswords,
  fetch = globalThis.fetch,
  now = unixSeconds,
  services: given,
}: ServerOptions = {}): Promise<TestServer> {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const store = await openStore('sqlite::memory:');
  const vault = createVault('a secret key for tests, 32 characters');

  const root = express();
  const origin = await listen(root);
  const { router, ...senders } = createOutbox(log);
  const services: Services = {
    store,
    vault,
    fetch,
    platformTimeout,
    passwords,
    publicUrl: origin,
    background: createBackground(),
    now,
    log,
    ...senders,
    ...given,
  };
  root.use('/sandbox', createSandbox(now), router);
  const apps = checkApps({ apps: [configure(sandboxApp(`${origin}/sandbox`))] });
  root.use(createApp({ apps, services, validateAnswers: true }));
  onTestFinished(() => services.background.settled().then(() => store.destroy()));

  const call: TestServer['call'] = async (operationId, { body, token, userId = 0, query, headers } = {}) => {
    const { method, path } = operationTable[operationId];
    const response = await globalThis.fetch(`${origin}${path.replace('{user_id}', String(userId))}?${new URLSearchParams(query)}`, {
      method,
      headers: {
        'X-Hydrogen-Client-ID': sandboxClientId,
        ...(token && { Authorization: `Hydrogen-r1 ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const reply = { status: response.status, body: await response.json(), headers: response.headers };
    expect(undeclared(operationId, reply.status, reply.body)).toBeUndefined();
    return reply;
  };

  const askHost = async (platform: string, what: string, body: object) => {
    const response = await globalThis.fetch(`${origin}/sandbox/${platform}/${what}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.ok).toBe(true);
    return response.json();
  };
  const codeFor: TestServer['codeFor'] = async (platform, person, fault) => {
    const { code } = (await askHost(platform, 'login', { person, fault })) as { code: string };
    return code;
  };

  return {
    origin,
    store,
    services,
    app: apps[0] as App,
    logLines: () => lines.map((line) => JSON.parse(line)),
    call,
    codeFor,
    granted: async (what, platform, person, how) => (await askHost(platform, what, { person, ...how })) as Record<string, unknown>,
    async smsCodeTo(phone) {
      const response = await globalThis.fetch(`${origin}/sandbox/sms/${phone}`);
      return ((await response.json()) as { code: string }).code;
    },
    async mailTo(address) {
      await services.background.settled();
      const response = await globalThis.fetch(`${origin}/sandbox/mail/${address}`);
      return response.ok ? ((await response.json()) as Mail) : undefined;
    },
    async login(platform, person) {
      const { status, body } = await call(silentLoginOn(platform), { body: { code: await codeFor(platform, person) } });
      expect(status).toBe(201);
      return body;
    },
  };
}

/** `silentLoginWechat` for `wechat`. */
export const silentLoginOn = (platform: string) => `silentLogin${platform[0]?.toUpperCase()}${platform.slice(1)}` as OperationId;

/** Serves an app on a port of its own until the test is over. @returns its origin */
export async function listen(app: Express): Promise<string> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
