import type { TenantRows } from '../store/tenant.ts';

/** Deletes the deliveries of events about a user that are over. Those that are still to be sent hold ids and flags alone, and go once sent. */
export async function deleteSettled({ id, store }: TenantRows, userId: number): Promise<void> {
  await store
    .deleteFrom('webhook_deliveries')
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .where('state', '!=', 'pending')
    .execute();
}
