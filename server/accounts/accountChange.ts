import type { components } from '../../generated/types.ts';
import { type Act, recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import type { Caller } from '../operations.ts';
import type { Services } from '../services.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { LoginNameKind, UserRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { isFreshFor, requireFreshLogin } from './freshLogin.ts';
import { asKept, claimLoginName, dropLoginName, takeLoginName } from './loginNames.ts';
import { closeOtherSessions, lockSessionUser, type Session } from './sessions.ts';
import { findRegisteredUser } from './users.ts';

type AccountChange = components['schemas']['UpdateAccount'];

const kinds = ['username', 'email', 'phone'] as const;

/**
 * Changes what a user logs in with: all of it, or nothing.
 *
 * @throws anonymous_forbidden; login_not_fresh when neither the session's age nor a present password lets a protected account be changed;
 *   session_invalid when the session ends meanwhile; credentials_invalid for a new password without the present one; username_taken,
 *   email_taken or phone_taken
 */
export async function changeAccount({ app, appId, services }: Caller, session: Session, change: AccountChange): Promise<void> {
  const before = await findRegisteredUser(services.store, appId, session.userId);
  const { password_hash } = before;
  const replacesPassword = change.new_password !== undefined && password_hash !== null;
  const isStale = !isFreshFor(app, session, before, services.now());
  const isProved = replacesPassword || (isStale && change.password !== undefined);
  if (isProved) await requirePresentPassword(services, password_hash, change);
  else if (isStale) throw new ApiError('login_not_fresh');
  // Hashing takes long, and a transaction must not.
  const newHash = change.new_password === undefined ? undefined : await services.passwords.hash(change.new_password);

  await inTransaction(services, async (within) => {
    const { store: transaction, now } = within;
    const user = await lockSessionUser(within, appId, session);
    if (!isProved || user.password_hash !== password_hash) requireFreshLogin(app, session, user, now());
    const columns: Partial<UserRow> = { updated_at: now() };
    const acts: Act[] = [];
    if (newHash !== undefined) {
      if (user.password_hash !== password_hash) throw new ApiError('credentials_invalid');
      columns.password_hash = newHash;
      acts.push({ event: 'password_changed', userId: user.id });
      await closeOtherSessions(transaction, appId, session);
    }
    for (const kind of kinds) {
      const value = change[kind];
      if (value === undefined) continue;
      Object.assign(columns, await changeLoginName(transaction, user, kind, value));
      acts.push({ event: `${kind}_changed`, userId: user.id });
    }
    await transaction.updateTable('users').set(columns).where('app_id', '=', appId).where('id', '=', user.id).execute();
    await recordActs(transaction, appId, now(), ...acts);
  });
}

/**
 * The present password proves as much as a fresh login does.
 *
 * @throws credentials_invalid for a wrong one, or none
 */
async function requirePresentPassword({ passwords }: Services, present: string | null, { password = '' }: AccountChange): Promise<void> {
  if (!(await passwords.verify(present, password))) throw new ApiError('credentials_invalid');
}

/** @returns the columns to write */
async function changeLoginName(transaction: Store, user: UserRow, kind: LoginNameKind, value: string | null): Promise<Partial<UserRow>> {
  const { app_id, id } = user;
  await dropLoginName(transaction, app_id, id, kind);
  if (kind === 'username') {
    if (value !== null) await takeLoginName(transaction, app_id, id, kind, value);
    return { username: value };
  }
  if (value !== null) await claimLoginName(transaction, app_id, id, kind, value);
  const kept = value === null ? null : asKept(kind, value);
  return { [kind]: kept, ...(kept !== user[kind] && { [`${kind}_verified`]: 0 }) };
}
