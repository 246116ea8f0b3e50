import type { App } from '../config/apps.ts';
import { ApiError } from '../errors.ts';
import type { UserRow } from '../store/schema.ts';
import { type Provable, verifiedOf } from './claims.ts';
import type { Session } from './sessions.ts';

/**
 * Seconds by which a session's start may lie ahead of this process's clock. Shorter than `clockSkew`, because these seconds extend the time
 * for which a stolen token counts as a recent login.
 */
const openingTolerance = 60;

type Protection = Pick<UserRow, 'password_hash'> & Provable;

/**
 * Refuses to change login names and passwords in a session that is too old, so that a stolen token does not become a stolen account.
 *
 * @param now unix seconds
 * @throws login_not_fresh
 */
export function requireFreshLogin(app: App, session: Session, user: Protection, now: number): void {
  if (!isFreshFor(app, session, user, now)) throw new ApiError('login_not_fresh');
}

/**
 * Whether a session is recent enough to change its user's login names and password. An account that has no password, verified address or
 * verified number may set its first one in any session.
 */
export function isFreshFor({ fresh_login_seconds }: App, { openedAt }: Session, user: Protection, now: number): boolean {
  const isProtected = user.password_hash !== null || verifiedOf(user, 'email') !== null || verifiedOf(user, 'phone') !== null;
  return !isProtected || isRecent(fresh_login_seconds, openedAt, now);
}

/**
 * Refuses a change that takes something away from any account, protected or not, if the session is too old. Anonymous users are exempt,
 * because they cannot log in again.
 *
 * @param now unix seconds
 * @throws login_not_fresh
 */
export function requireRecentLogin(
  { fresh_login_seconds }: App,
  { openedAt }: Session,
  { is_anonymous }: Pick<UserRow, 'is_anonymous'>,
  now: number,
): void {
  if (is_anonymous === 0 && !isRecent(fresh_login_seconds, openedAt, now)) throw new ApiError('login_not_fresh');
}

/** @param limit seconds, 0 for none */
function isRecent(limit: number, openedAt: number, now: number): boolean {
  const age = now - openedAt;
  // A session from the future was opened while a clock was wrong.
  return limit === 0 || (age <= limit && age >= -openingTolerance);
}
