import type { Services } from '../services.ts';
import type { Store } from '../store/store.ts';
import { hashToken, newToken } from './tokens.ts';

/** Seconds that a session lasts (wire.md, Sessions and users). */
export const sessionLifetime = 2_592_000;

export interface Session {
  tokenHash: string;
  userId: number;
  /** The platform that opened it, null for a general login. */
  platform: string | null;
}

/** Opens a session and returns its token, which is not kept: only its hash is. */
export async function openSession(
  { store, now }: Services,
  appId: string,
  userId: number,
  platform: string | null,
): Promise<{ token: string; expires_in: number }> {
  const token = newToken();
  const created_at = now();
  await store
    .insertInto('sessions')
    .values({
      app_id: appId,
      token_hash: hashToken(token),
      user_id: userId,
      platform,
      created_at,
      expires_at: created_at + sessionLifetime,
    })
    .execute();
  return { token, expires_in: sessionLifetime };
}

/** The session of a token, unless it is unknown or over. */
export async function findSession({ store, now }: Services, appId: string, token: string): Promise<Session | undefined> {
  const row = await store
    .selectFrom('sessions')
    .select(['token_hash', 'user_id', 'platform'])
    .where('app_id', '=', appId)
    .where('token_hash', '=', hashToken(token))
    .where('expires_at', '>', now())
    .executeTakeFirst();
  return row && { tokenHash: row.token_hash, userId: row.user_id, platform: row.platform };
}

/** Closes what a user has open, but for this session. */
export async function closeOtherSessions(transaction: Store, appId: string, { tokenHash, userId }: Session): Promise<void> {
  await transaction
    .deleteFrom('sessions')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('token_hash', '!=', tokenHash)
    .execute();
}

export async function closeSession({ store }: Services, appId: string, { tokenHash }: Session): Promise<void> {
  await store.deleteFrom('sessions').where('app_id', '=', appId).where('token_hash', '=', tokenHash).execute();
}

/** Logs a user out everywhere. */
export async function closeAllSessions(store: Store, appId: string, userId: number): Promise<void> {
  await store.deleteFrom('sessions').where('app_id', '=', appId).where('user_id', '=', userId).execute();
}
