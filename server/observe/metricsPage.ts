import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { collectDefaultMetrics } from 'prom-client';
import type { Metrics } from './metrics.ts';

/**
 * Serves metrics in Prometheus's format, including Node's own.
 *
 * @param token required as `Authorization: Bearer`; undefined leaves the page open
 */
export function metricsPage({ registry }: Metrics, token: string | undefined): RequestHandler {
  collectDefaultMetrics({ register: registry });
  return async (request, response) => {
    if (token !== undefined && !isSame(request.get('Authorization') ?? '', `Bearer ${token}`)) {
      response.status(401).set('WWW-Authenticate', 'Bearer').json({ status: 'error', error_msg: 'Send METRICS_TOKEN as a bearer token.' });
      return;
    }
    response.type(registry.contentType).send(await registry.metrics());
  };
}

/** Compares in constant time. */
const isSame = (actual: string, expected: string) => timingSafeEqual(digest(actual), digest(expected));
const digest = (text: string) => createHash('sha256').update(text).digest();
