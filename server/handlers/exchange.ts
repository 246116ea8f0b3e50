import type { PlatformName } from '../../generated/operations.ts';
import { settleHostApp } from '../accounts/hostApps.ts';
import { findIdentityOwner, hasUser } from '../accounts/identities.ts';
import { loginDisabled } from '../accounts/loginMethods.ts';
import type { SeenThrough } from '../accounts/users.ts';
import { ApiError } from '../errors.ts';
import { withinOpenings } from '../limits/withinOpenings.ts';
import type { RequestContext } from '../operations.ts';
import { refuseMockCode } from '../platforms/mockCode.ts';
import type { Identity, LoginFields, PlatformApp, PlatformClient, Profile, ProfileGrant, Upstream } from '../platforms/platform.ts';
import { sandboxPath } from '../platforms/sandboxCodes.ts';
import { createUpstream, withBusyRetry } from '../platforms/upstream.ts';

/** An app's connection to a platform during one request. */
export interface Connection extends PlatformApp {
  platform: PlatformName;
  client: PlatformClient;
  upstream: Upstream;
  context: RequestContext;
}

/**
 * Connects the app to a platform. All calls of a request use one connection, which limits their total time.
 *
 * @throws login_method_disabled if the app has no entry for the platform
 */
export function connectTo(platform: PlatformName, context: RequestContext): Connection {
  const { app, tenant, services } = context;
  const client = app.platforms[platform];
  if (!client) throw loginDisabled(platform);
  return {
    platform,
    platformAppId: client.settings.app_id,
    client,
    upstream: createUpstream(platform, client.settings, tenant, services),
    context,
  };
}

/**
 * Exchanges a login code for the person's identity.
 *
 * @throws code_invalid, code_used, and the errors of the platform (docs/platforms.md)
 */
export async function exchangeCode(
  { platform, platformAppId, client, upstream, context: { tenant } }: Connection,
  code = '',
  fields: LoginFields = {},
): Promise<Identity> {
  if (sandboxPath(client.settings) === undefined) refuseMockCode(code);
  const person = await withBusyRetry(() => client.exchangeCode(code, upstream, fields));
  return settleHostApp(tenant, { ...person, platform, platformAppId });
}

/** The tenant as seen through the identity's host app, whose record of the person the answer shows. */
export function inHostAppOf<Seen extends SeenThrough>(tenant: Seen, { platform, platformAppId }: PlatformApp): Seen {
  return { ...tenant, platformApps: { ...tenant.platformApps, [platform]: platformAppId } };
}

/**
 * Opens the profile that was sent with a login code, and runs a function with it. A unionid in signed data is used if the code's exchange
 * reported none.
 *
 * @param identity the result of the exchange. Callers must refuse by it first, because later answers reveal whether the data opened
 * @throws rate_limited, sealed_data_invalid, signature_invalid, session_key_expired
 */
export function withProfile<T>(
  connection: Connection,
  grant: ProfileGrant,
  identity: Identity,
  work: (identity: Identity, profile: Profile | undefined) => Promise<T>,
): Promise<T> {
  const {
    platform,
    client,
    context: { tenant },
  } = connection;
  const open = async () => {
    const profile =
      client.fetchProfile && grant.authorized ? await fetchProfile(connection, identity) : client.openProfile(grant, identity);
    const unionid = identity.unionid ?? profile?.unionid;
    return work({ ...identity, ...(unionid && { unionid }) }, profile);
  };
  return grant.iv === undefined ? open() : withinOpenings(tenant, platform, client.settings, identity.openid, open);
}

/** Fetches the profile. Without it, the login succeeds nevertheless: its code is used up. */
async function fetchProfile({ platform, client, upstream, context }: Connection, identity: Identity): Promise<Profile | undefined> {
  try {
    return await client.fetchProfile?.(identity, upstream);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    context.services.log.warn({ ...error.detail, platform, code: error.code }, 'could not fetch the profile; continuing without it');
    return undefined;
  }
}

/** @throws identity_not_found if the person has no user */
export async function requireOwner({ context: { tenant } }: Connection, identity: Identity): Promise<void> {
  if (!(await hasUser(tenant, identity))) throw new ApiError('identity_not_found');
}

/** @throws code_foreign if the identity is not the user's own */
export async function requireOwn({ context: { tenant } }: Connection, identity: Identity, userId: number): Promise<void> {
  const owner = await findIdentityOwner(tenant, identity);
  if (owner !== userId) throw new ApiError('code_foreign');
}
