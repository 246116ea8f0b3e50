import { operationTable } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';
import type { Session } from '../accounts/sessions.ts';
import { changeUser } from '../accounts/userChange.ts';
import { listUsers as list } from '../accounts/userList.ts';
import { loadCurrentUser, loadPublicUser, toCurrentUser } from '../accounts/users.ts';
import { ApiError } from '../errors.ts';
import type { Caller, Handler } from '../operations.ts';

type User = components['schemas']['User'];
type GetUser = Caller & { path: { user_id: number }; session: Session };

/** One's own record whole, another's public part. */
async function getUser({ path: { user_id }, session, app, appId, services: { store } }: GetUser): Promise<{ status: 200; body: User }> {
  if (user_id === session.userId) return { status: 200, body: toCurrentUser(session.record, session.platform) };
  const user = await loadPublicUser(store, app, appId, user_id);
  if (!user) throw new ApiError('user_not_found');
  return { status: 200, body: user };
}

const updateUser: Handler<'updateUser'> = async ({ body, session: { userId, platform }, appId, services }) => {
  await changeUser(services, appId, userId, body);
  return { status: 200, body: await loadCurrentUser(services.store, appId, userId, platform) };
};

const listUsers: Handler<'listUsers'> = async ({ query = {}, app, appId, services: { store } }) => {
  const { limit = 20, offset = 0, where, order_by, return_total_count } = query;
  const counted = return_total_count === 1;
  const { users, more, total } = await list(store, app, appId, { limit, offset, where, orderBy: order_by, counted });
  const pageAt = (start: number) => {
    const same = { ...(order_by && { order_by }), ...(where && { where }), ...(counted && { return_total_count: '1' }) };
    return `${operationTable.listUsers.path}?${new URLSearchParams({ limit: String(limit), offset: String(start), ...same })}`;
  };
  const meta = {
    limit,
    offset,
    next: more ? pageAt(offset + limit) : null,
    previous: offset > 0 ? pageAt(Math.max(0, offset - limit)) : null,
    ...(total !== undefined && { total_count: total }),
  };
  return { status: 200, body: { meta, objects: users } };
};

export const userOperations = {
  getUser,
  updateUser,
  listUsers,
};
