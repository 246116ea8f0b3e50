import type { components } from '../../generated/types.ts';
import { type OpenedSession, openSession } from '../accounts/sessions.ts';
import { loadCurrentUser, toCurrentUser } from '../accounts/users.ts';
import type { LoginMethod } from '../config/apps.ts';
import type { Caller } from '../operations.ts';
import type { Services } from '../services.ts';

type SessionAnswer = { status: 201; body: components['schemas']['Session'] };

/** Opens a session that belongs to no platform, and answers it with the user's fields beside it. */
export async function openGeneralSession(services: Services, appId: string, userId: number): Promise<SessionAnswer> {
  const user = await loadCurrentUser(services.store, appId, userId, null);
  const session = await openSession(services, appId, userId, null);
  return { status: 201, body: { ...user, ...session } };
}

export const answerSession = ({ session, record }: OpenedSession): SessionAnswer => ({
  status: 201,
  body: { ...toCurrentUser(record, null), ...session },
});

/**
 * Logs a user in and notes that.
 *
 * @param open opens the session, with whatever must stand or fall with it
 */
export async function logInGenerally(
  { appId, services }: Caller,
  method: LoginMethod,
  open: () => Promise<SessionAnswer>,
): Promise<SessionAnswer> {
  const answer = await open();
  services.audit.note(appId, { event: 'login', userId: answer.body.id, method });
  return answer;
}
