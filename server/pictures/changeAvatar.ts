import { lockSessionUser, type Session } from '../accounts/sessions.ts';
import { type CurrentUser, loadCurrentUser, type SeenThrough, writeUser } from '../accounts/users.ts';
import { recordActs } from '../audit/entries.ts';
import { type PictureCheck, recordPictureCheck } from '../contentChecks/pictureChecks.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Tenant } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { announceFile, newPictureName, useFile } from './avatarFiles.ts';
import type { Picture, PictureStore } from './pictureStore.ts';

/**
 * Stores a picture and makes it the avatar of the session's user.
 *
 * @param requestCheck requests a platform's check of the stored picture, if the app uses one
 * @returns the record after the change
 * @throws store_unavailable; session_invalid if the session has ended meanwhile; the errors of `requestCheck`
 */
export async function changeAvatar(
  tenant: Tenant & SeenThrough,
  pictures: PictureStore,
  session: Session,
  picture: Picture,
  requestCheck: (address: string) => Promise<PictureCheck | undefined>,
): Promise<CurrentUser> {
  const file = newPictureName(picture);
  await announceFile(tenant, session.userId, file, tenant.now());
  await pictures.put(file, picture);
  const check = await requestCheck(pictures.urlOf(file));
  return inTransaction(tenant, async (tx) => {
    const { id } = await lockSessionUser(tx, session);
    await useFile(tx, id, file);
    await writeUser(tx, id, { avatar: pictures.urlOf(file) });
    await recordPictureCheck(tx, id, check);
    await recordActs(tx, { event: 'avatar_changed', userId: id });
    await recordEvents(tx, { type: 'user.updated', data: { user_id: id, changed: ['avatar'] } });
    return loadCurrentUser(tx, id, session.platform);
  });
}
