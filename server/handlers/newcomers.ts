import { hasUser } from '../accounts/identities.ts';
import { findLinkableOwner } from '../accounts/phones.ts';
import type { App, LoginMethod } from '../config/apps.ts';
import { environmentOf } from '../config/pools.ts';
import { ApiError } from '../errors.ts';
import { askHook } from '../hooks/ask.ts';
import type { HookName } from '../hooks/settings.ts';
import { currentRequest } from '../observe/currentRequest.ts';
import type { RequestContext } from '../operations.ts';
import type { GrantedPhone, Identity } from '../platforms/platform.ts';
import type { Connection } from './exchange.ts';

/** Has the app's own server approve a person who registers without a platform. @throws as `askHook` does */
export const approveRegistration = (context: RequestContext, method: LoginMethod, name: string | null): Promise<void> =>
  ask(context, 'before_register', { method, name, openid: null });

/** Has the app's own server approve an SMS code. @throws as `askHook` does */
export const approveSms = (context: RequestContext, phone: string): Promise<void> => ask(context, 'before_sms', { phone });

const ask = ({ app, tenant, services }: RequestContext, hook: HookName, facts: Record<string, string | null>): Promise<void> =>
  askHook(app.hooks, hook, { client_id: app.client_id, environment: environmentOf(app, tenant.id), ...facts }, services);

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
  const { app, tenant } = context;
  const risk = app.risk[platform];
  if (!createUser || !(risk || app.hooks.before_register)) return;
  if (await hasUser(tenant, identity)) return;
  const number = phone?.number ?? null;
  if (phone?.trust === 'believed' && (await findLinkableOwner(tenant, identity, phone.number))) return;
  if (risk) await refuseRisky(connection, risk, identity.openid, number);
  await ask(context, 'before_register', { method: platform, name: number, openid: identity.openid });
}

/** The same for a person who comes from a web login, whom no platform rates. @throws as `askHook` does */
export async function approveWebNewcomer(context: RequestContext, identity: Identity, createUser: boolean): Promise<void> {
  const { app, tenant } = context;
  if (!createUser || !app.hooks.before_register || (await hasUser(tenant, identity))) return;
  await ask(context, 'before_register', { method: identity.platform, name: null, openid: identity.openid });
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
