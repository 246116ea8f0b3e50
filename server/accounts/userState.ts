import type { ExpressionBuilder } from 'kysely';
import { ApiError } from '../errors.ts';
import { toIso } from '../process/time.ts';
import type { Schema, UserRow, UserState } from '../store/schema.ts';

/** States of users whose account no longer exists. */
export const tombstones = ['closed', 'merged'] as const satisfies UserState[];

export const isTombstone = ({ state }: Pick<UserRow, 'state'>): boolean => tombstones.some((name) => name === state);

export type StateColumns = Pick<UserRow, 'id' | 'state' | 'banned_until' | 'closing_at'>;

/**
 * The state of a user at a time: a ban that is over leaves the state that it covered.
 *
 * @param now unix seconds
 */
export function stateAt({ state, banned_until, closing_at }: Omit<StateColumns, 'id'>, now: number): UserState {
  if (state !== 'banned' || banned_until === null || banned_until > now) return state;
  return unbannedState({ closing_at });
}

/** Whether a row's user is banned at a time, as a condition of a query. */
export const isBannedAt = ({ and, or, eb }: ExpressionBuilder<Schema, 'users'>, now: number) =>
  and([eb('state', '=', 'banned'), or([eb('banned_until', 'is', null), eb('banned_until', '>', now)])]);

/** The state that a ban covers. */
export const unbannedState = ({ closing_at }: Pick<StateColumns, 'closing_at'>): UserState => (closing_at === null ? 'active' : 'closing');

/**
 * Whether a user has an account that sessions can use.
 *
 * @returns false for a closed or merged one
 * @throws user_banned
 */
export function hasOpenAccount(user: StateColumns, now: number): boolean {
  const state = stateAt(user, now);
  if (state === 'banned') throw bannedError(user);
  return state === 'active' || state === 'closing';
}

const bannedError = ({ id, banned_until }: StateColumns): ApiError =>
  new ApiError('user_banned', {
    detail: { user: id },
    ...(banned_until !== null && {
      text: { en: `This user is banned until ${toIso(banned_until)}.`, zh: `该用户已被封禁，封禁到 ${toIso(banned_until)} 为止。` },
    }),
  });
