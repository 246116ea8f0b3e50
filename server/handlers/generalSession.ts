import type { components } from '../../generated/types.ts';
import { openSession } from '../accounts/sessions.ts';
import { loadCurrentUser } from '../accounts/users.ts';
import type { LoginMethod } from '../apps.ts';
import type { Caller } from '../operations.ts';

/** Opens a session that belongs to no platform, and answers it with the user's fields beside it. */
export async function openGeneralSession(
  { appId, services }: Caller,
  userId: number,
  method: LoginMethod,
): Promise<{ status: 201; body: components['schemas']['Session'] }> {
  const user = await loadCurrentUser(services.store, appId, userId, null);
  const session = await openSession(services, appId, userId, null);
  services.audit.note(appId, { event: 'login', userId, method });
  return { status: 201, body: { ...user, ...session } };
}
