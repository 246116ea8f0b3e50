import cors from 'cors';
import type { RequestHandler } from 'express';
import type { App } from '../config/apps.ts';
import { allowsOrigin } from '../config/origins.ts';

/** Seconds for which a browser may cache the answer to a preflight. */
const maxAge = 7200;

/** Response headers that a page may read. */
export const exposedHeaders = ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy'];

/**
 * Lets pages on the origins in an app's `cors_origins` call the app. A preflight does not name the app, so it is allowed if any app lists
 * the origin. The request that follows names its app, and the page may read the answer only if that app lists the origin.
 */
export const allowOrigin = (apps: ReadonlyMap<string, App>): RequestHandler => {
  const all = [...apps.values()];
  return cors((request, answer) => {
    const { origin = '' } = request.headers;
    const app = apps.get(String(request.headers['x-hydrogen-client-id']));
    const allowed = app ? allowsOrigin(app, origin) : all.some((candidate) => allowsOrigin(candidate, origin));
    answer(null, { origin: allowed, methods: ['GET', 'POST', 'PUT', 'DELETE'], exposedHeaders, maxAge });
  });
};
