import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { LoginNameKind } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { findByLoginName } from './loginNames.ts';

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
): Promise<number> {
  const userId = await findByLoginName(store, appId, kind, value);
  const hashed = userId === undefined ? undefined : await findPasswordHash(store, appId, userId);
  const right = await passwords.verify(hashed, password);
  if (userId === undefined || !right) {
    audit.note(appId, { event: 'login_failed', userId, method: kind });
    throw new ApiError('credentials_invalid');
  }
  return userId;
}

async function findPasswordHash(store: Store, appId: string, id: number): Promise<string | null | undefined> {
  const user = await store.selectFrom('users').select('password_hash').where('app_id', '=', appId).where('id', '=', id).executeTakeFirst();
  return user?.password_hash;
}
