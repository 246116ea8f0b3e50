import type { components } from '../../generated/types.ts';
import { type PictureCheck, recordPictureCheck } from '../contentChecks/pictureChecks.ts';
import { discardAvatar } from '../pictures/avatarFiles.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Tenant } from '../store/tenant.ts';
import { changeCustomFields } from './customFields.ts';
import { lockSessionUser, type Session } from './sessions.ts';
import { recordUpdate } from './updates.ts';
import { type CurrentUser, loadCurrentUser, type SeenThrough, writeUser } from './users.ts';

type UserChange = components['schemas']['UpdateUser'];

/**
 * Writes a user's profile fields and custom fields, all of them or none.
 *
 * @param check of the new picture, if a platform checks it
 * @returns the record after the change
 * @throws request_invalid for custom fields that exceed the contract's limits; session_invalid if the session has ended meanwhile
 */
export async function changeUser(
  tenant: Tenant & SeenThrough,
  session: Session,
  change: UserChange,
  check?: PictureCheck,
): Promise<CurrentUser> {
  const { nickname, avatar, gender, language, city, province, country, $unset = {}, ...custom } = change;
  return inTransaction(tenant, async (tx) => {
    const user = await lockSessionUser(tx, session);
    const { id } = user;
    const fields = JSON.stringify(changeCustomFields(JSON.parse(user.fields), custom, Object.keys($unset)));
    if (avatar !== undefined) await discardAvatar(tx, id);
    await writeUser(tx, id, { nickname, avatar, gender, language, city, province, country, fields });
    await recordPictureCheck(tx, id, check);
    await recordUpdate(tx, user);
    return loadCurrentUser(tx, id, session.platform);
  });
}
