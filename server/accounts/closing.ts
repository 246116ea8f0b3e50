import { recordActs } from '../audit/entries.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { provableKinds, type UserRow } from '../store/schema.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { verifiedOf } from './claims.ts';
import { eraseAccount, eraseTrail } from './erasure.ts';
import { requireRecentLogin } from './freshLogin.ts';
import { lockNames } from './loginNames.ts';
import type { AccountPolicy } from './policy.ts';
import { lockSessionUser, type Session } from './sessions.ts';
import { lockUserIfAny, writeUser } from './users.ts';

const day = 86_400;

/**
 * Schedules the closing of an account for the end of the app's grace period, or closes it at once if the period is zero. Does nothing if a
 * closing is scheduled already.
 *
 * @returns when it will be closed, in unix seconds
 * @throws login_not_fresh
 */
export async function requestClosure(tenant: Tenant, policy: AccountPolicy, session: Session): Promise<number> {
  const { app } = policy;
  const [record] = session.record;
  return inTransaction(tenant, async (tx) => {
    await lockProvedNames(tx, record);
    const user = await lockSessionUser(tx, session);
    requireRecentLogin(app, session, user, tx.now());
    if (user.closing_at !== null) return user.closing_at;
    const closing_at = tx.now() + app.closure_grace_days * day;
    await writeUser(tx, user.id, { state: 'closing', closing_at, banned_reason: null, banned_until: null });
    await recordActs(tx, { event: 'closure_requested', userId: user.id });
    if (closing_at <= tx.now()) {
      await eraseAccount(tx, user);
      return closing_at;
    }
    await recordEvents(tx, { type: 'user.closing', data: { user_id: user.id, closing_at } });
    tx.afterCommit(() => policy.tellOwner(user, 'closure_requested'));
    return closing_at;
  });
}

/** Cancels the scheduled closing of an account. Does nothing if none is scheduled. */
export const cancelClosure = (tenant: Tenant, session: Session): Promise<void> =>
  inTransaction(tenant, async (tx) => {
    const { id, closing_at } = await lockSessionUser(tx, session);
    if (closing_at === null) return;
    await writeUser(tx, id, { state: 'active', closing_at: null, banned_reason: null, banned_until: null });
    await recordActs(tx, { event: 'closure_cancelled', userId: id });
    await recordEvents(tx, { type: 'user.closing', data: { user_id: id, closing_at: null } });
  });

/**
 * Runs the next step of a closing that is due: erases it, or a batch of its audit entries. Each is one transaction, so a step that was
 * interrupted by a kill is repeated.
 *
 * @param at unix seconds
 */
export const closeNext = (tenant: Tenant, userId: number, at: number): Promise<void> =>
  inTransaction(tenant, async (tx) => {
    const seen = await tx.store.selectFrom('users').selectAll().where('tenant_id', '=', tx.id).where('id', '=', userId).executeTakeFirst();
    if (!seen) return;
    await lockProvedNames(tx, seen);
    const user = await lockUserIfAny(tx, userId);
    // Cancelled, already done by another process, or a name was verified meanwhile: the next round handles it.
    if (!user || user.closing_at === null || user.closing_at > at || !hasSameNames(user, seen)) return;
    if (user.state === 'closed') await eraseTrail(tx, user);
    else await eraseAccount(tx, user);
  });

type Names = Pick<UserRow, 'email' | 'email_verified' | 'email_proved' | 'phone' | 'phone_verified' | 'phone_proved'>;

/** Logins by number or address lock the name first, so they find the account before it is closed, or no account. */
const lockProvedNames = (tx: Transaction, user: Names): Promise<void> =>
  lockNames(
    tx,
    provableKinds.flatMap((kind) => {
      const value = verifiedOf(user, kind);
      return value === null ? [] : [{ kind, value }];
    }),
  );

const hasSameNames = (a: Names, b: Names) => provableKinds.every((kind) => verifiedOf(a, kind) === verifiedOf(b, kind));
