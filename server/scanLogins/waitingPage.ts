import type { LetIn } from '../accounts/logIn.ts';
import { sessionLifetime } from '../accounts/sessions.ts';
import { hasOpenAccount } from '../accounts/userState.ts';
import { lockUserIfAny } from '../accounts/users.ts';
import { hashToken } from '../crypto/tokens.ts';
import { latestEnd } from '../process/time.ts';
import type { ScanLoginState } from '../store/schema.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { notFound, scanLoginLifetime } from './scanLogins.ts';

/** State of a login, for the page that waits for it. */
export interface Progress {
  status: Exclude<ScanLoginState, 'delivered'> | 'expired';
  /** Seconds. */
  expires_in: number;
}

/** The page that waits: its app, and the hash of its secret. */
export interface WaitingPage {
  clientId: string;
  pollHash: string;
}

export const waitingPage = ({ client_id: clientId }: { client_id: string }, pollToken: string): WaitingPage => ({
  clientId,
  pollHash: hashToken(pollToken),
});

const findScanLogin = ({ id, store }: Tenant, { clientId, pollHash }: WaitingPage) =>
  store
    .selectFrom('scan_logins')
    .select(['state', 'user_id', 'expires_at'])
    .where('tenant_id', '=', id)
    .where('poll_hash', '=', pollHash)
    .where('client_id', '=', clientId)
    .executeTakeFirst();

/** @throws scan_login_not_found, also once the page has its session */
export async function progressOf(tenant: Tenant, page: WaitingPage): Promise<Progress> {
  const { now } = tenant;
  const login = await findScanLogin(tenant, page);
  if (!login || login.state === 'delivered') throw notFound({ client_id: page.clientId });
  const expires_in = Math.min(Math.max(login.expires_at - now(), 0), scanLoginLifetime);
  const isOver = login.expires_at <= now() || login.expires_at > latestEnd(now(), scanLoginLifetime);
  return { status: isOver && login.state !== 'refused' ? 'expired' : login.state, expires_in };
}

/**
 * Uses up a confirmed login. It is gone if the user's account or the confirming session has ended in the meantime.
 *
 * @throws scan_login_not_found; user_banned
 */
export async function redeemScanLogin(tx: Transaction, page: WaitingPage): Promise<LetIn> {
  const { id, store, now } = tx;
  const { user_id: userId = null } = (await findScanLogin(tx, page)) ?? {};
  if (userId === null) throw notFound({ client_id: page.clientId });
  // Before the login's row, in the order in which the deletion of a user locks both.
  const user = await lockUserIfAny(tx, userId);
  const used = await store
    .updateTable('scan_logins')
    .set({ state: 'delivered' })
    .where('tenant_id', '=', id)
    .where('poll_hash', '=', page.pollHash)
    .where('user_id', '=', userId)
    .where('state', '=', 'confirmed')
    .where('expires_at', '>', now())
    .where('expires_at', '<=', latestEnd(now(), scanLoginLifetime))
    .returning('session_hash')
    .executeTakeFirst();
  const { session_hash = null } = used ?? {};
  if (session_hash === null) throw notFound({ user: userId });
  const parent = await store
    .selectFrom('sessions')
    .select(['platform', 'created_at', 'expires_at'])
    .where('tenant_id', '=', id)
    .where('token_hash', '=', session_hash)
    .where('user_id', '=', userId)
    .where('expires_at', '>', now())
    .where('expires_at', '<=', latestEnd(now(), sessionLifetime))
    .executeTakeFirst();
  if (!user || !parent || !hasOpenAccount(user, now())) throw notFound({ user: userId, reason: 'the confirming session has ended' });
  return { userId, parent };
}
