import { type Expression, type SqlBool, sql } from 'kysely';
import { isPostgres } from '../store/isPostgres.ts';
import type { Store } from '../store/schema.ts';
import type { Endpoint } from './endpoints.ts';

/** The queues of an endpoint. */
export type QueueOwner = Pick<Endpoint, 'tenantId' | 'name'>;

/** The first event of a user's queue, which only this process may send until the lease ends. */
export interface Claimed {
  id: number;
  eventId: string;
  type: string;
  userId: number;
  body: string;
  /** So far. */
  attempts: number;
  giveUpAt: number;
  lease: number;
}

interface Claim {
  /** Unix seconds. */
  now: number;
  /** Seconds. */
  lease: number;
  /** Maximum number of queues. */
  limit: number;
}

/** Leases the first event of each queue that is due, the longest due first. */
export async function claimDue(store: Store, owner: QueueOwner, { now, lease, limit }: Claim): Promise<Claimed[]> {
  // On SQLite an update waits for the one writer, also if it finds nothing.
  if (!isPostgres(store) && !(await isAnyDue(store, owner, now))) return [];
  const leased = await leaseQueues(store, owner, { now, lease, limit });
  if (leased.length === 0) return [];
  const leases = new Map(leased.map(({ user_id, lease }) => [user_id, lease]));
  const rows = await findFirst(store, owner, [...leases.keys()]);
  // A queue of nothing, which no code makes.
  const found = new Set(rows.map(({ user_id }) => user_id));
  const empty = [...leases.keys()].filter((userId) => !found.has(userId));
  await deleteQueues(store, owner, empty);
  return rows.map(({ id, event_id, type, user_id, body, attempts, give_up_at }) => ({
    id,
    eventId: event_id,
    type,
    userId: user_id,
    body,
    attempts,
    giveUpAt: give_up_at ?? now,
    lease: leases.get(user_id) ?? 0,
  }));
}

export async function deleteQueues(store: Store, { tenantId, name }: QueueOwner, userIds: readonly number[]): Promise<void> {
  if (userIds.length === 0) return;
  await store
    .deleteFrom('webhook_queues')
    .where('tenant_id', '=', tenantId)
    .where('endpoint', '=', name)
    .where('user_id', 'in', userIds)
    .execute();
}

async function isAnyDue(store: Store, { tenantId, name }: QueueOwner, now: number): Promise<boolean> {
  const due = await store
    .selectFrom('webhook_queues')
    .select('user_id')
    .where('tenant_id', '=', tenantId)
    .where('endpoint', '=', name)
    .where('due_at', '<=', now)
    .limit(1)
    .executeTakeFirst();
  return due !== undefined;
}

async function leaseQueues(store: Store, { tenantId, name }: QueueOwner, { now, lease, limit }: Claim) {
  const due = store
    .selectFrom('webhook_queues')
    .select('user_id')
    .where('tenant_id', '=', tenantId)
    .where('endpoint', '=', name)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit);
  // An array is computed once; a subquery, perhaps for every row.
  const isDue: Expression<SqlBool> = isPostgres(store)
    ? sql<SqlBool>`user_id = any(array(${due.forUpdate().skipLocked()}))`
    : sql<SqlBool>`user_id in ${due}`;
  return store
    .updateTable('webhook_queues')
    .set(({ eb }) => ({ due_at: now + lease, lease: eb('lease', '+', 1) }))
    .where('tenant_id', '=', tenantId)
    .where('endpoint', '=', name)
    .where(isDue)
    .returning(['user_id', 'lease'])
    .execute();
}

/** The oldest pending delivery of each of the queues. */
const findFirst = (store: Store, { tenantId, name }: QueueOwner, userIds: readonly number[]) =>
  store
    .selectFrom('webhook_deliveries')
    .select(['id', 'event_id', 'type', 'user_id', 'body', 'attempts', 'give_up_at'])
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('webhook_queues as queue')
        .select((of) =>
          of
            .selectFrom('webhook_deliveries as first')
            .select(({ fn }) => fn.min('first.id').as('id'))
            .where('first.tenant_id', '=', tenantId)
            .where('first.endpoint', '=', name)
            .whereRef('first.user_id', '=', 'queue.user_id')
            .where('first.state', '=', sql.lit('pending'))
            .as('id'),
        )
        .where('queue.tenant_id', '=', tenantId)
        .where('queue.endpoint', '=', name)
        .where('queue.user_id', 'in', userIds),
    )
    .execute();
