import { type Expression, type QueryCreator, sql } from 'kysely';
import { hashSessionToken, newSessionToken } from '../crypto/tokens.ts';
import { ApiError } from '../errors.ts';
import { currentRequest } from '../observe/currentRequest.ts';
import { latestEnd } from '../process/time.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { isPostgres } from '../store/isPostgres.ts';
import { type Placeholders, prepare } from '../store/prepared.ts';
import type { IdentityPlatform, NewSession, Schema, SessionTable, UserRow } from '../store/schema.ts';
import type { Tenant, TenantRows, Transaction } from '../store/tenant.ts';
import { deleteAbandoned } from './abandoned.ts';
import { newId } from './ids.ts';
import { roughAddress } from './roughAddress.ts';
import { hasOpenAccount } from './userState.ts';
import { lockUserIfAny, recordColumns, type UserRecord } from './users.ts';

/** Lifetime of a session in seconds (docs/protocol.md, Sessions and users). */
export const sessionLifetime = 2_592_000;

/** Seconds by which `last_used_at` may be behind, so that most requests write nothing. */
const lastUsePrecision = 3600;

export interface Session {
  tokenHash: string;
  /** Public id, by which clients name the session. */
  id: number;
  userId: number;
  /** The platform that opened it, null for a login without one. */
  platform: IdentityPlatform | null;
  /** Unix seconds. */
  openedAt: number;
  /** Unix seconds, up to an hour behind. */
  lastUsedAt: number;
  /** The user's record, read in the same statement as the session. */
  record: UserRecord;
}

/** The part of a new session that is sent to its client. */
export interface SessionToken {
  token: string;
  /** Seconds. */
  expires_in: number;
}

export const insertSession = prepare(
  (store, { tenant_id, token_hash, user_id, platform, id, created_at, last_used_at, address, expires_at }: Placeholders<NewSession>) =>
    store.insertInto('sessions').values({ tenant_id, token_hash, user_id, platform, id, created_at, last_used_at, address, expires_at }),
);

/** Maximum number of a user's sessions, so that repeated logins cannot fill the store. */
export const maxSessions = 100;

type SessionOwner = Pick<NewSession, 'tenant_id' | 'user_id'>;

/**
 * Deletes the oldest sessions of a user who has too many to open another, on PostgreSQL.
 *
 * @param user_id a value, or an expression of the same statement
 */
export const deleteOldest = (store: QueryCreator<Schema>, tenant_id: Expression<string>, user_id: Expression<number>) =>
  store
    .deleteFrom('sessions')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    // An array is computed once; a planner without statistics would run the subquery for every session of the app.
    .where(({ eb, selectFrom }) =>
      eb(
        'token_hash',
        '=',
        sql<string>`any(array(${selectFrom('sessions as newest')
          .select('newest.token_hash')
          .where('newest.tenant_id', '=', tenant_id)
          .where('newest.user_id', '=', user_id)
          .orderBy('newest.token_hash', 'desc')
          .offset(maxSessions - 1)}))`,
      ),
    );

const rowid = sql.ref<number>('rowid');

/** The same sessions by rowid, on SQLite. The index by user has them in the order in which they were opened. */
export const selectOldest = (store: QueryCreator<Schema>, { tenant_id, user_id }: Placeholders<SessionOwner>) =>
  store
    .selectFrom('sessions')
    .select(rowid.as('rowid'))
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .orderBy(rowid, 'desc')
    // SQLite has no offset without a limit.
    .limit(-1)
    .offset(maxSessions - 1);

/** Deletes a user's oldest sessions, on either database. */
export const deleteOldestSessions = prepare((store, owner: Placeholders<SessionOwner>) =>
  isPostgres(store)
    ? deleteOldest(store, owner.tenant_id, owner.user_id)
    : store.deleteFrom('sessions').where(rowid, 'in', selectOldest(store, owner)),
);

/** A session that another one opened. It counts as opened when that one was, and ends no later: a stolen session cannot renew itself. */
export type ParentSession = Pick<SessionTable, 'platform' | 'created_at' | 'expires_at'>;

/** Creates a session: the token for its client, and the columns to insert, which hold only the token's hash. */
export function newSession(now: number, parent?: ParentSession): { sessionToken: SessionToken; columns: SessionColumns } {
  const token = newSessionToken();
  const expires_at = Math.min(now + sessionLifetime, parent?.expires_at ?? Number.POSITIVE_INFINITY);
  return {
    sessionToken: { token, expires_in: expires_at - now },
    columns: {
      token_hash: hashSessionToken(token),
      id: newId(),
      created_at: parent?.created_at ?? now,
      last_used_at: now,
      address: roughAddress(currentRequest()?.ip),
      expires_at,
    },
  };
}

/** Columns of a new session, except its owner's. */
export type SessionColumns = Omit<NewSession, 'tenant_id' | 'user_id' | 'platform'>;

export async function openSession(
  { id, store, now }: Tenant,
  userId: number,
  platform: IdentityPlatform | null,
  parent?: ParentSession,
): Promise<SessionToken> {
  const { sessionToken, columns } = newSession(now(), parent);
  await deleteOldestSessions(store, { tenant_id: id, user_id: userId });
  await insertSession(store, { tenant_id: id, user_id: userId, platform, ...columns });
  return sessionToken;
}

type SessionKey = { tenantId: string; tokenHash: string; now: number };

const findRows = prepare((store, { tenantId, tokenHash, now }: Placeholders<SessionKey>) =>
  store
    .selectFrom('sessions')
    .innerJoin('users', (join) => join.onRef('users.tenant_id', '=', 'sessions.tenant_id').onRef('users.id', '=', 'sessions.user_id'))
    .leftJoin('identities', (join) =>
      join.onRef('identities.tenant_id', '=', 'users.tenant_id').onRef('identities.user_id', '=', 'users.id'),
    )
    .select([
      'sessions.id as session_id',
      'sessions.platform',
      'sessions.created_at as opened_at',
      'sessions.last_used_at',
      'sessions.expires_at',
      ...recordColumns,
    ])
    .where('sessions.tenant_id', '=', tenantId)
    .where('sessions.token_hash', '=', tokenHash)
    .where('sessions.expires_at', '>', now),
);

/**
 * Finds the session of a token; undefined if it is unknown or has expired, or its user's account is closed or merged.
 *
 * @throws user_banned
 */
export const findSession = (tenant: Tenant, token: string): Promise<Session | undefined> =>
  findSessionByHash(tenant, hashSessionToken(token));

/** The same by the hash of the token. */
export async function findSessionByHash({ id: tenantId, store, now }: Tenant, tokenHash: string): Promise<Session | undefined> {
  const [row, ...more] = await findRows(store, { tenantId, tokenHash, now: now() });
  // A session that expires later was opened while a clock was ahead. Not in SQL: PostgreSQL would take two bounds for a narrow range.
  if (!row || row.expires_at > latestEnd(now(), sessionLifetime) || !hasOpenAccount(row, now())) return undefined;
  const { session_id, id: userId, platform, opened_at: openedAt, last_used_at: lastUsedAt } = row;
  return { tokenHash, id: session_id, userId, platform, openedAt, lastUsedAt, record: [row, ...more] };
}

/** Whether a use of a session is to be recorded. */
export const isUseDue = ({ now }: Pick<Tenant, 'now'>, { lastUsedAt }: Session): boolean => now() - lastUsedAt >= lastUsePrecision;

/** Records when a session was used, and roughly from which address. Of several processes, one writes. */
export async function touchSession({ id, store, now }: Tenant, { tokenHash }: Session): Promise<void> {
  await store
    .updateTable('sessions')
    .set({ last_used_at: now(), address: roughAddress(currentRequest()?.ip) })
    .where('tenant_id', '=', id)
    .where('token_hash', '=', tokenHash)
    .where('last_used_at', '<=', now() - lastUsePrecision)
    .execute();
}

/**
 * Locks the row of a session's user, for a change that only an open session may make. All code that ends sessions locks the row too, so
 * the session stays open until the transaction ends.
 *
 * @throws session_invalid if the session has ended since the request began; user_banned
 */
export async function lockSessionUser(tx: Transaction, { tokenHash, userId }: Session): Promise<UserRow> {
  const user = await lockUserIfAny(tx, userId);
  const open = await tx.store
    .selectFrom('sessions')
    .select('token_hash')
    .where('tenant_id', '=', tx.id)
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', tx.now())
    .where('expires_at', '<=', latestEnd(tx.now(), sessionLifetime))
    .executeTakeFirst();
  if (!user || !open || !hasOpenAccount(user, tx.now())) throw new ApiError('session_invalid');
  return user;
}

/** Selects the user's sessions to end; all if no field is set. */
interface EndedSessions {
  /** Only sessions that this platform's logins opened. */
  platform?: IdentityPlatform;
  /** All except this one. */
  except?: Pick<Session, 'tokenHash'>;
}

/**
 * Ends sessions of a user.
 *
 * @returns how many
 */
export async function closeSessions({ id, store }: TenantRows, userId: number, { platform, except }: EndedSessions = {}): Promise<number> {
  let query = store.deleteFrom('sessions').where('tenant_id', '=', id).where('user_id', '=', userId);
  if (platform !== undefined) query = query.where('platform', '=', platform);
  if (except !== undefined) query = query.where('token_hash', '!=', except.tokenHash);
  const { numDeletedRows } = await query.executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Ends a session, and deletes an anonymous user who has nothing else. */
export async function closeSession(tenant: Tenant, { tokenHash, userId, record }: Session): Promise<void> {
  const close = ({ id, store }: TenantRows) =>
    store.deleteFrom('sessions').where('tenant_id', '=', id).where('token_hash', '=', tokenHash).execute();
  if (record[0].is_anonymous === 0) return void (await close(tenant));
  await inTransaction(tenant, async (tx) => {
    await close(tx);
    await deleteAbandoned(tx, [userId]);
  });
}
