import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, vi } from 'vitest';
import { createLog } from '../../../../server/observe/log.ts';
import { SqliteCheckpointer } from '../../../../server/store/sqlite/checkpointer.ts';
import { pageSize } from '../../../../server/store/sqlite/sqlite.ts';
import { SqliteWriter } from '../../../../server/store/sqlite/writer.ts';
import { createFolder } from '../../../support/folder.ts';

const mebibyte = 2 ** 20;

/** @param threadPath what the thread opens, in place of the same file */
function open(threadPath?: string) {
  const path = `${createFolder()}/texts.db`;
  const database = new DatabaseSync(path);
  database.exec(`pragma page_size = ${pageSize}; pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table texts (text)`);
  const lines: string[] = [];
  const log = createLog('warn', { write: (line: string) => void lines.push(line) });
  const writer = new SqliteWriter(database, undefined, new SqliteCheckpointer(threadPath ?? path, log));
  const write = () => writer.together((run) => run({ sql: 'insert into texts values (zeroblob(?))', parameters: [mebibyte] }), 'now');
  return { path, database, writer, lines, write };
}

/** Mebibytes in the database's file. */
const written = (path: string) => Math.floor(statSync(path).size / mebibyte);

it('puts a long log into the file beside what is written, which then begins anew', async () => {
  const { path, writer, lines, write } = open();
  for (let mebibytes = 1; mebibytes <= 100; mebibytes++) {
    await write();
    // As many as the log may hold, and what a slow thread misses.
    if (mebibytes % 25 === 0) await vi.waitFor(() => expect(written(path)).toBeGreaterThanOrEqual(mebibytes - 32), { timeout: 20_000 });
  }
  expect(statSync(`${path}-wal`).size).toBeLessThan(100 * mebibyte);
  await writer.close();
  expect(written(path)).toBe(100);
  expect(lines).toEqual([]);
});

it('is over before the database closes', async () => {
  const { path, database, writer, write } = open();
  await Promise.all(Array.from({ length: 40 }, write));
  await writer.close();
  expect(database.isOpen).toBe(false);
  expect(written(path)).toBe(40);
});

it('says so where there is no thread for it, which it tries later', async () => {
  const { database, writer, lines, write } = open(createFolder());
  await Promise.all(Array.from({ length: 40 }, write));
  await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 20_000 });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, err: { message: expect.stringContaining('unable to open') } });
  await write();
  await writer.close();
  expect(lines).toHaveLength(1);
  expect(database.isOpen).toBe(false);
});
