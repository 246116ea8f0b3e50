import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { createLog } from '../../../../server/observe/log.ts';
import { SqliteCheckpointer } from '../../../../server/store/sqlite/checkpointer.ts';
import { SqliteConnection } from '../../../../server/store/sqlite/connection.ts';
import { pageSize } from '../../../../server/store/sqlite/dialect.ts';
import { GroupCommit } from '../../../../server/store/sqlite/groupCommit.ts';
import { WalSync } from '../../../../server/store/sqlite/walSync.ts';
import { createFolder } from '../../../support/folder.ts';

const mebibyte = 2 ** 20;

/** @param threadPath the path that the thread opens, if not the same file */
function open(threadPath?: string) {
  const path = `${createFolder()}/texts.db`;
  const database = new DatabaseSync(path);
  database.exec(`pragma page_size = ${pageSize}; pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table texts (text)`);
  const lines: string[] = [];
  const log = createLog('warn', { write: (line: string) => void lines.push(line) });
  const file = { walSync: new WalSync(`${path}-wal`), checkpointer: new SqliteCheckpointer(threadPath ?? path, log) };
  const writer = new GroupCommit(database, file);
  const connection = new SqliteConnection(writer, writer);
  const write = () => connection.executeQuery(CompiledQuery.raw('insert into texts values (zeroblob(?))', [mebibyte]));
  return { path, database, writer, lines, write };
}

/** Size of the database file, in MiB. */
const written = (path: string) => Math.floor(statSync(path).size / mebibyte);

describe('a checkpoint', () => {
  it('copies a long WAL into the file while writes continue, and lets SQLite restart it', async () => {
    const { path, writer, lines, write } = open();
    for (let mebibytes = 1; mebibytes <= 100; mebibytes++) {
      await write();
      // The WAL may hold 32 MiB.
      if (mebibytes % 25 === 0) await vi.waitFor(() => expect(written(path)).toBeGreaterThanOrEqual(mebibytes - 32), { timeout: 20_000 });
    }
    expect(statSync(`${path}-wal`).size).toBeLessThan(100 * mebibyte);
    await writer.close();
    expect(written(path)).toBe(100);
    expect(lines).toEqual([]);
  });

  it('ends before the database closes', async () => {
    const { path, database, writer, write } = open();
    await Promise.all(Array.from({ length: 40 }, write));
    await writer.close();
    expect(database.isOpen).toBe(false);
    expect(written(path)).toBe(40);
  });

  it('logs a failed thread once and retries later', async () => {
    const { database, writer, lines, write } = open(createFolder());
    await Promise.all(Array.from({ length: 40 }, write));
    await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 20_000 });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, err: { message: expect.stringContaining('unable to open') } });
    await write();
    await writer.close();
    expect(lines).toHaveLength(1);
    expect(database.isOpen).toBe(false);
  });
});
