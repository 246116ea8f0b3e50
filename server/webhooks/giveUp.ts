import { sql } from 'kysely';
import { pause } from '../process/pause.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Store } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { shownFor } from './settle.ts';

/** Maximum queues per query. */
const batchSize = 100;
/** Milliseconds between two batches. */
const batchPause = 50;

/**
 * Parks events whose time is over, without a further attempt: those of an endpoint that has failed for days or is no longer configured.
 *
 * @param at unix seconds
 * @param signal stops after the current queue
 */
export async function giveUpOverdue(services: Omit<Tenant, 'id' | 'endpoints'>, at: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const overdue = await findOverdue(services.store, at);
    for (const queue of overdue) {
      if (signal.aborted) return;
      const parked = await park({ ...services, id: queue.tenant_id, endpoints: [] }, queue, at);
      services.log.error({ tenant: queue.tenant_id, endpoint: queue.endpoint, events: parked }, 'webhook events given up');
    }
    if (overdue.length < batchSize) return;
    await pause(batchPause, signal);
  }
}

interface Queue {
  endpoint: string;
  user_id: number;
}

const findOverdue = (store: Store, at: number) =>
  store
    .selectFrom('webhook_deliveries')
    .select(['tenant_id', 'endpoint', 'user_id'])
    .distinct()
    .where('give_up_at', '<=', at)
    .where('state', '=', sql.lit('pending'))
    .limit(batchSize)
    .execute();

/** @returns the number of parked events */
const park = (tenant: Tenant, { endpoint, user_id }: Queue, at: number): Promise<number> =>
  inTransaction(tenant, async ({ id, store }) => {
    const queue = { tenant_id: id, endpoint, user_id };
    // Locks the queue and ends a lease: the outcome of a running attempt is no longer recorded.
    await store
      .updateTable('webhook_queues')
      .set(({ eb }) => ({ lease: eb('lease', '+', 1), due_at: at }))
      .where((row) => row.and(queue))
      .execute();
    const { numUpdatedRows } = await store
      .updateTable('webhook_deliveries')
      .set(({ fn, val }) => ({
        state: 'parked',
        give_up_at: null,
        expires_at: at + shownFor.parked,
        problem: fn.coalesce('problem', val('never tried')),
      }))
      .where((row) => row.and(queue))
      .where('state', '=', sql.lit('pending'))
      .where('give_up_at', '<=', at)
      .executeTakeFirstOrThrow();
    await store
      .updateTable('webhook_queues')
      .set(({ eb }) => ({ waiting: eb('waiting', '-', Number(numUpdatedRows)) }))
      .where((row) => row.and(queue))
      .execute();
    await store
      .deleteFrom('webhook_queues')
      .where((row) => row.and(queue))
      .where('waiting', '<=', 0)
      .execute();
    return Number(numUpdatedRows);
  });
