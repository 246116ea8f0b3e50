import type { Request } from 'express';
import { type OperationId, operationTable } from '../../generated/operations.ts';
import { findSession, isUseDue, type Session, touchSession } from '../accounts/sessions.ts';
import type { App } from '../config/apps.ts';
import { tenantIdOf } from '../config/pools.ts';
import { ApiError, invalidField } from '../errors.ts';
import type { RequestContext } from '../operations.ts';
import type { Services } from '../services.ts';

const scheme = 'Hydrogen-r1 ';

/**
 * Finds the app and its tenant by the headers that every request carries.
 *
 * @throws client_unknown; request_invalid for an environment that the app does not list
 */
export function authenticateApp(apps: ReadonlyMap<string, App>, services: Services, { headers }: Request): RequestContext {
  const app = apps.get(String(headers['x-hydrogen-client-id']));
  if (!app) throw new ApiError('client_unknown');
  const environment = headers['x-hydrogen-env-id'];
  if (environment !== undefined && !app.environments.includes(String(environment))) {
    throw invalidField('/headers/x-hydrogen-env-id', "must be one of the app's environments, or absent for production");
  }
  return contextOf(app, environment === undefined ? undefined : String(environment), services);
}

export function contextOf(app: App, environment: string | undefined, services: Services): RequestContext {
  const id = tenantIdOf(app, environment);
  const { store, now, log, vault, limitsRates, endpoints } = services;
  return {
    app,
    tenant: {
      id,
      store,
      now,
      log,
      vault,
      rateLimits: limitsRates ? app.rate_limits : undefined,
      platformApps: app.platformApps,
      endpoints: endpoints.of(id),
    },
    services,
  };
}

/**
 * Finds the caller's session if the contract requires one. If it is optional, an unknown or expired token is ignored.
 *
 * @throws session_required or session_invalid; user_banned; request_invalid if there are two headers
 */
export async function authenticateSession(
  operationId: OperationId,
  { app, tenant, services }: RequestContext,
  request: Request,
): Promise<Session | undefined> {
  // The contract leaves this to each app.
  const need = operationId === 'listUsers' && app.list_users === 'members' ? 'required' : operationTable[operationId].session;
  if (need === 'none') return undefined;
  const token = tokenOf(request);
  const session = token === undefined ? undefined : await findSession(tenant, token);
  if (!session && need === 'required') throw new ApiError(token === undefined ? 'session_required' : 'session_invalid');
  if (session && isUseDue(tenant, session)) services.background.run(() => touchSession(tenant, session), tenant.log);
  return session;
}

/** Reads the token of a request that carries one. @throws request_invalid if there are two */
export function tokenOf({ headers: { authorization }, rawHeaders }: Request): string | undefined {
  // Node uses the first header; a proxy may have used another.
  if (authorization !== undefined && rawHeaders.filter(isAuthorization).length > 1) {
    throw invalidField('/headers/authorization', 'must be sent once');
  }
  return authorization?.startsWith(scheme) ? authorization.slice(scheme.length) : undefined;
}

/** `rawHeaders` alternates names and values. */
const isAuthorization = (text: string, place: number) => place % 2 === 0 && text.length === 13 && text.toLowerCase() === 'authorization';
