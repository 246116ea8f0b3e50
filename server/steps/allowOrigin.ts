import cors from 'cors';
import type { RequestHandler } from 'express';
import { type App, localOrigins } from '../config/apps.ts';
import { isLocalOrigin } from '../http/localOrigin.ts';

/** Seconds that a browser may go without asking again. */
const maxAge = 7200;

/** Response headers that a page may read. */
const exposedHeaders = ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy'];

const allows = ({ cors_origins }: App, origin: string): boolean =>
  cors_origins.some((listed) => (listed === localOrigins ? isLocalOrigin(origin) : listed === origin));

/**
 * Lets pages on the origins of an app's `cors_origins` call it. A preflight does not say which app is meant, so it is answered if any
 * app lists the origin; the request that follows names its app, and the page may read the answer only if that app does.
 */
export const allowOrigin = (apps: ReadonlyMap<string, App>): RequestHandler => {
  const all = [...apps.values()];
  return cors((request, answer) => {
    const { origin = '' } = request.headers;
    const app = apps.get(String(request.headers['x-hydrogen-client-id']));
    const allowed = app ? allows(app, origin) : all.some((one) => allows(one, origin));
    answer(null, { origin: allowed, methods: ['GET', 'POST', 'PUT', 'DELETE'], exposedHeaders, maxAge });
  });
};
