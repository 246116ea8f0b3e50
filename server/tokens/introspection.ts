import type { components } from '../../generated/types.ts';
import { findSession, findSessionByHash, type Session, sessionLifetime } from '../accounts/sessions.ts';
import type { App } from '../config/apps.ts';
import { ApiError } from '../errors.ts';
import type { Tenant } from '../store/tenant.ts';
import { type Issuer, isAccessToken, readAccessToken } from './accessTokens.ts';
import { userFacts } from './userFacts.ts';

export type Introspection = components['schemas']['Introspection'];

/**
 * The state of a token (RFC 7662, section 2.2). An access token is active as long as its session is, too.
 *
 * @param tenant the users of the server key
 */
export async function introspect(tenant: Tenant, app: Pick<App, 'client_id'>, issuer: Issuer, token: string): Promise<Introspection> {
  return (
    (await (isAccessToken(token) ? accessToken(tenant, issuer, token) : sessionToken(tenant, app, issuer, token))) ?? { active: false }
  );
}

async function sessionToken(
  tenant: Tenant,
  { client_id }: Pick<App, 'client_id'>,
  { url }: Issuer,
  token: string,
): Promise<Introspection | undefined> {
  const session = await openOnly(findSession(tenant, token));
  if (!session) return undefined;
  const { openedAt } = session;
  return {
    ...common(session),
    client_id,
    token_type: 'Hydrogen-r1',
    iss: url,
    iat: openedAt,
    exp: openedAt + sessionLifetime,
  };
}

async function accessToken(tenant: Tenant, issuer: Issuer, token: string): Promise<Introspection | undefined> {
  const claims = await readAccessToken(issuer, token);
  if (!claims || claims.tenant !== tenant.id) return undefined;
  const session = await openOnly(findSessionByHash(tenant, claims.sid));
  if (!session || String(session.userId) !== claims.sub) return undefined;
  const { client_id, iss, aud, iat, exp } = claims;
  return { ...common(session), client_id, token_type: 'Bearer', iss, aud, iat, exp };
}

/** A session that its user may use; a banned user's counts as missing. */
export const openOnly = (session: Promise<Session | undefined>): Promise<Session | undefined> =>
  session.catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'user_banned') return undefined;
    throw error;
  });

function common(session: Session): Introspection {
  const { platform, anonymous, phone_verified, email_verified } = userFacts(session);
  return {
    active: true,
    sub: String(session.userId),
    auth_time: session.openedAt,
    ...(platform !== null && { platform }),
    anonymous,
    phone_verified,
    email_verified,
  };
}
