import { recordUpdate } from '../accounts/updates.ts';
import { lockUserIfAny, mergedFrom, writeUser } from '../accounts/users.ts';
import { recordActs } from '../audit/entries.ts';
import { discardFile } from '../pictures/avatarFiles.ts';
import type { PlatformApp } from '../platforms/platform.ts';
import type { Transaction } from '../store/tenant.ts';

/** A check that a platform was asked for. */
export interface PictureCheck {
  id: string;
  /** Of the picture. */
  address: string;
}

/** Seconds after which no verdict comes any more: WeChat promises it within half an hour. */
const verdictTimeout = 86_400;

/** Records the check of a picture in the transaction that makes it a user's avatar. */
export async function recordPictureCheck({ id: tenant_id, store, now }: Transaction, user_id: number, check: PictureCheck | undefined) {
  if (!check) return;
  await store
    .insertInto('picture_checks')
    .values({ tenant_id, check_id: check.id, user_id, address: check.address, until: now() + verdictTimeout })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Ends a check. A picture that is refused is no longer its user's, and its file is deleted.
 *
 * @returns false if the check is unknown: of another tenant, not recorded yet, or ended before
 */
export async function endPictureCheck(tx: Transaction, { platform }: PlatformApp, id: string, isRefused: boolean): Promise<boolean> {
  const found = await findCheck(tx, id);
  if (!found) return false;
  const user = await lockUserIfAny(tx, found.user_id);
  // A merge may have given it to another user meanwhile.
  const check = await findCheck(tx, id);
  if (!user || !check || check.user_id !== user.id) return false;
  await tx.store.deleteFrom('picture_checks').where('tenant_id', '=', tx.id).where('check_id', '=', id).execute();
  if (!isRefused) return true;
  // After a merge the file may still be that of the account which went.
  await discardFile(tx, check.address, [user.id, ...mergedFrom(user)]);
  if (user.avatar === check.address) await writeUser(tx, user.id, { avatar: null });
  await recordUpdate(tx, user);
  await recordActs(tx, { event: 'avatar_refused', userId: user.id, method: platform });
  return true;
}

const findCheck = ({ id: tenant, store }: Transaction, id: string) =>
  store
    .selectFrom('picture_checks')
    .select(['user_id', 'address'])
    .where('tenant_id', '=', tenant)
    .where('check_id', '=', id)
    .executeTakeFirst();
