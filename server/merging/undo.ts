import type { Updateable } from 'kysely';
import type { CustomFields } from '../accounts/customFields.ts';
import { profileFields } from '../accounts/profiles.ts';
import { canonicalJson } from '../accounts/sameJson.ts';
import { closeSessions } from '../accounts/sessions.ts';
import { recordUpdate } from '../accounts/updates.ts';
import { isTombstone } from '../accounts/userState.ts';
import { lockUser, lockUserIfAny, mergedFrom, writeUser } from '../accounts/users.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { recordActs } from '../audit/entries.ts';
import type { Sealing } from '../crypto/vault.ts';
import type { ProfileFields } from '../platforms/platform.ts';
import type { ProvableKind, UserRow, UserTable } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { returnAvatars } from './avatars.ts';
import { customField } from './disagreements.ts';
import { lockAccounts } from './locks.ts';
import { returnIdentities } from './returnedIdentities.ts';
import { returnNames } from './returnedNames.ts';
import { readSnapshot, type Snapshot } from './snapshots.ts';
import type { ColumnsOfMerge } from './survivor.ts';

/** The result of an undone merge. */
export interface Undone {
  /** The restored account. */
  restored: number;
  /** The account that it had been merged into. */
  survivor: number;
  /** Fields that were not restored, because they have changed since or belong to another user now. */
  changed_since: string[];
  can_log_in: { restored: boolean; survivor: boolean };
}

/**
 * Undoes a merge: restores the merged account with its identities, names and data, and the survivor as it was before. Ends all sessions of
 * both. Keeps and reports later changes.
 *
 * @throws if the user was not merged in the last seven days, or the survivor no longer exists
 */
export async function undoMerge(tx: Transaction & Sealing, mergedId: number): Promise<Undone> {
  const { survivorId } = await readSnapshot(tx, mergedId);
  await lockAccounts(tx, [mergedId, survivorId]);
  // Again, under the lock.
  const { snapshot } = await readSnapshot(tx, mergedId);
  const [merged, survivor] = [await lockUserIfAny(tx, mergedId), await lockUserIfAny(tx, survivorId)];
  if (merged?.merged_into !== survivorId) throw new Error(`user ${mergedId} is not merged into user ${survivorId}`);
  if (!survivor || isTombstone(survivor)) throw new Error(`user ${survivorId}, into whom user ${mergedId} was merged, no longer exists`);

  const changed: string[] = [];
  await closeSessions(tx, survivorId);
  await returnIdentities(tx, snapshot, survivorId, changed);
  await returnAvatars(tx, snapshot, survivor);
  const names = await returnNames(tx, snapshot, survivor, changed);
  const tombstones = await returnTombstones(tx, snapshot.theirs.user, survivorId);
  const { tenant_id: _tenant, id: _id, created_at: _created, updated_at: _updated, ...before } = snapshot.theirs.user;
  await writeUser(tx, mergedId, { ...before, ...names.restored, merged_from: listOf(tombstones) });
  await writeUser(tx, survivorId, {
    ...earlierColumns(snapshot, survivor, changed),
    ...names.survivor,
    merged_from: listOf(mergedFrom(survivor).filter((id) => id !== mergedId && !tombstones.includes(id))),
  });
  await tx.store.deleteFrom('merges').where('tenant_id', '=', tx.id).where('merged_id', '=', mergedId).execute();
  await recordActs(tx, { event: 'merge_undone', userId: mergedId }, { event: 'merge_undone', userId: survivorId });
  await recordEvents(tx, { type: 'user.created', data: { user_id: mergedId, method: null, restored: true } });
  await recordUpdate(tx, survivor);
  const canEnter = async (id: number) => canLogIn(tx, await lockUser(tx, id));
  return {
    restored: mergedId,
    survivor: survivorId,
    changed_since: [...new Set(changed)],
    can_log_in: { restored: await canEnter(mergedId), survivor: await canEnter(survivorId) },
  };
}

const listOf = (ids: readonly number[]) => (ids.length === 0 ? null : JSON.stringify(ids));

/** Makes tombstones of merges into the restored account point to it again. @returns their ids */
async function returnTombstones({ id, store }: Transaction, restored: UserRow, survivorId: number): Promise<number[]> {
  const earlier = mergedFrom(restored);
  if (earlier.length === 0) return [];
  const rows = await store
    .updateTable('users')
    .set({ merged_into: restored.id })
    .where('tenant_id', '=', id)
    .where('id', 'in', earlier)
    .where('merged_into', '=', survivorId)
    .returning('id')
    .execute();
  const ids = rows.map((row) => row.id);
  await store.updateTable('merges').set({ user_id: restored.id }).where('tenant_id', '=', id).where('merged_id', 'in', earlier).execute();
  return ids;
}

type NameColumn = 'username' | ProvableKind | `${ProvableKind}_${'verified' | 'proved'}`;
type OtherColumn = Exclude<keyof ColumnsOfMerge, keyof ProfileFields | NameColumn | 'fields' | 'merged_from'>;
/** Columns that a merge decides, next to the profile: one that is missing here would stay with the wrong user, and does not compile. */
const otherColumns = { password_hash: true, is_authorized: true } as const satisfies Record<OtherColumn, true>;

/** Columns of the survivor, other than names, as they were before the merge; without those that have changed since. */
function earlierColumns({ mine: { user: before }, after }: Snapshot, survivor: UserRow, changed: string[]): Updateable<UserTable> {
  const columns: Updateable<UserTable> = {};
  for (const name of [...profileFields, ...(Object.keys(otherColumns) as OtherColumn[])]) {
    if (before[name] === after[name]) continue;
    if (survivor[name] === after[name]) Object.assign(columns, { [name]: before[name] });
    else changed.push(name === 'password_hash' ? 'password' : name);
  }
  return { ...columns, fields: JSON.stringify(earlierFields(before, after, survivor, changed)) };
}

function earlierFields(before: UserRow, after: UserRow, survivor: UserRow, changed: string[]): CustomFields {
  const [earlier, merged, present]: CustomFields[] = [before, after, survivor].map(({ fields }) => JSON.parse(fields));
  const fields = new Map(Object.entries(present ?? {}));
  for (const name of new Set([...Object.keys(earlier ?? {}), ...Object.keys(merged ?? {})])) {
    const [a, b, c] = [earlier, merged, present].map((values) => canonicalJson(values?.[name]));
    if (a === b) continue;
    if (b !== c) changed.push(customField(name));
    else if (earlier && Object.hasOwn(earlier, name)) fields.set(name, earlier[name]);
    else fields.delete(name);
  }
  return Object.fromEntries(fields);
}
