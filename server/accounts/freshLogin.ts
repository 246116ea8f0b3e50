import type { App } from '../config/apps.ts';
import { ApiError } from '../errors.ts';
import type { UserRow } from '../store/schema.ts';
import { type Provable, provedOf } from './claims.ts';
import type { Session } from './sessions.ts';

/** Seconds by which the clocks of two processes may differ. */
const clockSkew = 60;

type Protection = Pick<UserRow, 'password_hash'> & Provable;

/**
 * Refuses a change of how an account is entered when the session is too old for it, so that a stolen token is not a stolen account.
 *
 * @param now unix seconds
 * @throws login_not_fresh
 */
export function requireFreshLogin(app: App, session: Session, user: Protection, now: number): void {
  if (!isFreshFor(app, session, user, now)) throw new ApiError('login_not_fresh');
}

/**
 * Whether a session is young enough to change how an account is entered. An account that has neither a password nor a verified address or
 * number has nothing to prove anew, and takes its first in any session.
 */
export function isFreshFor({ fresh_login_seconds }: App, { openedAt }: Session, user: Protection, now: number): boolean {
  const isProtected = user.password_hash !== null || provedOf(user, 'email') !== null || provedOf(user, 'phone') !== null;
  if (!isProtected || fresh_login_seconds === 0) return true;
  const age = now - openedAt;
  // A session that claims to be from the future was written by a clock that was wrong.
  return age <= fresh_login_seconds && age >= -clockSkew;
}
