import type { IdentityRow } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { identityField } from './disagreements.ts';
import type { Snapshot } from './snapshots.ts';

/**
 * Gives back identities that are still where the merge put them, and dropped ones that no user has now.
 *
 * @param changed receives those that could not be given back
 */
export async function returnIdentities(
  tx: Transaction,
  { theirs, dropped }: Snapshot,
  survivorId: number,
  changed: string[],
): Promise<void> {
  const isDropped = (row: IdentityRow) =>
    dropped.some((other) => identityField(other) === identityField(row) && other.openid === row.openid);
  for (const row of theirs.identities.filter((row) => !isDropped(row))) {
    if (!(await moveBack(tx, row, survivorId))) changed.push(identityField(row));
  }
  for (const row of dropped) {
    const owned = { ...row, user_id: row.user_id === theirs.user.id ? theirs.user.id : survivorId };
    if (await isFree(tx, owned)) await tx.store.insertInto('identities').values(owned).execute();
    else changed.push(identityField(row));
  }
}

async function moveBack({ id, store }: Transaction, row: IdentityRow, survivorId: number): Promise<boolean> {
  const { numUpdatedRows } = await store
    .updateTable('identities')
    .set({ user_id: row.user_id })
    .where('tenant_id', '=', id)
    .where('platform', '=', row.platform)
    .where('platform_app_id', '=', row.platform_app_id)
    .where('openid', '=', row.openid)
    .where('user_id', '=', survivorId)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Whether no user has an identity, and its user has no other in the same app of the platform. */
async function isFree(
  { id, store }: Transaction,
  { platform, platform_app_id, openid, former_openid, user_id }: IdentityRow,
): Promise<boolean> {
  const row = await store
    .selectFrom('identities')
    .select('openid')
    .where('tenant_id', '=', id)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', platform_app_id)
    .where(({ or, eb }) => or([eb('openid', '=', openid), eb('former_openid', '=', former_openid), eb('user_id', '=', user_id)]))
    .limit(1)
    .executeTakeFirst();
  return row === undefined;
}
