import { closeSessions, type Session } from '../accounts/sessions.ts';
import { mergedFrom, writeUser } from '../accounts/users.ts';
import { recordActs } from '../audit/entries.ts';
import { type IdentityRow, type LoginNameKind, loginNameKinds } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { moveAvatar } from './avatars.ts';
import { identityField, type Side } from './disagreements.ts';
import { survivorColumns, tombstoneColumns } from './survivor.ts';
import type { Parties } from './tickets.ts';

/** The ids of the survivor and of the merged account. */
interface Ids {
  to: number;
  from: number;
}

/**
 * Moves all data of an account to the session's user, and leaves a tombstone. The caller has locked both.
 *
 * @throws merge_too_large
 */
export async function moveAccount(tx: Transaction, session: Session, parties: Parties, sides: ReadonlyMap<string, Side>): Promise<void> {
  const { mine, theirs } = parties;
  const ids = { to: mine.user.id, from: theirs.user.id };
  const columns = survivorColumns(parties, sides);
  await closeSessions(tx, ids.from);
  for (const kind of loginNameKinds) await moveName(tx, ids, kind, sides.get(kind) ?? 'mine');
  await moveIdentities(tx, session, ids, droppedIdentities(parties, sides));
  await moveAvatar(tx, ids, sides.get('avatar') ?? 'mine');
  await tx.store
    .updateTable('picture_checks')
    .set({ user_id: ids.to })
    .where('tenant_id', '=', tx.id)
    .where('user_id', '=', ids.from)
    .execute();
  await deleteMailedLinks(tx, ids);
  await redirectTombstones(tx, ids, mergedFrom(theirs.user));
  await writeUser(tx, ids.from, tombstoneColumns(ids.to));
  await writeUser(tx, ids.to, columns);
}

/** Gives the chosen name and claim of one kind to the survivor, and deletes the others. */
async function moveName({ id, store }: Transaction, { to, from }: Ids, kind: LoginNameKind, side: Side): Promise<void> {
  for (const table of ['login_names', 'login_claims'] as const) {
    if (table === 'login_claims' && kind === 'username') continue;
    await store
      .deleteFrom(table)
      .where('tenant_id', '=', id)
      .where('user_id', '=', side === 'theirs' ? to : from)
      .where('kind', '=', kind)
      .execute();
    if (side === 'mine') continue;
    await store
      .updateTable(table)
      .set({ user_id: to })
      .where('tenant_id', '=', id)
      .where('user_id', '=', from)
      .where('kind', '=', kind)
      .execute();
  }
}

/** The identities that are not chosen, if both accounts have one in the same platform app. */
export function droppedIdentities({ mine, theirs }: Parties, sides: ReadonlyMap<string, Side>): IdentityRow[] {
  const isDropped = (own: Side) => (row: IdentityRow) => (sides.get(identityField(row)) ?? own) !== own;
  return [...mine.identities.filter(isDropped('mine')), ...theirs.identities.filter(isDropped('theirs'))];
}

async function moveIdentities(tx: Transaction, session: Session, { to, from }: Ids, dropped: readonly IdentityRow[]): Promise<void> {
  for (const { platform, platform_app_id, openid, user_id } of dropped) {
    await tx.store
      .deleteFrom('identities')
      .where('tenant_id', '=', tx.id)
      .where('platform', '=', platform)
      .where('platform_app_id', '=', platform_app_id)
      .where('openid', '=', openid)
      .execute();
    if (user_id === to) await closeSessions(tx, to, { platform, except: session });
    await recordActs(tx, { event: 'identity_unlinked', userId: user_id, method: platform });
    await recordEvents(tx, { type: 'user.unlinked', data: { user_id, platform, app_id: platform_app_id } });
  }
  await tx.store.updateTable('identities').set({ user_id: to }).where('tenant_id', '=', tx.id).where('user_id', '=', from).execute();
}

/** Deletes links that were mailed before the merge, because both accounts have changed since. */
async function deleteMailedLinks({ id, store }: Transaction, { to, from }: Ids): Promise<void> {
  await store.deleteFrom('mail_links').where('tenant_id', '=', id).where('user_id', 'in', [to, from]).execute();
}

/** Makes tombstones of earlier merges point to the survivor, so that no lookup follows more than one pointer. */
async function redirectTombstones({ id, store }: Transaction, { to, from }: Ids, earlier: readonly number[]): Promise<void> {
  if (earlier.length === 0) return;
  await store
    .updateTable('users')
    .set({ merged_into: to })
    .where('tenant_id', '=', id)
    .where('id', 'in', earlier)
    .where('merged_into', '=', from)
    .execute();
  await store.updateTable('merges').set({ user_id: to }).where('tenant_id', '=', id).where('user_id', '=', from).execute();
}
