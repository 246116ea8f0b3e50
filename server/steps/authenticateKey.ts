import type { Request } from 'express';
import type { App } from '../config/apps.ts';
import { ApiError } from '../errors.ts';
import type { RequestContext } from '../operations.ts';
import { type KeyOwner, keyOwnerOf } from '../serverKeys/keyText.ts';
import { findServerKey, type Scope } from '../serverKeys/serverKeys.ts';
import type { Services } from '../services.ts';
import { contextOf } from './authenticate.ts';

/**
 * Finds the app of a server key, which a request carries as a bearer token (RFC 6750) or as the password of HTTP Basic, with the client id
 * as the username (RFC 6749, section 2.3.1).
 *
 * @throws server_key_invalid; scope_missing if the key may not call the operation
 */
export async function authenticateKey(
  apps: ReadonlyMap<string, App>,
  services: Services,
  { headers: { authorization = '' } }: Request,
  scope: Scope,
): Promise<RequestContext> {
  const credentials = readCredentials(authorization);
  const app = credentials && apps.get(credentials.owner.clientId);
  if (!app) throw new ApiError('server_key_invalid', { detail: { problem: credentials ? 'unknown app' : 'no server key' } });
  const { owner, key } = credentials;
  if (owner.environment !== undefined && !app.environments.includes(owner.environment)) {
    throw new ApiError('server_key_invalid', { detail: { app: owner.clientId, problem: 'unknown environment' } });
  }
  const context = contextOf(app, owner.environment, services);
  const { tenant } = context;
  const found = await findServerKey(tenant, owner.clientId, key, (work) => services.background.run(work, tenant.log));
  if (!found) throw new ApiError('server_key_invalid', { detail: { app: owner.clientId, problem: 'unknown or revoked' } });
  if (!found.scopes.includes(scope)) throw new ApiError('scope_missing', { detail: { key: found.id, scope } });
  return context;
}

/** The key of an `Authorization` header; undefined if there is none, or if the username is not its owner. */
function readCredentials(authorization: string): { owner: KeyOwner; key: string } | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
  const isBasic = scheme.toLowerCase() === 'basic';
  if (!isBasic && scheme.toLowerCase() !== 'bearer') return undefined;
  // The username and the password contain only characters that need no encoding.
  const [, username, password = ''] = isBasic ? (/^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? []) : [];
  const key = isBasic ? password : value;
  const owner = keyOwnerOf(key);
  return owner && (!isBasic || username === owner.clientId) ? { owner, key } : undefined;
}
