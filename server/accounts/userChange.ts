import type { components } from '../../generated/types.ts';
import type { Services } from '../services.ts';
import { changeCustomFields } from './customFields.ts';
import { lockSessionUser, type Session } from './sessions.ts';
import { type CurrentUser, loadCurrentUser, writeUser } from './users.ts';

type UserChange = components['schemas']['UpdateUser'];

/**
 * Writes a user's profile fields and custom fields: all of them, or none.
 *
 * @returns the record after it
 * @throws request_invalid for custom fields past what the contract allows; session_invalid when the session has ended meanwhile
 */
export async function changeUser(services: Services, appId: string, session: Session, change: UserChange): Promise<CurrentUser> {
  const { nickname, avatar, gender, language, city, province, country, $unset = {}, ...custom } = change;
  return services.store.transaction().execute(async (transaction) => {
    const { id, fields: present } = await lockSessionUser({ ...services, store: transaction }, appId, session);
    const fields = JSON.stringify(changeCustomFields(JSON.parse(present), custom, Object.keys($unset)));
    await writeUser(transaction, { app_id: appId, id }, { nickname, avatar, gender, language, city, province, country, fields });
    return loadCurrentUser(transaction, appId, id, session.platform);
  });
}
