import type { RequestHandler } from 'express';
import { runRequest } from '../observe/currentRequest.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Tracing } from '../observe/trace.ts';

/** Counts and traces a request, and tells what runs on its behalf which one it is. */
export const observeRequest =
  ({ requests }: Metrics, tracing: Tracing | undefined): RequestHandler =>
  (request, response, next) => {
    const started = performance.now();
    const trace = tracing?.begin(request);
    response.once('close', () => {
      const { operationId: operation, caller, error } = response.locals;
      const { statusCode: status, writableEnded } = response;
      const seconds = (performance.now() - started) / 1000;
      requests.observe({ operation: operation ?? 'none', status: writableEnded ? status : 'aborted' }, seconds);
      trace?.end({ status, operation, app: caller?.appId, error: error?.code });
    });
    runRequest(request, response, trace, next);
  };
