import type { PlatformName } from '../../generated/operations.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { LoginMethod } from '../config/apps.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { openSession, type SessionToken } from './sessions.ts';
import { hasOpenAccount, stateAt } from './userState.ts';
import { type CurrentUser, loadRecord, type SeenThrough, toCurrentUser } from './users.ts';

/** A new session and its user's record. */
export interface Login {
  session: SessionToken;
  user: CurrentUser;
}

/**
 * Opens a session for a user and records the login.
 *
 * @param platform the session's platform; null for a login without a platform
 * @param findUser finds or creates the user, in the transaction that also opens the session
 * @throws user_banned
 */
export async function logIn<T extends Tenant & SeenThrough>(
  tenant: T,
  audit: AuditTrail,
  { platform, method }: { platform: PlatformName; method: PlatformName } | { platform: null; method: LoginMethod },
  findUser: (tx: T & Transaction) => Promise<number>,
): Promise<Login> {
  const login = await inTransaction(tenant, async (tx) => {
    const userId = await findUser(tx);
    const session = await openSession(tx, userId, platform);
    const record = await loadRecord(tx, userId);
    // A platform's login is recorded with its other failures (handlers/platformLogins.ts).
    if (platform === null && stateAt(record[0], tx.now()) === 'banned') {
      audit.record(tenant, { event: 'login_failed', userId, method, errorCode: 'user_banned' });
    }
    if (!hasOpenAccount(record[0], tx.now())) throw new Error(`a name of user ${userId}, who is ${record[0].state}, still logs in`);
    await recordEvents(tx, { type: 'session.created', data: { user_id: userId, method } });
    return { session, user: toCurrentUser(record, platform, tx.platformApps) };
  });
  audit.record(tenant, { event: 'login', userId: login.user.id, method });
  return login;
}
