import { ApiError } from '../errors.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { IdentityTable } from '../store/schema.ts';
import type { Tenant, TenantRows } from '../store/tenant.ts';
import { requireRecentLogin } from './freshLogin.ts';
import type { AccountPolicy } from './policy.ts';
import { lockSessionUser, type Session } from './sessions.ts';
import { unlinkPlatform } from './unlinking.ts';
import { canLogIn } from './waysIn.ts';

export type ListedIdentity = Pick<IdentityTable, 'id' | 'platform' | 'platform_app_id' | 'openid' | 'created_at' | 'updated_at'>;

/** The user's identities, in the order in which they were linked. */
export const listIdentities = ({ id, store }: TenantRows, userId: number): Promise<ListedIdentity[]> =>
  store
    .selectFrom('identities')
    .select(['id', 'platform', 'platform_app_id', 'openid', 'created_at', 'updated_at'])
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

/**
 * Removes one of the user's identities, and ends the sessions that its platform's logins opened.
 *
 * @returns how many sessions were ended
 * @throws login_not_fresh; identity_not_linked; last_way_in
 */
export const unlinkIdentity = (tenant: Tenant, policy: AccountPolicy, session: Session, identityId: number): Promise<number> =>
  inTransaction(tenant, async (tx) => {
    const user = await lockSessionUser(tx, session);
    requireRecentLogin(policy.app, session, user, tx.now());
    const identity = (await listIdentities(tx, user.id)).find(({ id }) => id === identityId);
    if (!identity) throw new ApiError('identity_not_linked');
    const ended = await unlinkPlatform(tx, user.id, identity.platform, identity.platform_app_id);
    if (!(await canLogIn(tx, user, policy))) throw new ApiError('last_way_in', { detail: { user: user.id } });
    tx.afterCommit(() => policy.tellOwner(user, 'identity_unlinked'));
    return ended;
  });
