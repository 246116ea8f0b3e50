import { inTransaction } from '../store/inTransaction.ts';
import type { Tenant } from '../store/tenant.ts';
import { type DeliveryFilter, matching } from './deliveries.ts';
import { triedFor } from './outbox.ts';

/** Deliveries of one request. */
const most = 1000;

export interface ReplayFilter extends DeliveryFilter {
  state?: 'delivered' | 'parked' | undefined;
  delivery_ids?: readonly number[] | undefined;
}

/**
 * Puts events back into their queues, the oldest first. Pending ones are left unchanged.
 *
 * @param after the last delivery of the previous request
 * @returns the number, and the last one if there may be more
 */
export async function replayDeliveries(
  tenant: Tenant,
  { delivery_ids, ...filter }: ReplayFilter,
  after?: number,
): Promise<{ replayed: number; next: number | null }> {
  const found = await inTransaction(tenant, async (tx) => {
    let query = matching(tx.store, tx.id, filter).where('state', '!=', 'pending');
    if (delivery_ids !== undefined) query = query.where('id', 'in', delivery_ids);
    if (after !== undefined) query = query.where('id', '>', after);
    const rows = await query.select(['id', 'endpoint', 'user_id']).orderBy('id').limit(most).execute();
    const queues = Map.groupBy(rows, ({ endpoint, user_id }) => JSON.stringify([endpoint, user_id]));
    for (const [, group] of [...queues].toSorted(([a], [b]) => (a < b ? -1 : 1))) await requeue(tx, group);
    return rows;
  });
  for (const { wake } of tenant.endpoints) wake();
  return { replayed: found.length, next: found.length === most ? (found.at(-1)?.id ?? null) : null };
}

/** @param group deliveries of one queue */
async function requeue({ id: tenant_id, store, now }: Tenant, group: { id: number; endpoint: string; user_id: number }[]): Promise<void> {
  const [{ endpoint, user_id }] = group as [(typeof group)[number]];
  // Locks the queue before its deliveries, as every change of them does.
  const queue = { tenant_id, endpoint, user_id, due_at: now(), waiting: 0, lease: 0 };
  await store
    .insertInto('webhook_queues')
    .values(queue)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'endpoint', 'user_id']).doUpdateSet({ due_at: now() }))
    .execute();
  const ids = group.map(({ id }) => id);
  const { numUpdatedRows } = await store
    .updateTable('webhook_deliveries')
    .set({ state: 'pending', give_up_at: now() + triedFor, expires_at: null, attempts: 0, problem: null })
    .where('tenant_id', '=', tenant_id)
    .where('id', 'in', ids)
    .where('state', '!=', 'pending')
    .executeTakeFirstOrThrow();
  await store
    .updateTable('webhook_queues')
    .set(({ eb }) => ({ waiting: eb('waiting', '+', Number(numUpdatedRows)) }))
    .where('tenant_id', '=', tenant_id)
    .where('endpoint', '=', endpoint)
    .where('user_id', '=', user_id)
    .execute();
}
