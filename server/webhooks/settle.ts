import { inTransaction } from '../store/inTransaction.ts';
import type { Store } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { type Claimed, deleteQueues, type QueueOwner } from './queue.ts';

const day = 86_400;
/** Seconds for which a finished delivery is kept. */
export const shownFor = { delivered: 7 * day, parked: 30 * day };

/** The outcome of an attempt. */
export interface Outcome {
  claimed: Claimed;
  /** Unix seconds. */
  at: number;
  /** Undefined if there was no answer. */
  status: number | undefined;
  /** Undefined if the event was received. */
  problem: string | undefined;
  /** Unix seconds of the next attempt; undefined if there is none. */
  retryAt: number | undefined;
}

/**
 * Records the outcomes of attempts, each unless its lease has passed to another process. A queue whose first event is finished continues
 * with the next one at once.
 */
export async function settle(tenant: Tenant, owner: QueueOwner, outcomes: readonly Outcome[]): Promise<void> {
  const over = outcomes.filter(({ retryAt }) => retryAt === undefined);
  const failed = outcomes.filter(({ retryAt }) => retryAt !== undefined);
  await inTransaction(tenant, async (tx) => {
    const ours = await continueQueues(tx.store, owner, over, tx.now());
    for (const [, group] of Map.groupBy(
      over.filter(({ claimed }) => ours.has(claimed.userId)),
      ({ status, problem }) => JSON.stringify([status, problem]),
    )) {
      const [{ status, problem, at }] = group as [Outcome];
      const state = problem === undefined ? 'delivered' : 'parked';
      await tx.store
        .updateTable('webhook_deliveries')
        .set(({ eb }) => ({
          state,
          give_up_at: null,
          expires_at: tx.now() + shownFor[state],
          attempts: eb('attempts', '+', 1),
          attempted_at: at,
          http_status: status ?? null,
          problem: problem ?? null,
        }))
        .where('tenant_id', '=', tx.id)
        .where(
          'id',
          'in',
          group.map(({ claimed }) => claimed.id),
        )
        .execute();
    }
    for (const outcome of failed) await postpone(tx.store, owner, outcome);
  });
}

/** Removes one event from each queue whose lease this process still has. @returns the users of these queues */
async function continueQueues(store: Store, owner: QueueOwner, over: readonly Outcome[], now: number): Promise<Set<number>> {
  if (over.length === 0) return new Set();
  const rows = await store
    .updateTable('webhook_queues')
    .set(({ eb }) => ({ waiting: eb('waiting', '-', 1), due_at: now }))
    .where('tenant_id', '=', owner.tenantId)
    .where('endpoint', '=', owner.name)
    .where(({ eb, or, and }) =>
      or(over.map(({ claimed: { userId, lease } }) => and([eb('user_id', '=', userId), eb('lease', '=', lease)]))),
    )
    .returning(['user_id', 'waiting'])
    .execute();
  const done = rows.filter(({ waiting }) => waiting <= 0).map(({ user_id }) => user_id);
  await deleteQueues(store, owner, done);
  return new Set(rows.map(({ user_id }) => user_id));
}

async function postpone(store: Store, { tenantId, name }: QueueOwner, { claimed, at, status, problem, retryAt }: Outcome): Promise<void> {
  const { numUpdatedRows } = await store
    .updateTable('webhook_queues')
    .set({ due_at: retryAt ?? at })
    .where('tenant_id', '=', tenantId)
    .where('endpoint', '=', name)
    .where('user_id', '=', claimed.userId)
    .where('lease', '=', claimed.lease)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return;
  await store
    .updateTable('webhook_deliveries')
    .set(({ eb }) => ({
      attempts: eb('attempts', '+', 1),
      attempted_at: at,
      ...(status !== undefined && { http_status: status }),
      problem: problem ?? null,
    }))
    .where('tenant_id', '=', tenantId)
    .where('id', '=', claimed.id)
    .execute();
}
