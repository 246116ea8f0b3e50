import { operationTable } from '../../generated/operations.ts';
import type { components, operations } from '../../generated/types.ts';
import { requireKnownKeys, selectFields } from '../accounts/fieldSelection.ts';
import type { Session } from '../accounts/sessions.ts';
import { changeUser } from '../accounts/userChange.ts';
import { loadPublicUser, mergedFrom, toCurrentUser } from '../accounts/users.ts';
import { ApiError } from '../errors.ts';
import type { Handler, RequestContext } from '../operations.ts';
import { removeUnusedFiles } from '../pictures/avatarFiles.ts';
import { changeAvatar } from '../pictures/changeAvatar.ts';
import { normalisePicture } from '../pictures/normalisePicture.ts';
import { listUsers as list, refuseExpand, requireLister } from '../userLists/listUsers.ts';
import { checkContent } from './contentCheck.ts';

type User = components['schemas']['User'];
type GetUser = RequestContext & {
  path: { user_id: number };
  query?: operations['getUser']['parameters']['query'];
  session: Session;
};

/** Returns the full record to its owner and public fields to others, reduced to `keys`. */
async function getUser({ path, query, session, app, tenant }: GetUser): Promise<{ status: 200; body: User }> {
  const { keys, expand } = query ?? {};
  refuseExpand(expand);
  if (keys !== undefined) requireKnownKeys(keys);
  const isOwn = path.user_id === session.userId || mergedFrom(session.record[0]).includes(path.user_id);
  const user = isOwn
    ? toCurrentUser(session.record, session.platform, tenant.platformApps)
    : await loadPublicUser(tenant, app, path.user_id);
  if (!user) throw new ApiError('user_not_found');
  return { status: 200, body: keys === undefined ? user : selectFields(user, keys) };
}

const updateUser: Handler<'updateUser'> = async ({ body, session, ...context }) => {
  const check = await checkContent(context, session, body);
  return { status: 200, body: await changeUser(context.tenant, session, body, check) };
};

/** Anonymous users cost nothing to create, and could fill the store with pictures. */
const updateAvatar: Handler<'updateAvatar'> = async ({ body, session, ...context }) => {
  const { tenant, services } = context;
  const { store, pictures, background, log, now } = services;
  if (session.record[0].is_anonymous === 1) throw new ApiError('anonymous_forbidden');
  const picture = await normalisePicture(await body.read());
  const user = await changeAvatar(tenant, pictures, session, picture, (avatar) => checkContent(context, session, { avatar }));
  background.run(() => removeUnusedFiles(store, pictures, now()), log);
  return { status: 200, body: user };
};

const listUsers: Handler<'listUsers'> = async ({ query = {}, session, app, tenant, services }) => {
  requireLister(app, session);
  const { limit = 20, offset = 0, after, ...otherParameters } = query;
  const { users, next, total } = await list(tenant, services.userLists, app, query);
  const pageAt = (position: { offset: number; after?: string }) => {
    const parameters = Object.entries({ limit, ...position, ...otherParameters }).flatMap(([name, value]) =>
      value ? [[name, String(value)] as const] : [],
    );
    return `${operationTable.listUsers.path}?${new URLSearchParams(Object.fromEntries(parameters))}`;
  };
  const meta = {
    limit,
    offset,
    next: next ? pageAt(next) : null,
    previous: offset > 0 ? pageAt({ offset: Math.max(0, offset - limit) }) : null,
    ...(total !== undefined && { total_count: total }),
  };
  return { status: 200, body: { meta, objects: users } };
};

export const userOperations = {
  getUser,
  updateUser,
  updateAvatar,
  listUsers,
};
