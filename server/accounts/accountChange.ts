import type { components } from '../../generated/types.ts';
import { type Act, recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { LoginNameKind, UserRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { asKept, claimLoginName, dropLoginName, takeLoginName } from './loginNames.ts';
import { closeOtherSessions, type Session } from './sessions.ts';
import { findRegisteredUser, lockUser } from './users.ts';

type AccountChange = components['schemas']['UpdateAccount'];

const kinds = ['username', 'email', 'phone'] as const;

/**
 * Changes what a user logs in with: all of it, or nothing.
 *
 * @throws anonymous_forbidden; credentials_invalid for a new password without the present one; username_taken, email_taken or phone_taken
 */
export async function changeAccount(services: Services, appId: string, session: Session, change: AccountChange): Promise<void> {
  const { password_hash } = await findRegisteredUser(services.store, appId, session.userId);
  // Hashing takes long, and a transaction must not.
  const newHash = await hashNewPassword(services, password_hash, change);

  await inTransaction(services, async ({ store: transaction, now }) => {
    const user = await lockUser(transaction, appId, session.userId, now());
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

async function hashNewPassword({ passwords }: Services, present: string | null, { password = '', new_password }: AccountChange) {
  if (new_password === undefined) return undefined;
  if (present !== null && !(await passwords.verify(present, password))) throw new ApiError('credentials_invalid');
  return passwords.hash(new_password);
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
