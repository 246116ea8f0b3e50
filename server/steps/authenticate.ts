import type { RequestHandler } from 'express';
import { operationTable } from '../../generated/operations.ts';
import { findSession } from '../accounts/sessions.ts';
import type { App } from '../apps.ts';
import { ApiError, invalidField } from '../errors.ts';
import type { Services } from '../services.ts';
import { callerOf, operationIdOf } from './locals.ts';

const scheme = 'Hydrogen-r1 ';

/**
 * Who calls: the app and its environment, from the headers that every request carries.
 *
 * @throws client_unknown; request_invalid for an environment that the app does not list
 */
export const authenticateApp =
  (apps: ReadonlyMap<string, App>, services: Services): RequestHandler =>
  (request, response, next) => {
    const app = apps.get(request.get('X-Hydrogen-Client-ID') ?? '');
    if (!app) throw new ApiError('client_unknown');
    const environment = request.get('X-Hydrogen-Env-ID');
    if (environment !== undefined && !app.environments.includes(environment)) {
      throw invalidField('/headers/x-hydrogen-env-id', "must be one of the app's environments, or absent for production");
    }
    const appId = environment === undefined ? app.client_id : `${app.client_id}/${environment}`;
    const rateLimits = services.rateLimits && app.rate_limits;
    response.locals.caller = { app, appId, services: { ...services, rateLimits, log: request.log } };
    next();
  };

/**
 * The caller's session, as far as the contract asks for one. Where it is optional, a token that is unknown or expired counts as none.
 *
 * @throws session_required or session_invalid; request_invalid where there are two
 */
export const authenticateSession: RequestHandler = async (request, response, next) => {
  const need = operationTable[operationIdOf(response)].session;
  if (need === 'none') return next();
  // Node takes the first, and what stands in front of it may have looked at another.
  if ((request.headersDistinct.authorization?.length ?? 0) > 1) throw invalidField('/headers/authorization', 'must stand there once');
  const authorization = request.get('Authorization');
  const { appId, services } = callerOf(response);
  const token = authorization?.startsWith(scheme) ? authorization.slice(scheme.length) : undefined;
  const session = token === undefined ? undefined : await findSession(services, appId, token);
  if (!session && need === 'required') throw new ApiError(token === undefined ? 'session_required' : 'session_invalid');
  response.locals.session = session;
  next();
};
