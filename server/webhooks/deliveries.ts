import type { components } from '../../generated/types.ts';
import type { DeliveryState } from '../store/schema.ts';
import type { TenantRows } from '../store/tenant.ts';

export type Delivery = components['schemas']['Delivery'];

/** Conditions on deliveries, all of which must match. */
export interface DeliveryFilter {
  endpoint?: string | undefined;
  state?: DeliveryState | undefined;
  type?: string | undefined;
  user_id?: number | undefined;
  /** Unix seconds. */
  since?: number | undefined;
  /** Unix seconds, exclusive. */
  until?: number | undefined;
}

/**
 * Lists deliveries, the latest first.
 *
 * @param after the last delivery of the previous page
 */
export async function listDeliveries(
  { id, store }: TenantRows,
  filter: DeliveryFilter,
  { limit, after }: { limit: number; after?: number | undefined },
): Promise<{ objects: Delivery[]; next: number | null }> {
  let query = matching(store, id, filter);
  if (after !== undefined) query = query.where('id', '<', after);
  const rows = await query
    .select(['id', 'endpoint', 'event_id', 'type', 'user_id', 'state', 'created_at', 'attempts', 'attempted_at', 'http_status', 'problem'])
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const objects = rows.slice(0, limit).map(({ user_id, ...row }) => ({ ...row, user_id: user_id === 0 ? null : user_id }));
  return { objects, next: rows.length > limit ? (objects.at(-1)?.id ?? null) : null };
}

export function matching(store: TenantRows['store'], tenantId: string, { endpoint, state, type, user_id, since, until }: DeliveryFilter) {
  let query = store.selectFrom('webhook_deliveries').where('tenant_id', '=', tenantId);
  if (endpoint !== undefined) query = query.where('endpoint', '=', endpoint);
  if (state !== undefined) query = query.where('state', '=', state);
  if (type !== undefined) query = query.where('type', '=', type);
  if (user_id !== undefined) query = query.where('user_id', '=', user_id);
  if (since !== undefined) query = query.where('created_at', '>=', since);
  if (until !== undefined) query = query.where('created_at', '<', until);
  return query;
}
