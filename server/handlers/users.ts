import type { components } from '../../generated/types.ts';
import type { Session } from '../accounts/sessions.ts';
import { loadCurrentUser, loadPublicUser } from '../accounts/users.ts';
import { ApiError } from '../errors.ts';
import type { Caller } from '../operations.ts';
import { notImplemented } from './notImplemented.ts';

type User = components['schemas']['User'];
type GetUser = Caller & { path: { user_id: number }; session: Session };

/** One's own record whole, another's public part. */
async function getUser({ path: { user_id }, session, appId, services: { store } }: GetUser): Promise<{ status: 200; body: User }> {
  if (user_id === session.userId) return { status: 200, body: await loadCurrentUser(store, appId, user_id, session.platform) };
  const user = await loadPublicUser(store, appId, user_id);
  if (!user) throw new ApiError('user_not_found');
  return { status: 200, body: user };
}

export const userOperations = {
  getUser,
  getUserV22: getUser,
  updateUser: notImplemented,
  listUsers: notImplemented,
};
