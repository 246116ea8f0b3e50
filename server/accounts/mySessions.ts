import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { SessionTable } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { deleteAbandoned } from './abandoned.ts';
import { closeSessions, lockSessionUser, maxSessions, type Session } from './sessions.ts';

export type ListedSession = Pick<SessionTable, 'id' | 'platform' | 'created_at' | 'last_used_at' | 'expires_at' | 'address'>;

/** The user's sessions that have not expired, the latest used first. */
export const listSessions = ({ id, store, now }: Tenant, { userId }: Session): Promise<ListedSession[]> =>
  store
    .selectFrom('sessions')
    .select(['id', 'platform', 'created_at', 'last_used_at', 'expires_at', 'address'])
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .where('expires_at', '>', now())
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    // Logins at the same moment may exceed the limit.
    .limit(maxSessions)
    .execute();

/**
 * Ends one of the user's sessions, which may be the current one.
 *
 * @param sessionId its public id
 * @throws session_not_found
 */
export const endSession = (tenant: Tenant, session: Session, sessionId: number): Promise<void> =>
  inTransaction(tenant, async (tx) => {
    const { id: userId } = await lockSessionUser(tx, session);
    const { numDeletedRows } = await tx.store
      .deleteFrom('sessions')
      .where('tenant_id', '=', tx.id)
      .where('user_id', '=', userId)
      .where('id', '=', sessionId)
      .executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) throw new ApiError('session_not_found');
    await deleteAbandoned(tx, [userId]);
    await recordActs(tx, { event: 'sessions_revoked', userId });
  });

/**
 * Ends the user's sessions except the current one.
 *
 * @returns how many
 */
export const endOtherSessions = (tenant: Tenant, session: Session): Promise<number> =>
  inTransaction(tenant, async (tx) => {
    const { id: userId } = await lockSessionUser(tx, session);
    const ended = await closeSessions(tx, userId, { except: session });
    if (ended > 0) await recordActs(tx, { event: 'sessions_revoked', userId });
    return ended;
  });
