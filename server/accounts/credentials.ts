import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { prepare } from '../store/prepared.ts';
import type { LoginNameKind } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { comparable } from './loginNames.ts';

/** A password that was right when it was checked. */
export interface Credentials {
  userId: number;
  passwordHash: string;
}

const findHash = prepare((store, { appId, kind, value }: { appId: string; kind: LoginNameKind; value: string }) =>
  store
    .selectFrom('login_names')
    .innerJoin('users', (join) => join.onRef('users.app_id', '=', 'login_names.app_id').onRef('users.id', '=', 'login_names.user_id'))
    .select(['users.id', 'users.password_hash'])
    .where('login_names.app_id', '=', appId)
    .where('login_names.kind', '=', kind)
    .where('login_names.value', '=', value),
);

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
  const [found] = await findHash(store, { appId, kind, value: comparable(kind, value) });
  const userId = found?.id;
  const passwordHash = found?.password_hash;
  const right = await passwords.verify(passwordHash, password);
  if (userId === undefined || passwordHash == null || !right) {
    audit.note(appId, { event: 'login_failed', userId, method: kind });
    throw new ApiError('credentials_invalid');
  }
  return { userId, passwordHash };
}

const hold = prepare((store, { appId, userId, passwordHash }: { appId: string; userId: number; passwordHash: string }) =>
  store
    .updateTable('users')
    .set({ password_hash: passwordHash })
    .where('app_id', '=', appId)
    .where('id', '=', userId)
    .where('password_hash', '=', passwordHash)
    .returning('id'),
);

/**
 * Holds a password until the transaction is over: checking takes long, and whoever set another meanwhile has logged everybody out. One
 * who sets another from here on waits, and finds the session that is opened now.
 *
 * @throws credentials_invalid where it is another by now
 */
export async function holdCredentials(transaction: Store, appId: string, { userId, passwordHash }: Credentials): Promise<void> {
  const held = await hold(transaction, { appId, userId, passwordHash });
  if (held.length === 0) throw new ApiError('credentials_invalid');
}
