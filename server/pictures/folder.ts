import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ApiError } from '../errors.ts';
import type { PictureStore } from './pictureStore.ts';

/** Path under which the server serves the pictures of its folder. */
export const picturesPath = '/v1/avatars';

/**
 * Stores pictures in a folder, which is created with the first picture. All processes share it; on several machines it is a network folder.
 *
 * @param publicUrl the server's address
 */
export function createFolderStore(folder: string, publicUrl: string): PictureStore {
  const root = resolve(folder);
  return {
    folder: root,
    put: (name, { bytes }) =>
      usable(async () => {
        await mkdir(root, { recursive: true, mode: 0o700 });
        await writeFile(join(root, name), bytes, { mode: 0o600 });
      }),
    delete: (name) => usable(() => rm(join(root, name), { force: true })),
    urlOf: (name) => `${publicUrl}${picturesPath}/${name}`,
  };
}

/** @throws store_unavailable if the folder cannot be used: full, read-only, or another user's */
async function usable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ApiError('store_unavailable', { retryAfter: 60, detail: { fault: 'folder of pictures unavailable' }, cause });
  }
}
