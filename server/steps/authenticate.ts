import type { Request } from 'express';
import { type OperationId, operationTable } from '../../generated/operations.ts';
import { findSession, type Session } from '../accounts/sessions.ts';
import type { App } from '../config/apps.ts';
import { tenantIdOf } from '../config/pools.ts';
import { ApiError, invalidField } from '../errors.ts';
import type { RequestContext } from '../operations.ts';
import type { Services } from '../services.ts';

const scheme = 'Hydrogen-r1 ';

/**
 * Who calls: the app and its environment, from the headers that every request carries.
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
  const id = tenantIdOf(app, environment === undefined ? undefined : String(environment));
  const { store, now, log, vault, limitsRates } = services;
  return {
    app,
    tenant: { id, store, now, log, vault, rateLimits: limitsRates ? app.rate_limits : undefined, platformApps: app.platformApps },
    services,
  };
}

/**
 * The caller's session, as far as the contract asks for one. Where it is optional, a token that is unknown or expired counts as none.
 *
 * @throws session_required or session_invalid; request_invalid where there are two
 */
export async function authenticateSession(
  operationId: OperationId,
  { app, tenant }: RequestContext,
  { headers: { authorization }, rawHeaders }: Request,
): Promise<Session | undefined> {
  // What a contract for all apps leaves open, this app says.
  const need = operationId === 'listUsers' && app.list_users === 'members' ? 'required' : operationTable[operationId].session;
  if (need === 'none') return undefined;
  // Node takes the first, and what stands in front of it may have looked at another.
  if (authorization !== undefined && rawHeaders.filter(isAuthorization).length > 1) {
    throw invalidField('/headers/authorization', 'must stand there once');
  }
  const token = authorization?.startsWith(scheme) ? authorization.slice(scheme.length) : undefined;
  const session = token === undefined ? undefined : await findSession(tenant, token);
  if (!session && need === 'required') throw new ApiError(token === undefined ? 'session_required' : 'session_invalid');
  return session;
}

/** Names stand at the even places, with their values behind them. */
const isAuthorization = (text: string, place: number) => place % 2 === 0 && text.length === 13 && text.toLowerCase() === 'authorization';
