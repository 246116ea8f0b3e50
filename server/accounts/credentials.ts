import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { LoginNameKind } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { findByLoginName } from './loginNames.ts';

/** A password that was right when it was checked. */
export interface Credentials {
  userId: number;
  passwordHash: string;
}

/**
 * The user who logs in with a name and a password.
 *
 * @throws credentials_invalid, after the same time, for a name that nobody has, a user without a password and a wrong password
 */
export async function findByCredentials(
  { store, passwords, audit }: Services,
  appId: string,
  kind: LoginNameKind,
  value: string,
  password: string,
): Promise<Credentials> {
  const userId = await findByLoginName(store, appId, kind, value);
  const passwordHash = userId === undefined ? undefined : await findPasswordHash(store, appId, userId);
  const right = await passwords.verify(passwordHash, password);
  if (userId === undefined || passwordHash == null || !right) {
    audit.note(appId, { event: 'login_failed', userId, method: kind });
    throw new ApiError('credentials_invalid');
  }
  return { userId, passwordHash };
}

/**
 * Holds a password until the transaction is over: checking takes long, and whoever set another meanwhile has logged everybody out. One
 * who sets another from here on waits, and finds the session that is opened now.
 *
 * @throws credentials_invalid where it is another by now
 */
export async function holdCredentials(transaction: Store, appId: string, { userId, passwordHash }: Credentials): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable('users')
    .set({ password_hash: passwordHash })
    .where('app_id', '=', appId)
    .where('id', '=', userId)
    .where('password_hash', '=', passwordHash)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new ApiError('credentials_invalid');
}

async function findPasswordHash(store: Store, appId: string, id: number): Promise<string | null | undefined> {
  const user = await store.selectFrom('users').select('password_hash').where('app_id', '=', appId).where('id', '=', id).executeTakeFirst();
  return user?.password_hash;
}
