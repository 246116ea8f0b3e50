import { hasUser, type Identity } from '../accounts/identities.ts';
import { findLinkableOwner } from '../accounts/phones.ts';
import type { App, LoginMethod } from '../config/apps.ts';
import { ApiError } from '../errors.ts';
import { askHook, type Question } from '../hooks/ask.ts';
import { currentRequest } from '../observe/currentRequest.ts';
import type { RequestContext } from '../operations.ts';
import type { GrantedPhone } from '../platforms/platform.ts';
import type { Connection } from './exchange.ts';

/** Has the app's own server approve a person who registers without a platform. @throws as `askHook` does */
export const approveRegistration = (context: RequestContext, method: LoginMethod, name: string | null): Promise<void> =>
  askHook(context.app.hooks, 'before_register', questionOf(context, { method, name, openid: null }), context.services);

/** Has the app's own server approve an SMS code. @throws as `askHook` does */
export const approveSms = (context: RequestContext, phone: string): Promise<void> =>
  askHook(context.app.hooks, 'before_sms', questionOf(context, { phone }), context.services);

function questionOf({ app, tenant }: RequestContext, facts: Record<string, string | null>): Question {
  return { client_id: app.client_id, environment: tenant.id.slice(app.pool.length + 1) || null, ...facts };
}

/** A person who logs in through a platform. */
interface Arrival {
  createUser: boolean;
  phone?: GrantedPhone;
}

/**
 * Has the platform and the app's own server approve a person for whom a user would be created.
 *
 * @throws person_blocked; as `askHook` does; the errors of the platform unless the app lets people in whom it cannot rate
 */
export async function approveNewcomer(connection: Connection, identity: Identity, { createUser, phone }: Arrival): Promise<void> {
  const { platform, context } = connection;
  const { app, tenant, services } = context;
  const risk = app.risk[platform];
  if (!createUser || !(risk || app.hooks.before_register)) return;
  if (await hasUser(tenant, identity)) return;
  const number = phone?.number ?? null;
  if (phone?.trust === 'believed' && (await findLinkableOwner(tenant, identity, phone.number))) return;
  if (risk) await refuseRisky(connection, risk, identity.openid, number);
  const question = questionOf(context, { method: platform, name: number, openid: identity.openid });
  await askHook(app.hooks, 'before_register', question, services);
}

/** The same for a person who comes from a web login, whom no platform rates. @throws as `askHook` does */
export async function approveWebNewcomer(context: RequestContext, identity: Identity, createUser: boolean): Promise<void> {
  const { app, tenant, services } = context;
  if (!createUser || !app.hooks.before_register || (await hasUser(tenant, identity))) return;
  const question = questionOf(context, { method: identity.platform, name: null, openid: identity.openid });
  await askHook(app.hooks, 'before_register', question, services);
}

async function refuseRisky(
  { platform, client, upstream, context }: Connection,
  { deny_at, fail_open }: NonNullable<App['risk'][Connection['platform']]>,
  openid: string,
  phone: string | null,
): Promise<void> {
  try {
    const ip = currentRequest()?.ip ?? '';
    const rank = await client.riskRank?.rank({ openid, ip, phone }, upstream);
    if (rank !== undefined && rank >= deny_at) throw new ApiError('person_blocked', { detail: { platform, rank } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 'person_blocked' || !fail_open) throw error;
    const detail = { ...error.detail, reason: error.code };
    context.tenant.log.warn(detail, 'a new person was not rated; let in, because fail_open is set');
  }
}
