import type { Sealing } from '../crypto/vault.ts';
import type { IdentityRow, UserRow } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import type { Account } from './account.ts';

/** Seconds for which a merge can be undone, after which its snapshot is deleted. */
export const undoWindow = 7 * 86_400;

/** State before and after a merge, to undo it. */
export interface Snapshot {
  /** The two accounts as they were. */
  mine: Account;
  theirs: Account;
  /** Identities that were not chosen. */
  dropped: IdentityRow[];
  /** The survivor, right after the merge. */
  after: UserRow;
}

/** The vault's context of a sealed snapshot. */
export const snapshotContext = (tenantId: string, mergedId: number) => `${tenantId}/merge/${mergedId}`;

export async function insertSnapshot({ id, store, vault, now }: Transaction & Sealing, snapshot: Snapshot): Promise<void> {
  const { mine, theirs } = snapshot;
  await store
    .insertInto('merges')
    .values({
      tenant_id: id,
      merged_id: theirs.user.id,
      user_id: mine.user.id,
      merged_at: now(),
      snapshot: vault.seal(JSON.stringify(snapshot), snapshotContext(id, theirs.user.id)),
    })
    .execute();
}

/** @throws if the merge is unknown, or too long ago */
export async function readSnapshot(
  { id, store, vault, now }: Transaction & Sealing,
  mergedId: number,
): Promise<{ snapshot: Snapshot; survivorId: number }> {
  const row = await store
    .selectFrom('merges')
    .select(['user_id', 'snapshot'])
    .where('tenant_id', '=', id)
    .where('merged_id', '=', mergedId)
    .where('merged_at', '>', now() - undoWindow)
    .executeTakeFirst();
  if (!row) throw new Error(`user ${mergedId} was not merged in the last ${undoWindow / 86_400} days, so nothing can be undone`);
  return { snapshot: JSON.parse(vault.open(row.snapshot, snapshotContext(id, mergedId))), survivorId: row.user_id };
}
