import { closeNext } from '../accounts/closing.ts';
import type { Store } from '../store/schema.ts';
import type { CleanupServices } from './cleanup.ts';
import { pause } from './pause.ts';

/** Seconds between closing an account and erasing its audit entries: the last ones may still be queued (audit/trail.ts). */
const trailPause = 60;
/** Maximum accounts per query. */
const batchSize = 20;
/** Milliseconds between two batches. */
const batchPause = 50;

/**
 * Closes the accounts of all tenants whose closing is due. Any number of processes may do so at once: each account is closed in a
 * transaction that locks it.
 *
 * @param at unix seconds
 * @param signal stops after the current account
 */
export async function closeDueAccounts(services: CleanupServices, at: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = await findDue(services.store, at);
    if (due.length === 0) return;
    for (const { tenant_id, id } of due) {
      if (signal.aborted) return;
      await closeNext({ ...services, id: tenant_id, endpoints: services.endpoints.of(tenant_id) }, id, at);
    }
    await pause(batchPause, signal);
  }
}

const findDue = (store: Store, at: number) =>
  store
    .selectFrom('users')
    .select(['tenant_id', 'id'])
    .where('closing_at', '<=', at)
    .where(({ or, eb }) => or([eb('state', '!=', 'closed'), eb('updated_at', '<=', at - trailPause)]))
    .orderBy('closing_at')
    .limit(batchSize)
    .execute();
