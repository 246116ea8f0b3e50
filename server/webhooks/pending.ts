import type { PendingEvents } from '../observe/metrics.ts';
import type { Store } from '../store/schema.ts';
import type { Endpoint } from './endpoints.ts';

/** Maximum number of counted queues: an endpoint that has been down for days may have one for every user. */
const mostQueues = 10_000;

/** Counts the pending events of each endpoint. An endpoint is left out if the store fails. */
export async function countPending(store: Store, endpoints: readonly Endpoint[]): Promise<PendingEvents[]> {
  const counts = await Promise.allSettled(endpoints.map((endpoint) => countOf(store, endpoint)));
  return counts.flatMap((count) => (count.status === 'fulfilled' ? [count.value] : []));
}

async function countOf(store: Store, { tenantId, name }: Endpoint): Promise<PendingEvents> {
  const { pending } = await store
    .selectFrom((eb) =>
      eb
        .selectFrom('webhook_queues')
        .select('waiting')
        .where('tenant_id', '=', tenantId)
        .where('endpoint', '=', name)
        .limit(mostQueues)
        .as('queues'),
    )
    .select(({ fn }) => fn.sum<number | null>('waiting').as('pending'))
    .executeTakeFirstOrThrow();
  return { tenant: tenantId, endpoint: name, pending: Number(pending ?? 0) };
}
