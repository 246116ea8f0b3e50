import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { collectDefaultMetrics } from 'prom-client';
import type { Metrics } from './metrics.ts';

/**
 * Serves Prometheus's page, with Node's metrics of the process, which are collected from now on.
 *
 * @param token required as `Authorization: Bearer`; undefined leaves the page open
 */
export function metricsPage({ registry }: Metrics, token: string | undefined): RequestHandler {
  collectDefaultMetrics({ register: registry });
  return async (request, response) => {
    if (token !== undefined && !isSame(request.get('Authorization') ?? '', `Bearer ${token}`)) {
      response.status(401).set('WWW-Authenticate', 'Bearer').json({ status: 'error', error_msg: 'METRICS_TOKEN is needed here.' });
      return;
    }
    response.type(registry.contentType).send(await registry.metrics());
  };
}

/** Takes as long wherever the first difference is. */
const isSame = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected));
const digest = (text: string) => createHash('sha256').update(text).digest();
