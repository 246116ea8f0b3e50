/**
 * Answers every operation with the contract's examples and keeps no state. Requests go through the server's own contract steps, so a
 * malformed one gets the server's own error; Prism writes the example.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createLogger } from '@stoplight/prism-core';
import { createInstance, getHttpOperationsFromSpec, type IHttpConfig, type IHttpRequest } from '@stoplight/prism-http';
import cors from 'cors';
import express, { type Request, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { bundleFile } from '../server/http/contract.ts';
import { createMetrics } from '../server/observe/metrics.ts';
import { exposedHeaders } from '../server/steps/allowOrigin.ts';
import { answerError } from '../server/steps/answerError.ts';
import { readRequest } from '../server/steps/answerOperation.ts';
import { observeRequest } from '../server/steps/observeRequest.ts';
import { mockPages } from './mock/pages.ts';
import { readPreference } from './mock/preference.ts';
import { refuse } from './mock/refuse.ts';
import { mockWebhooks } from './mock/webhooks.ts';

const host = '127.0.0.1';

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
