import { recordActs } from '../audit/entries.ts';
import { countAccount } from '../observe/currentRequest.ts';
import type { LoginNameKind } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { claimLoginName } from './claims.ts';
import { lockNames, newLoginName, takeLoginName } from './loginNames.ts';
import { closeSessions, type Session } from './sessions.ts';
import { createUser, writeUser } from './users.ts';

export interface Registration {
  kind: LoginNameKind;
  /** As typed, before it is normalised. */
  value: string;
  passwordHash: string;
}

/**
 * Creates an account. An anonymous user of the session becomes the account and keeps its id. Other sessions are ignored, because clients
 * always send the session that they have.
 *
 * @returns the user's id
 * @throws username_taken; email_taken or phone_taken if another user has verified the address or number
 */
export async function register(tx: Transaction, registration: Registration, session: Session | undefined): Promise<number> {
  const { kind, value, passwordHash } = registration;
  // Locks the number or address before the user, as all transactions do.
  const name = newLoginName(kind, value);
  if (kind !== 'username') await lockNames(tx, [{ kind, value: name }]);
  const upgraded = session && (await upgradeAnonymous(tx, session, passwordHash));
  const userId = upgraded ?? (await createUser(tx, { password_hash: passwordHash }));
  if (kind === 'username') {
    await takeLoginName(tx, userId, kind, name);
    await writeUser(tx, userId, { username: value });
  } else {
    await claimLoginName(tx, userId, kind, name);
  }
  await recordActs(tx, { event: 'registered', userId, method: kind });
  tx.afterCommit(() => countAccount('registrations', tx, kind));
  await recordEvents(
    tx,
    upgraded === undefined
      ? { type: 'user.created', data: { user_id: userId, method: kind, restored: false } }
      : { type: 'user.updated', data: { user_id: userId, changed: [kind, 'password', 'anonymous'] } },
  );
  return userId;
}

/** Creates an anonymous user. @returns its id */
export async function createAnonymous(tx: Transaction): Promise<number> {
  const userId = await createUser(tx, { is_anonymous: 1 });
  tx.afterCommit(() => countAccount('registrations', tx, 'anonymous'));
  await recordEvents(tx, { type: 'user.created', data: { user_id: userId, method: 'anonymous', restored: false } });
  return userId;
}

/**
 * Sets an anonymous user's password and ends its sessions, which would otherwise give their holders access to the account.
 *
 * @returns the user's id; undefined if the user is not anonymous
 */
async function upgradeAnonymous(tx: Transaction, { userId }: Session, password_hash: string): Promise<number | undefined> {
  const upgraded = await tx.store
    .updateTable('users')
    .set({ password_hash, is_anonymous: 0, updated_at: tx.now() })
    .where('tenant_id', '=', tx.id)
    .where('id', '=', userId)
    .where('is_anonymous', '=', 1)
    .returning('id')
    .executeTakeFirst();
  if (!upgraded) return undefined;
  await closeSessions(tx, userId);
  // An anonymous user's identities belong to a device, which others may use.
  await tx.store.deleteFrom('identities').where('tenant_id', '=', tx.id).where('user_id', '=', userId).execute();
  return upgraded.id;
}
