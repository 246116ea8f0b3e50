import type { TenantRows } from '../store/tenant.ts';

/** Deletes the finished deliveries of events about a user. Pending ones contain only ids and flags, and are deleted once sent. */
export async function deleteSettled({ id, store }: TenantRows, userId: number): Promise<void> {
  await store
    .deleteFrom('webhook_deliveries')
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .where('state', '!=', 'pending')
    .execute();
}
