import { hash, randomBytes } from 'node:crypto';
import type { Store } from '../store/schema.ts';
import type { TenantRows, Transaction } from '../store/tenant.ts';
import type { Picture, PictureStore } from './pictureStore.ts';

/** Seconds after which an unfinished upload counts as unused. */
const uploadTime = 600;

/**
 * A name for a picture: a digest of its bytes and a salt. Two uploads never share a file, so one can be deleted with its user at once, and
 * the address does not reveal which users have a known picture (decision 18).
 */
export const newPictureName = ({ bytes, extension }: Picture): string =>
  `${hash('sha256', Buffer.concat([randomBytes(32), bytes]), 'hex')}.${extension}`;

/** Records a file before it is stored, so that it is deleted if the upload is never finished. */
export async function announceFile({ id: tenant_id, store }: TenantRows, owner_id: number, file: string, now: number): Promise<void> {
  await store
    .insertInto('avatar_files')
    .values({ tenant_id, owner_id, file, unused_since: now + uploadTime })
    .execute();
}

/** Makes a stored file its owner's picture, and the previous one unused. The caller has locked the user. */
export async function useFile(tx: Transaction, ownerId: number, file: string): Promise<void> {
  await discardAvatar(tx, ownerId);
  await tx.store.updateTable('avatar_files').set({ unused_since: null }).where('tenant_id', '=', tx.id).where('file', '=', file).execute();
}

/** Marks a user's stored picture as unused, so that it is deleted soon. Every change of `users.avatar` to another address must call it. */
export async function discardAvatar({ id, store, now }: Transaction, ownerId: number): Promise<void> {
  await store
    .updateTable('avatar_files')
    .set({ unused_since: now() })
    .where('tenant_id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('unused_since', 'is', null)
    .execute();
}

/** Makes the stored picture at an address unused, if it is one of these users' own: anyone can type the address of another's. */
export async function discardFile({ id, store, now }: Transaction, address: string, ownerIds: readonly number[]): Promise<void> {
  await store
    .updateTable('avatar_files')
    .set({ unused_since: now() })
    .where('tenant_id', '=', id)
    .where('file', '=', address.slice(address.lastIndexOf('/') + 1))
    .where('owner_id', 'in', ownerIds)
    .execute();
}

/** Maximum files per query. */
const batchSize = 100;

/**
 * Deletes unused files from the store of pictures, and then their rows. Any number of processes may do so at once; a file whose deletion
 * fails is tried again by the next call.
 *
 * @param now unix seconds
 * @param signal stops after the current file
 */
export async function removeUnusedFiles(store: Store, pictures: PictureStore, now: number, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const unused = await store
      .selectFrom('avatar_files')
      .select(['tenant_id', 'file'])
      .where('unused_since', '<=', now)
      .orderBy('unused_since')
      .limit(batchSize)
      .execute();
    for (const { tenant_id, file } of unused) {
      if (signal?.aborted) return;
      await pictures.delete(file);
      await store.deleteFrom('avatar_files').where('tenant_id', '=', tenant_id).where('file', '=', file).execute();
    }
    if (unused.length < batchSize) return;
  }
}
