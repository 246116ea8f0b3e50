import { sql } from 'kysely';
import type { EventType } from '../../generated/webhooks.ts';
import { type Placeholders, prepare } from '../store/prepared.ts';
import type { EventEndpoint, Tenant, Transaction } from '../store/tenant.ts';
import { type EarlierId, type EventMessage, earlierIdOf, toMessage, type WebhookEvent } from './events.ts';

/** Seconds for which the delivery of an event is attempted. */
export const triedFor = 3 * 86_400;

/** A transaction. The cleanup's has no `afterCommit`: its events are found by the next poll. */
export type EventTransaction = Tenant & Partial<Pick<Transaction, 'afterCommit'>>;

/** Whether any endpoint wants the events of a type; if not, no data needs to be read for them. */
export const isWanted = ({ endpoints }: Pick<Tenant, 'endpoints'>, type: EventType): boolean =>
  endpoints.some(({ events }) => events.has(type));

/**
 * Writes events for the endpoints that want them, in the transaction that makes the change, so that neither is committed without the
 * other. Nothing is written if none wants them. The events of an imported user have the id in the other system, too, so the user's row must
 * still be there.
 */
export async function recordEvents(tx: EventTransaction, ...events: WebhookEvent[]): Promise<void> {
  for (const event of events) {
    const takers = tx.endpoints.filter(({ events }) => events.has(event.type));
    if (takers.length === 0) continue;
    const message = toMessage(event, tx.now(), await findEarlierId(tx, event));
    for (const endpoint of takers) await enqueue(tx, endpoint, message);
  }
}

const selectEarlierId = prepare((store, { tenantId, id }: Placeholders<{ tenantId: string; id: number }>) =>
  store.selectFrom('users').select(['legacy_id', 'legacy_source']).where('tenant_id', '=', tenantId).where('id', '=', id),
);

async function findEarlierId({ id: tenantId, store }: EventTransaction, { type, data }: WebhookEvent): Promise<EarlierId | undefined> {
  // A user who was created here has none.
  if (type === 'webhook.test' || (type === 'user.created' && !data.restored)) return undefined;
  const [user] = await selectEarlierId(store, { tenantId, id: data.user_id });
  return user && earlierIdOf(user);
}

/** Adds an event to a queue. @returns the delivery's id */
export async function enqueue(tx: EventTransaction, endpoint: EventEndpoint, message: EventMessage): Promise<number> {
  const { eventId, type, userId, body } = message;
  const queue = { tenant_id: tx.id, endpoint: endpoint.name, user_id: userId };
  const now = tx.now();
  // The lock on the queue's row orders the events of a user, regardless of the process that writes them.
  await joinQueue(tx.store, { ...queue, due_at: now });
  const [row] = await insertDelivery(tx.store, {
    ...queue,
    event_id: eventId,
    type,
    body,
    created_at: now,
    give_up_at: now + triedFor,
  });
  tx.afterCommit?.(endpoint.wake);
  if (!row) throw new Error('a delivery has no id');
  return row.id;
}

type QueueKey = { tenant_id: string; endpoint: string; user_id: number };
type NewDelivery = QueueKey & { event_id: string; type: string; body: string; created_at: number; give_up_at: number };

const joinQueue = prepare((store, { tenant_id, endpoint, user_id, due_at }: Placeholders<QueueKey & { due_at: number }>) =>
  store
    .insertInto('webhook_queues')
    .values({ tenant_id, endpoint, user_id, due_at, waiting: sql.lit(1), lease: sql.lit(0) })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'endpoint', 'user_id'])
        .doUpdateSet(({ eb }) => ({ waiting: eb('webhook_queues.waiting', '+', sql.lit(1)) })),
    ),
);

const insertDelivery = prepare((store, delivery: Placeholders<NewDelivery>) =>
  store
    .insertInto('webhook_deliveries')
    .values({
      tenant_id: delivery.tenant_id,
      endpoint: delivery.endpoint,
      event_id: delivery.event_id,
      type: delivery.type,
      user_id: delivery.user_id,
      body: delivery.body,
      created_at: delivery.created_at,
      state: sql.lit('pending'),
      give_up_at: delivery.give_up_at,
    })
    .returning('id'),
);
