import { recordActs } from '../audit/entries.ts';
import type { LoginNameKind, UserValues } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { asKept, takeLoginName } from './loginNames.ts';
import { closeAllSessions, type Session } from './sessions.ts';
import { createUser } from './users.ts';

interface Registration {
  kind: LoginNameKind;
  value: string;
  passwordHash: string;
}

/**
 * Makes an account and returns its user's id. An anonymous session's user becomes the account and keeps its id. Its sessions end: somebody
 * else may have begun them, and would have the account now.
 *
 * @throws username_taken, email_taken or phone_taken; then the transaction must be given up
 */
export async function register(
  transaction: Store,
  appId: string,
  session: Session | undefined,
  { kind, value, passwordHash }: Registration,
  now: number,
): Promise<number> {
  const values: UserValues = { [kind]: asKept(kind, value), password_hash: passwordHash };
  const upgraded = session && (await upgradeAnonymous(transaction, appId, session.userId, values, now));
  if (upgraded !== undefined) await closeAllSessions(transaction, appId, upgraded);
  const userId = upgraded ?? (await createUser(transaction, appId, values, now));
  await takeLoginName(transaction, appId, userId, kind, value);
  await recordActs(transaction, appId, now, { event: 'registered', userId, method: kind });
  return userId;
}

/** @returns the user's id, unless the user is not anonymous */
async function upgradeAnonymous(transaction: Store, appId: string, id: number, values: UserValues, now: number) {
  const upgraded = await transaction
    .updateTable('users')
    .set({ ...values, is_anonymous: 0, updated_at: now })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('is_anonymous', '=', 1)
    .returning('id')
    .executeTakeFirst();
  return upgraded?.id;
}
