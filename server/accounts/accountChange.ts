import type { components } from '../../generated/types.ts';
import { type Act, recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import { tellOwner } from '../mail/notices.ts';
import type { Caller } from '../operations.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Store, UserRow } from '../store/schema.ts';
import { claimLoginName, clearLoginName, distrustClaims, provedOf } from './claims.ts';
import { isFreshFor, requireFreshLogin } from './freshLogin.ts';
import { dropLoginName, lockNames, takeLoginName } from './loginNames.ts';
import { closeOtherSessions, lockSessionUser, type Session } from './sessions.ts';
import { findRegisteredUser, lockUser, writeUser } from './users.ts';
import { canLogIn } from './waysIn.ts';

type AccountChange = components['schemas']['UpdateAccount'];

const kinds = ['username', 'email', 'phone'] as const;

/**
 * Changes what a user logs in with: all of it, or nothing.
 *
 * @throws anonymous_forbidden; login_not_fresh when neither the session's age nor a present password lets a protected account be changed;
 *   session_invalid when the session ends meanwhile; credentials_invalid for a new password without the present one; username_taken or
 *   email_taken; last_way_in when nobody could log in afterwards
 */
export async function changeAccount(caller: Caller, session: Session, change: AccountChange): Promise<void> {
  const { app, appId, services } = caller;
  const before = await findRegisteredUser(services.store, appId, session.userId);
  const { password_hash } = before;
  const replacesPassword = change.new_password !== undefined && password_hash !== null;
  const isStale = !isFreshFor(app, session, before, services.now());
  // The present password proves as much as a fresh login does.
  const isProved = replacesPassword || (isStale && password_hash !== null && Boolean(change.password));
  if (isProved && !(await services.passwords.verify(password_hash, change.password ?? ''))) {
    services.audit.note(appId, { event: 'login_failed', userId: session.userId, method: 'password' });
    throw new ApiError('credentials_invalid');
  }
  if (isStale && !isProved) throw new ApiError('login_not_fresh');
  // Hashing takes long, and a transaction must not.
  const newHash = change.new_password === undefined ? undefined : await services.passwords.hash(change.new_password);

  await inTransaction(services, async (within) => {
    const { store: transaction, now } = within;
    await lockNames(transaction, appId, claimsIn(change));
    const user = await lockSessionUser(within, appId, session);
    if (!isProved || user.password_hash !== password_hash) requireFreshLogin(app, session, user, now());
    const acts: Act[] = [];
    if (newHash !== undefined) {
      if (user.password_hash !== password_hash) throw new ApiError('credentials_invalid');
      await writeUser(transaction, user, { password_hash: newHash });
      acts.push({ event: 'password_changed', userId: user.id });
      if (user.password_hash !== null) await distrustClaims(transaction, user);
      await closeOtherSessions(transaction, appId, session);
    }
    for (const kind of kinds) {
      const value = change[kind];
      if (value === undefined) continue;
      if (kind === 'username') await changeUsername(transaction, user, value);
      else if (value === null) await clearLoginName(transaction, user, kind);
      else await claimLoginName(transaction, appId, user.id, kind, value, now());
      acts.push({ event: `${kind}_changed`, userId: user.id });
    }
    const after = await lockUser(transaction, appId, user.id, now());
    if (removesName(user, change) && !(await canLogIn(transaction, after, caller))) throw new ApiError('last_way_in');
    await recordActs(transaction, appId, now(), ...acts);
    for (const kind of ['email', 'phone'] as const) {
      if (provedOf(user, kind) !== null && after[kind] !== user[kind]) tellOwner({ ...caller, services: within }, user, `${kind}_changed`);
    }
  });
}

const removesName = (user: UserRow, change: AccountChange) => kinds.some((kind) => change[kind] === null && user[kind] !== null);

const claimsIn = (change: AccountChange) =>
  (['email', 'phone'] as const).flatMap((kind) => {
    const value = change[kind];
    return typeof value === 'string' ? [{ kind, value }] : [];
  });

async function changeUsername(transaction: Store, user: UserRow, username: string | null): Promise<void> {
  await dropLoginName(transaction, user.app_id, user.id, 'username');
  if (username !== null) await takeLoginName(transaction, user.app_id, user.id, 'username', username);
  await writeUser(transaction, user, { username });
}
