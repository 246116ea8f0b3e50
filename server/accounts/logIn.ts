import type { AuditTrail } from '../audit/trail.ts';
import type { LocalMethod } from '../config/apps.ts';
import { countAccount } from '../observe/currentRequest.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { openSession, type ParentSession, type SessionToken } from './sessions.ts';
import { hasOpenAccount, stateAt } from './userState.ts';
import { type CurrentUser, loadRecord, type SeenThrough, toCurrentUser } from './users.ts';

/** A new session and its user's record. */
export interface Login {
  session: SessionToken;
  user: CurrentUser;
}

/** The user whom another of their sessions lets in. */
export interface LetIn {
  userId: number;
  parent: ParentSession;
}

/**
 * Opens a session for a user and records the login.
 *
 * @param platform the session's platform; null for a login without a platform, whose session has that of its parent
 * @param findUser finds or creates the user, in the transaction that also opens the session
 * @throws user_banned
 */
export async function logIn<T extends Tenant & SeenThrough>(
  tenant: T,
  audit: AuditTrail,
  { platform, method }: { platform: IdentityPlatform; method: IdentityPlatform } | { platform: null; method: LocalMethod },
  findUser: (tx: T & Transaction) => Promise<number | LetIn>,
): Promise<Login> {
  const login = await inTransaction(tenant, async (tx) => {
    const found = await findUser(tx);
    const { userId, parent } = typeof found === 'number' ? { userId: found, parent: undefined } : found;
    const opener = parent?.platform ?? platform;
    const session = await openSession(tx, userId, opener, parent);
    const record = await loadRecord(tx, userId);
    // A platform's login is recorded with its other failures (handlers/platformLogins.ts).
    if (platform === null && stateAt(record[0], tx.now()) === 'banned') {
      audit.record(tenant, { event: 'login_failed', userId, method, errorCode: 'user_banned' });
    }
    if (!hasOpenAccount(record[0], tx.now())) throw new Error(`a name of user ${userId}, who is ${record[0].state}, still logs in`);
    await recordEvents(tx, { type: 'session.created', data: { user_id: userId, method } });
    return { session, user: toCurrentUser(record, opener, tx.platformApps) };
  });
  audit.record(tenant, { event: 'login', userId: login.user.id, method });
  countAccount('logins', tenant, method);
  return login;
}
