import type { components } from '../../generated/types.ts';
import { openSession } from '../accounts/sessions.ts';
import { loadCurrentUser } from '../accounts/users.ts';
import type { Caller } from '../operations.ts';

/** Opens a session that belongs to no platform, and answers it with the user's fields beside it. */
export async function openGeneralSession(
  { appId, services }: Caller,
  userId: number,
): Promise<{ status: 201; body: components['schemas']['Session'] }> {
  const user = await loadCurrentUser(services.store, appId, userId, null);
  return { status: 201, body: { ...user, ...(await openSession(services, appId, userId, null)) } };
}
