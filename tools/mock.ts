/**
 * Answers every operation with the contract's examples and keeps no state. Requests go through the server's own contract steps, so a
 * malformed one gets the server's own error; Prism writes the example.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLogger } from '@stoplight/prism-core';
import { createInstance, getHttpOperationsFromSpec, type IHttpConfig, type IHttpRequest } from '@stoplight/prism-http';
import cors from 'cors';
import express, { type Request, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { bundleFile } from '../server/http/contract.ts';
import { createLog } from '../server/observe/log.ts';
import { createMetrics } from '../server/observe/metrics.ts';
import { exitWithNpm } from '../server/process/exitWithNpm.ts';
import { exposedHeaders } from '../server/steps/allowOrigin.ts';
import { answerError } from '../server/steps/answerError.ts';
import { readRequest } from '../server/steps/answerOperation.ts';
import { observeRequest } from '../server/steps/observeRequest.ts';
import { mockPages } from './mock/pages.ts';
import { readPreference } from './mock/preference.ts';
import { refuse } from './mock/refuse.ts';
import { mockWebhooks } from './mock/webhooks.ts';

const host = '127.0.0.1';

const usage = `npm run mock -- [--port NUMBER] [--dynamic] [--help]

  --port     4010 if absent; 0 for any that is free
  --dynamic  generates answers from the schemas instead of the contract's examples
  --help     this text

Once it listens, its address in a browser shows how a request chooses the answer, and each operation with the names of its examples.
`;

export interface MockOptions {
  /** 0 picks any free port. */
  port: number;
  /** Generates answers from the schemas instead of using the examples. */
  dynamic?: boolean;
  log: Logger;
}

export interface Mock {
  origin: string;
  /** Resolves once all connections are closed. */
  stop(): Promise<void>;
}

/** @throws if the port is in use */
export async function startMock({ port, dynamic = false, log }: MockOptions): Promise<Mock> {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(observeRequest({ log, metrics: createMetrics(), addressOf: ({ ip }) => ip }));
  // The mock has nothing to protect, so any origin may use it.
  app.use(cors({ exposedHeaders }));
  app.use(mockPages());
  app.use(mockWebhooks());
  app.use(await answerExample(dynamic));
  app.use(answerError());

  const server = createServer(app);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with Prism's choice for the request and its `Prefer`. */
async function answerExample(dynamic: boolean): Promise<RequestHandler> {
  const operations = await getHttpOperationsFromSpec(bundleFile);
  const config: IHttpConfig = {
    isProxy: false,
    checkSecurity: true,
    // Done by earlier steps, with better messages.
    validateRequest: false,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
    mock: { dynamic },
  };
  const prism = createInstance(config, { logger: createLogger('mock', { level: 'silent' }) });

  return async (request, response) => {
    // The contract knows no `__code` in a query.
    request.url = request.url.replaceAll(/(?<=[?&])__(?:code|example|dynamic|seed|delay)=[^&]*&?/g, '').replace(/[?&]$/, '');
    const valid = await readRequest(request, response);
    refuse(valid, request);
    const input = inputOf(request);
    const { delay, ...preferred } = readPreference(valid.operationId, input);
    await setTimeout(delay);
    const mock = { ...preferred, dynamic: preferred.dynamic ?? dynamic };
    const outcome = await prism.request(input, operations, { ...config, mock })();
    if (outcome._tag === 'Left') throw outcome.left;
    const { statusCode, headers, body } = outcome.right.output;
    // Headers set by earlier steps belong to this request and take precedence over the example's.
    response
      .status(statusCode)
      .set({ ...headers, ...response.getHeaders(), 'X-Request-Id': request.current.id })
      .json(body);
  };
}

function inputOf({ method, originalUrl, headers }: Request): IHttpRequest {
  const { pathname, searchParams } = new URL(originalUrl, `http://${host}`);
  return {
    method: method.toLowerCase() as IHttpRequest['method'], // the contract uses no other
    url: { path: pathname, query: Object.fromEntries(searchParams) },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  };
}

interface Arguments {
  port: number;
  dynamic: boolean;
  help: boolean;
}

/** @throws an error that names the argument that is wrong and what it must be */
function readArguments(): Arguments {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { port: { type: 'string', default: '4010' }, dynamic: flag, help: { ...flag, short: 'h' } } });
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535))
    throw new Error(`--port must be a number from 0 to 65535, not ${values.port}`);
  return { port, dynamic: values.dynamic, help: values.help };
}

async function main(): Promise<void> {
  const { port, dynamic, help } = readArguments();
  if (help) return void process.stdout.write(usage);
  const { origin, stop } = await startMock({ port, dynamic, log: createLog('info') }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${port} is in use, perhaps by another mock; to use the next one: npm run mock -- --port ${port + 1}`);
  });
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (process.env.npm_lifecycle_event) exitWithNpm();
  process.stdout.write(`Mock listening at ${origin} with ${dynamic ? 'generated answers' : "the contract's examples"}\n`);
}

if (import.meta.main) {
  main().catch((error: Error) => {
    process.stderr.write(`Cannot start the mock: ${error.message}\n`);
    process.exitCode = 1;
  });
}
