import type { UserRow } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import type { Side } from './disagreements.ts';
import { type Snapshot, undoWindow } from './snapshots.ts';

/** Gives the chosen avatar's file to the survivor. The other file is deleted once the merge can no longer be undone. */
export async function moveAvatar({ id, store, now }: Transaction, { to, from }: { to: number; from: number }, side: Side): Promise<void> {
  const inUse = store.updateTable('avatar_files').where('tenant_id', '=', id).where('unused_since', 'is', null);
  await inUse
    .set({ unused_since: now() + undoWindow })
    .where('owner_id', '=', side === 'theirs' ? to : from)
    .execute();
  if (side === 'theirs') await inUse.set({ owner_id: to }).where('owner_id', '=', from).execute();
}

/** Gives both accounts of a merge the files of their avatars back; the survivor only if its avatar has not changed since. */
export async function returnAvatars(tx: Transaction, { mine, theirs, after }: Snapshot, survivor: UserRow): Promise<void> {
  const files = [{ owner: theirs.user.id, avatar: theirs.user.avatar }];
  if (survivor.avatar === after.avatar) files.push({ owner: survivor.id, avatar: mine.user.avatar });
  for (const { owner, avatar } of files) {
    const file = avatar?.split('/').at(-1);
    if (file === undefined) continue;
    await tx.store
      .updateTable('avatar_files')
      .set({ owner_id: owner, unused_since: null })
      .where('tenant_id', '=', tx.id)
      .where('file', '=', file)
      .where('owner_id', 'in', [theirs.user.id, mine.user.id, survivor.id])
      .execute();
  }
}
