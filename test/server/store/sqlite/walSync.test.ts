import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WalSync } from '../../../../server/store/sqlite/walSync.ts';
import { createFolder } from '../../../support/folder.ts';

function createWal() {
  const path = `${createFolder()}/login.db-wal`;
  writeFileSync(path, 'pages');
  return new WalSync(path);
}

describe('syncing a WAL', () => {
  it('is shared by requests that arrive while one runs', async () => {
    const wal = createWal();
    const first = wal.sync();
    const second = wal.sync();
    expect(wal.sync()).toBe(second);
    expect(second).not.toBe(first);
    await Promise.all([first, second]);
    await wal.close();
  });

  it('ends before its file is closed', async () => {
    const wal = createWal();
    const syncs = [wal.sync(), wal.sync()];
    await wal.close();
    await expect(Promise.all(syncs)).resolves.toBeDefined();
  });

  it('rejects if the disk fails', { tags: 'fault' }, async () => {
    // A device that cannot be synced.
    const wal = new WalSync('/dev/null');
    const syncs = await Promise.allSettled([wal.sync(), wal.sync()]);
    expect(syncs.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await wal.close();
  });
});
