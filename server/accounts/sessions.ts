import { type CompiledQuery, type Expression, expressionBuilder, type QueryCreator, SqliteAdapter, sql } from 'kysely';
import type { PlatformName } from '../../generated/operations.ts';
import { hashSessionToken, newSessionToken } from '../crypto/tokens.ts';
import { ApiError } from '../errors.ts';
import { latestEnd } from '../process/time.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { prepare } from '../store/prepared.ts';
import type { NewSession, Schema, Store, UserRow } from '../store/schema.ts';
import type { Tenant, TenantRows, Transaction } from '../store/tenant.ts';
import { deleteAbandoned } from './abandoned.ts';
import { lockUserIfAny, recordColumns, type UserRecord } from './users.ts';

/** Seconds that a session lasts (docs/protocol.md, Sessions and users). */
export const sessionLifetime = 2_592_000;

export interface Session {
  tokenHash: string;
  userId: number;
  /** The platform that opened it, null for a general login. */
  platform: PlatformName | null;
  /** Unix seconds. */
  openedAt: number;
  /** The user's record as it was when the session was found: the same statement reads both. */
  record: UserRecord;
}

/** What a client is given of a session that was opened. */
export interface SessionToken {
  token: string;
  /** Seconds. */
  expires_in: number;
}

export const keepSession = (store: QueryCreator<Schema>, { app_id, token_hash, user_id, platform, created_at, expires_at }: NewSession) =>
  store.insertInto('sessions').values({ app_id, token_hash, user_id, platform, created_at, expires_at });

export const insertSession = prepare(keepSession);

/** Sessions that a user has at once: whoever logs in again and again must not fill the store. */
const mostSessions = 100;

type SessionOwner = Pick<NewSession, 'app_id' | 'user_id'>;

/**
 * Ends a user's oldest sessions, as many as there are too many to open another, in a statement of PostgreSQL's.
 *
 * @param user_id may be found by the same statement
 */
export const endOldest = (store: QueryCreator<Schema>, app_id: string, user_id: number | Expression<number>) =>
  store
    .deleteFrom('sessions')
    .where('app_id', '=', app_id)
    .where('user_id', '=', user_id)
    // As an array the list is made once; a planner without statistics would make it for every session of the app.
    .where(({ eb, selectFrom }) =>
      eb(
        'token_hash',
        '=',
        sql<string>`any(array(${selectFrom('sessions as kept')
          .select('kept.token_hash')
          .where('kept.app_id', '=', app_id)
          .where('kept.user_id', '=', user_id)
          .orderBy('kept.token_hash', 'desc')
          .offset(mostSessions - 1)}))`,
      ),
    );

const rowid = sql.ref<number>('rowid');

/** The rowids of a user's sessions that are too many, on SQLite: they are in the index by user, in the order of their beginnings. */
const excess = (store: QueryCreator<Schema>, { app_id, user_id }: SessionOwner) =>
  store
    .selectFrom('sessions')
    .select(rowid.as('rowid'))
    .where('app_id', '=', app_id)
    .where('user_id', '=', user_id)
    .orderBy(rowid, 'desc')
    // SQLite has no offset without a limit.
    .limit(-1)
    .offset(mostSessions - 1);

/** What `endOldestSessions` would end, on SQLite: hardly a login ends any, and to look is half as dear. */
const findExcess = prepare(excess);

/** The same as `endOldest`, by itself. */
export const endOldestSessions = prepare((store, owner: SessionOwner) =>
  store.getExecutor().adapter instanceof SqliteAdapter
    ? store.deleteFrom('sessions').where(rowid, 'in', excess(store, owner))
    : endOldest(store, owner.app_id, owner.user_id),
);

/** Opens a session on SQLite within what is written together. */
export function openWithin(run: <R>(query: CompiledQuery<R>) => R[], store: Store, session: NewSession): void {
  if (run(findExcess.fill(store, session)).length > 0) run(endOldestSessions.fill(store, session));
  run(insertSession.fill(store, session));
}

const { val, cast } = expressionBuilder<Schema>();

/** The columns of a session whose owner is found by the same statement, in the order of `ownedSession`. */
export const ownedSessionColumns = ['app_id', 'user_id', 'platform', 'token_hash', 'created_at', 'expires_at'] as const;

/** What such a statement selects where it has found the owner, with the types that PostgreSQL does not find out by itself. */
export const ownedSession = ({ platform, token_hash, created_at, expires_at }: Omit<NewSession, 'app_id' | 'user_id'>) =>
  [
    'app_id',
    'user_id',
    val(platform).as('platform'),
    val(token_hash).as('token_hash'),
    cast(val(created_at), 'bigint').as('created_at'),
    cast(val(expires_at), 'bigint').as('expires_at'),
  ] as const;

/** A session before anybody has it: the answer to who logs in, and what is kept of it, which is not its token. */
export function newSession(now: number) {
  const token = newSessionToken();
  return {
    answer: { token, expires_in: sessionLifetime },
    kept: { token_hash: hashSessionToken(token), created_at: now, expires_at: now + sessionLifetime },
  };
}

export async function openSession({ id, store, now }: Tenant, userId: number, platform: PlatformName | null): Promise<SessionToken> {
  const { answer, kept } = newSession(now());
  await endOldestSessions(store, { app_id: id, user_id: userId });
  await insertSession(store, { app_id: id, user_id: userId, platform, ...kept });
  return answer;
}

interface SessionKey extends Record<string, unknown> {
  appId: string;
  tokenHash: string;
  now: number;
}

const findRows = prepare((store, { appId, tokenHash, now }: SessionKey) =>
  store
    .selectFrom('sessions')
    .innerJoin('users', (join) => join.onRef('users.app_id', '=', 'sessions.app_id').onRef('users.id', '=', 'sessions.user_id'))
    .leftJoin('identities', (join) => join.onRef('identities.app_id', '=', 'users.app_id').onRef('identities.user_id', '=', 'users.id'))
    .select(['sessions.platform', 'sessions.created_at as opened_at', 'sessions.expires_at', ...recordColumns])
    .where('sessions.app_id', '=', appId)
    .where('sessions.token_hash', '=', tokenHash)
    .where('sessions.expires_at', '>', now),
);

/** The session of a token, unless it is unknown or over. */
export async function findSession({ id: appId, store, now }: Tenant, token: string): Promise<Session | undefined> {
  const tokenHash = hashSessionToken(token);
  const [row, ...more] = await findRows(store, { appId, tokenHash, now: now() });
  // A session that would end later was opened while a clock was ahead. PostgreSQL would take a second bound in SQL for a narrow range.
  if (!row || row.expires_at > latestEnd(now(), sessionLifetime)) return undefined;
  return { tokenHash, userId: row.id, platform: row.platform, openedAt: row.opened_at, record: [row, ...more] };
}

/**
 * The row of a session's user, locked for a change that only an open session may make. Whoever ends sessions locks the row too, so none
 * ends between this look and the end of the transaction.
 *
 * @throws session_invalid when the session has ended since the request began
 */
export async function lockSessionUser(tx: Transaction, { tokenHash, userId }: Session): Promise<UserRow> {
  const user = await lockUserIfAny(tx, userId);
  const open = await tx.store
    .selectFrom('sessions')
    .select('token_hash')
    .where('app_id', '=', tx.id)
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', tx.now())
    .where('expires_at', '<=', latestEnd(tx.now(), sessionLifetime))
    .executeTakeFirst();
  if (!user || !open) throw new ApiError('session_invalid');
  return user;
}

/** Closes what a user has open, but for this session. */
export async function closeOtherSessions({ id, store }: Transaction, { tokenHash, userId }: Session): Promise<void> {
  await store.deleteFrom('sessions').where('app_id', '=', id).where('user_id', '=', userId).where('token_hash', '!=', tokenHash).execute();
}

/** Closes a session, and with it deletes an anonymous user who has nothing else. */
export async function closeSession(tenant: Tenant, { tokenHash, userId, record }: Session): Promise<void> {
  const close = ({ id, store }: TenantRows) =>
    store.deleteFrom('sessions').where('app_id', '=', id).where('token_hash', '=', tokenHash).execute();
  if (record[0].is_anonymous === 0) return void (await close(tenant));
  await inTransaction(tenant, async (tx) => {
    await close(tx);
    await deleteAbandoned(tx, [userId]);
  });
}

/** Logs a user out everywhere. */
export async function closeAllSessions({ id, store }: TenantRows, userId: number): Promise<void> {
  await store.deleteFrom('sessions').where('app_id', '=', id).where('user_id', '=', userId).execute();
}
