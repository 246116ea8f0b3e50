import type { QueryCreator } from 'kysely';
import { type AuditEntry, insertEntry, keepEntry, recordActs, toEntry } from '../audit/entries.ts';
import type { Services } from '../services.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { prepare, runTogether } from '../store/prepared.ts';
import type { LoginNameKind, NewSession, Schema, Store } from '../store/schema.ts';
import { claimLoginName } from './claims.ts';
import { newUserId } from './ids.ts';
import { asTaken, keepLoginName, takeLoginName, toLoginName } from './loginNames.ts';
import { closeAllSessions, insertSession, keepSession, newSession, type OpenedSession, openSession, type Session } from './sessions.ts';
import { createUser, findRecord, recordColumns, writeUser } from './users.ts';

export interface Registration {
  kind: LoginNameKind;
  value: string;
  passwordHash: string;
}

type Account = NewSession &
  AuditEntry & {
    username: string;
    password_hash: string;
    kind: 'username';
    /** The name in the form that compares. */
    value: string;
  };

const keepUser = (store: QueryCreator<Schema>, { app_id, user_id, created_at, username, password_hash }: Account) =>
  store.insertInto('users').values({ app_id, id: user_id, created_at, updated_at: created_at, username, password_hash });

const insertUser = prepare(keepUser);
const insertLoginName = prepare(keepLoginName);

const openAtOnce = prepare((store, account: Account) =>
  store
    .with('made', () => keepUser(store, account).returningAll())
    .with('named', () => keepLoginName(store, account))
    .with('opened', () => keepSession(store, account))
    .with('noted', () => keepEntry(store, account))
    .selectFrom('made as users')
    .leftJoin('identities', (join) => join.onRef('identities.app_id', '=', 'users.app_id').onRef('identities.user_id', '=', 'users.id'))
    .select(recordColumns),
);

/**
 * Makes an account and its first session.
 *
 * @throws username_taken; email_taken or phone_taken when somebody has proved the address or number; then nothing is kept
 */
export const openAccount = (services: Services, appId: string, registration: Registration): Promise<OpenedSession> =>
  registration.kind === 'username'
    ? openNamed(services, appId, registration.value, registration.passwordHash)
    : inTransaction(services, (within) => openClaiming(within, appId, registration));

/** An address or number is claimed in turn with those who prove it, which takes more than one statement. */
async function openClaiming(services: Services, appId: string, registration: Registration): Promise<OpenedSession> {
  const { store, now } = services;
  const userId = await createUser(store, appId, { password_hash: registration.passwordHash }, now());
  await giveName(store, appId, userId, registration, now());
  const session = await openSession(services, appId, userId, null);
  const [first, ...more] = await findRecord(store, { appId, id: userId });
  if (!first) throw new Error(`user ${userId} of ${appId} was not made`);
  return { session, record: [first, ...more] };
}

/** The user's first name, for which it counts as registered. */
async function giveName(transaction: Store, appId: string, userId: number, { kind, value }: Registration, now: number): Promise<void> {
  if (kind === 'username') {
    await takeLoginName(transaction, appId, userId, kind, value);
    await writeUser(transaction, { app_id: appId, id: userId }, { username: value });
  } else {
    await claimLoginName(transaction, appId, userId, kind, value, now);
  }
  await recordActs(transaction, appId, now, { event: 'registered', userId, method: kind });
}

/** A username is made the user's by its primary key, so one statement does it all. */
async function openNamed({ store, now }: Services, appId: string, username: string, passwordHash: string): Promise<OpenedSession> {
  const kind = 'username';
  const userId = newUserId();
  const { answer, kept } = newSession(now());
  const account: Account = {
    ...toEntry(appId, now(), { event: 'registered', userId, method: kind }),
    ...kept,
    user_id: userId,
    platform: null,
    username,
    password_hash: passwordHash,
    kind,
    value: toLoginName(kind, username),
  };
  const [first, ...more] = await runTogether(store, {
    durable: 'now',
    order: `${appId} ${account.value}`,
    statement: () => openAtOnce.fill(store, account),
    steps(run) {
      run(insertUser.fill(store, account));
      run(insertLoginName.fill(store, account));
      run(insertSession.fill(store, account));
      run(insertEntry.fill(store, account));
      return run(findRecord.fill(store, { appId, id: userId }));
    },
  }).catch((error: unknown) => {
    throw asTaken(error, kind);
  });
  if (!first) throw new Error(`user ${userId} of ${appId} was not made`);
  return { session: answer, record: [first, ...more] };
}

type AnonymousUser = NewSession & { is_anonymous: 1 };

const keepAnonymousUser = (store: QueryCreator<Schema>, { app_id, user_id, created_at, is_anonymous }: AnonymousUser) =>
  store.insertInto('users').values({ app_id, id: user_id, created_at, updated_at: created_at, is_anonymous });

const insertAnonymousUser = prepare(keepAnonymousUser);

const openAnonymousAtOnce = prepare((store, user: AnonymousUser) =>
  store
    .with('made', () => keepAnonymousUser(store, user).returningAll())
    .with('opened', () => keepSession(store, user))
    .selectFrom('made as users')
    .leftJoin('identities', (join) => join.onRef('identities.app_id', '=', 'users.app_id').onRef('identities.user_id', '=', 'users.id'))
    .select(recordColumns),
);

/** Makes an anonymous user and the session that is the only way to it: a user without one could never be found again. */
export async function openAnonymousUser({ store, now }: Services, appId: string): Promise<OpenedSession> {
  const { answer, kept } = newSession(now());
  const user: AnonymousUser = { ...kept, app_id: appId, user_id: newUserId(), platform: null, is_anonymous: 1 };
  const [first, ...more] = await runTogether(store, {
    durable: 'now',
    order: `${appId} ${user.user_id}`,
    statement: () => openAnonymousAtOnce.fill(store, user),
    steps(run) {
      run(insertAnonymousUser.fill(store, user));
      run(insertSession.fill(store, user));
      return run(findRecord.fill(store, { appId, id: user.user_id }));
    },
  });
  if (!first) throw new Error(`user ${user.user_id} of ${appId} was not made`);
  return { session: answer, record: [first, ...more] };
}

/**
 * Makes an anonymous session's user an account, which keeps its id. Its sessions end: somebody else may have begun them, and would have the
 * account now.
 *
 * @returns the user's id, unless the user is not anonymous
 * @throws username_taken, email_taken or phone_taken; then the transaction must be given up
 */
export async function upgradeAnonymous(
  transaction: Store,
  appId: string,
  { userId }: Session,
  registration: Registration,
  now: number,
): Promise<number | undefined> {
  const upgraded = await transaction
    .updateTable('users')
    .set({ password_hash: registration.passwordHash, is_anonymous: 0, updated_at: now })
    .where('app_id', '=', appId)
    .where('id', '=', userId)
    .where('is_anonymous', '=', 1)
    .returning('id')
    .executeTakeFirst();
  if (!upgraded) return undefined;
  await closeAllSessions(transaction, appId, userId);
  await giveName(transaction, appId, userId, registration, now);
  return userId;
}
