import type { components } from '../../generated/types.ts';
import { ApiError } from '../errors.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Tenant } from '../store/tenant.ts';
import { toMessage } from './events.ts';
import { enqueue } from './outbox.ts';

/**
 * Sends a `webhook.test` to an endpoint, regardless of the events it wants.
 *
 * @throws endpoint_not_found
 */
export async function sendTestEvent(tenant: Tenant, name: string): Promise<components['schemas']['TestEvent']> {
  const endpoint = tenant.endpoints.find((each) => each.name === name);
  if (!endpoint) throw new ApiError('endpoint_not_found');
  const message = toMessage({ type: 'webhook.test', data: {} }, tenant.now());
  const delivery_id = await inTransaction(tenant, (tx) => enqueue(tx, endpoint, message));
  return { delivery_id, event_id: message.eventId };
}
