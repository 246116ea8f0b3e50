import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { type CurrentRequest, runRequest, toHundredths } from '../observe/currentRequest.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Tracing } from '../observe/trace.ts';

/** Observers of requests. */
export interface Observers {
  log: Logger;
  metrics: Metrics;
  /** Undefined if traces are off. */
  tracing?: Tracing | undefined;
  /** Finds the client's address. */
  addressOf: (request: Request) => string | undefined;
}

/**
 * Gives every request an id, makes it the current request of the code that runs for it, and counts, traces and logs it when it ends.
 * Headers, query and body are never logged: they hold tokens, codes, passwords and phone numbers.
 */
export const observeRequest =
  ({ log, metrics, tracing, addressOf }: Observers): RequestHandler =>
  (request, response, next) => {
    const started = performance.now();
    const clientsId = idFromHeader(request);
    const ownId = randomUUID();
    const id = clientsId ?? ownId;
    const trace = tracing?.begin(request, id);
    const { path } = request;
    const current: CurrentRequest = {
      id,
      ownId: clientsId && ownId,
      ip: addressOf(request),
      path,
      origin: request.headers.origin,
      userAgent: request.headers['user-agent'],
      challengeResponse: request.get('X-Challenge-Response'),
      trace,
      metrics,
      operationId: undefined,
      appId: undefined,
      waited: undefined,
      error: undefined,
      fault: undefined,
      intended: false,
    };
    request.current = current;
    response.on('close', () => {
      const ms = performance.now() - started;
      const { method } = request;
      const { statusCode: status, writableEnded } = response;
      const { operationId: operation, appId: app, waited, error, fault: err, intended } = current;
      const outcome = err !== undefined || (status >= 500 && !intended) ? 'errored' : writableEnded ? 'completed' : 'aborted';
      const level = outcome === 'errored' ? 'error' : outcome === 'aborted' || (status >= 400 && !intended) ? 'warn' : 'info';
      metrics.requests.observe({ operation: operation ?? 'none', status: writableEnded ? status : 'aborted' }, ms / 1000);
      trace?.end({ status, operation, app, error: error?.code });
      const line = {
        request_id: id,
        own_request_id: current.ownId,
        method,
        path,
        status,
        operation,
        app,
        waited,
        error,
        ms: toHundredths(ms),
        err,
      };
      log[level](line, `request ${outcome}`);
    });
    runRequest(current, next);
  };

function idFromHeader({ headers }: Request): string | undefined {
  const id = headers['x-request-id'];
  return typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}
