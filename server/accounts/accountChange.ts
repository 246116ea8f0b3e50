import type { components } from '../../generated/types.ts';
import { type Act, recordActs } from '../audit/entries.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { checkPassword } from '../importedPasswords/check.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { loginNameKinds, provableKinds, type UserRow } from '../store/schema.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { claimLoginName, clearLoginName, distrustClaims, verifiedOf } from './claims.ts';
import { isFreshFor, requireFreshLogin } from './freshLogin.ts';
import { dropLoginName, lockNames, newLoginName, takeLoginName } from './loginNames.ts';
import type { Passwords } from './passwords.ts';
import type { AccountPolicy } from './policy.ts';
import { closeSessions, lockSessionUser, type Session } from './sessions.ts';
import { recordUpdate } from './updates.ts';
import { findRegisteredUser, lockUser, writeUser } from './users.ts';
import { canLogIn } from './waysIn.ts';

type AccountChange = components['schemas']['UpdateAccount'];

/**
 * Changes a user's login names and password, all of them or none.
 *
 * @throws anonymous_forbidden; login_not_fresh for a protected account if the session is too old and the current password was not sent;
 *   session_invalid if the session ends meanwhile; credentials_invalid if the current password is missing or wrong; username_taken or
 *   email_taken; last_way_in if the user could not log in afterwards
 */
export async function changeAccount(
  tenant: Tenant & Sealing,
  policy: AccountPolicy,
  { passwords, audit }: { passwords: Passwords; audit: AuditTrail },
  session: Session,
  change: AccountChange,
): Promise<void> {
  const { app } = policy;
  const before = await findRegisteredUser(tenant, session.userId);
  const { password_hash } = before;
  const replacesPassword = change.new_password !== undefined && password_hash !== null;
  const isStale = !isFreshFor(app, session, before, tenant.now());
  // The current password replaces a fresh login.
  const isProved = replacesPassword || (isStale && password_hash !== null && Boolean(change.password));
  if (isProved && !(await checkPassword(tenant, passwords, password_hash, change.password ?? ''))) {
    audit.record(tenant, { event: 'login_failed', userId: session.userId, method: 'password', errorCode: 'credentials_invalid' });
    throw new ApiError('credentials_invalid');
  }
  if (isStale && !isProved) throw new ApiError('login_not_fresh');
  // Before the transaction, because hashing is slow.
  const newHash = change.new_password === undefined ? undefined : await passwords.hash(change.new_password);

  await inTransaction(tenant, async (tx) => {
    await lockNames(tx, claimsIn(change));
    const user = await lockSessionUser(tx, session);
    if (!isProved || user.password_hash !== password_hash) requireFreshLogin(app, session, user, tx.now());
    const acts: Act[] = [];
    if (newHash !== undefined) {
      if (user.password_hash !== password_hash) throw new ApiError('credentials_invalid');
      await writeUser(tx, user.id, { password_hash: newHash });
      acts.push({ event: 'password_changed', userId: user.id });
      if (user.password_hash !== null) await distrustClaims(tx, user);
      await closeSessions(tx, session.userId, { except: session });
    }
    for (const kind of loginNameKinds) {
      const value = change[kind];
      if (value === undefined) continue;
      if (kind === 'username') await changeUsername(tx, user.id, value);
      else if (value === null) await clearLoginName(tx, user, kind);
      else await claimLoginName(tx, user.id, kind, newLoginName(kind, value));
      acts.push({ event: `${kind}_changed`, userId: user.id });
    }
    const after = await lockUser(tx, user.id);
    if (removesName(user, change) && !(await canLogIn(tx, after, policy))) throw new ApiError('last_way_in', { detail: { user: user.id } });
    await recordActs(tx, ...acts);
    await recordUpdate(tx, user);
    for (const kind of provableKinds) {
      if (verifiedOf(user, kind) !== null && after[kind] !== user[kind]) tx.afterCommit(() => policy.tellOwner(user, `${kind}_changed`));
    }
  });
}

const removesName = (user: UserRow, change: AccountChange) => loginNameKinds.some((kind) => change[kind] === null && user[kind] !== null);

const claimsIn = (change: AccountChange) =>
  provableKinds.flatMap((kind) => {
    const value = change[kind];
    return typeof value === 'string' ? [{ kind, value: newLoginName(kind, value) }] : [];
  });

async function changeUsername(tx: Transaction, userId: number, username: string | null): Promise<void> {
  await dropLoginName(tx, userId, 'username');
  if (username !== null) await takeLoginName(tx, userId, 'username', newLoginName('username', username));
  await writeUser(tx, userId, { username });
}
