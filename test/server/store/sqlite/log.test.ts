import { writeFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { SqliteLog } from '../../../../server/store/sqlite/log.ts';
import { createFolder } from '../../../support/folder.ts';

it('is synchronized a moment later, or when somebody waits for it', async () => {
  const path = `${createFolder()}/login.db-wal`;
  const log = new SqliteLog(path);
  writeFileSync(path, 'pages');
  log.synchronizeSoon();
  await log.settle();
  expect(log.failed).toBe(false);
});

it('says that it cannot be, from then on', async () => {
  const log = new SqliteLog(`${createFolder()}/away/login.db-wal`);
  await log.settle();
  expect(log.failed).toBe(false);
  log.synchronizeSoon();
  await vi.waitFor(() => expect(log.failed).toBe(true), { timeout: 20_000 });
  await log.settle();
});
