import type { operations } from '../../generated/types.ts';
import { requirePublicKeys } from '../accounts/fieldSelection.ts';
import type { Session } from '../accounts/sessions.ts';
import type { App } from '../config/apps.ts';
import { ApiError, invalidField } from '../errors.ts';
import type { Tenant } from '../store/tenant.ts';
import type { FoundUsers } from './listing.ts';
import type { UserLists } from './lists.ts';
import { parseOrder, readPosition, writePosition } from './order.ts';
import { parseWhere } from './where.ts';

export type ListQuery = NonNullable<operations['listUsers']['parameters']['query']>;

export interface ListedUsers extends Pick<FoundUsers, 'users' | 'total'> {
  /** The parameters `offset` and `after` of the page that follows. */
  next: { offset: number; after: string } | undefined;
}

/** New users come last, so that paging shows every user once. */
const defaultOrder = 'created_at,id';

/** @throws list_forbidden, session_required or anonymous_forbidden if the app does not let the caller list users */
export function requireLister({ list_users }: App, session: Session | undefined): void {
  if (list_users === 'off') throw new ApiError('list_forbidden');
  if (list_users === 'public') return;
  if (!session) throw new ApiError('session_required');
  if (session.record[0].is_anonymous === 1) throw new ApiError('anonymous_forbidden');
}

/**
 * Lists users of an app, as others see them.
 *
 * @throws request_invalid for a field that is not public; query_too_expensive if the budget is exceeded
 */
export async function listUsers(
  { id: tenantId }: Pick<Tenant, 'id'>,
  userLists: UserLists,
  { public_fields }: App,
  { limit = 20, offset = 0, where = '{}', order_by = defaultOrder, after, keys, expand, return_total_count }: ListQuery,
): Promise<ListedUsers> {
  refuseExpand(expand);
  if (keys !== undefined) requirePublicKeys(keys, public_fields);
  const order = parseOrder(public_fields, order_by);
  const found = await userLists.find({
    tenantId,
    publicFields: public_fields,
    keys,
    where: parseWhere(public_fields, where),
    order,
    limit,
    offset: after === undefined ? offset : 0,
    after: after === undefined ? undefined : readPosition(order, after),
    counted: return_total_count === 1,
  });
  return {
    users: found.users,
    total: found.total,
    next: found.next && { offset: offset + limit, after: writePosition(found.next) },
  };
}

/** @throws request_invalid if `expand` is sent, because the client would mistake an id for the expanded object */
export function refuseExpand(expand: string | undefined): void {
  if (expand !== undefined) throw invalidField('/query/expand', 'is not supported: this server does not expand pointers');
}
