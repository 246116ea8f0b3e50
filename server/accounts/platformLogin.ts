import type { AuditTrail } from '../audit/trail.ts';
import type { Identity } from '../platforms/platform.ts';
import { isWanted } from '../webhooks/outbox.ts';
import { findOrCreateUser, type IdentityTenant, type LookUp } from './identities.ts';
import { type Login, logIn } from './logIn.ts';
import { logInReturning } from './returningLogin.ts';

/**
 * Logs in the person whose identity the exchange of a code reported.
 *
 * @throws identity_not_found, unionid_conflict, rate_limited
 */
export async function logInByIdentity(tenant: IdentityTenant, audit: AuditTrail, identity: Identity, lookUp: LookUp): Promise<Login> {
  const { platform } = identity;
  // The one statement of a returning login writes no events.
  const isPlain = lookUp.unionid === 'ignore' && !isWanted(tenant, 'session.created');
  const returning = isPlain ? await logInReturning(tenant, identity) : undefined;
  return returning ?? logIn(tenant, audit, { platform, method: platform }, (tx) => findOrCreateUser(tx, identity, lookUp));
}
