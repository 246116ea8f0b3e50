import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import { GroupCommit } from '../../../../server/store/sqlite/groupCommit.ts';
import { SqliteReader } from '../../../../server/store/sqlite/reader.ts';
import { createFolder } from '../../../support/folder.ts';

function open() {
  const file = join(createFolder(), 'notes.db');
  const writer = new DatabaseSync(file);
  writer.exec('pragma journal_mode = wal; create table notes (text); insert into notes values (1)');
  const writes = new GroupCommit(writer);
  return { writer, writes, reader: new SqliteReader(new DatabaseSync(file, { readOnly: true }), writes) };
}

const read = async (reader: SqliteReader, sql = 'select text from notes') => (await reader.read(CompiledQuery.raw(sql))).rows;

describe('reads of one tick', () => {
  it('see the same state, no older than when the last was requested', async () => {
    const { writer, reader } = open();
    const first = read(reader);
    writer.exec('update notes set text = 2');
    expect(await Promise.all([first, read(reader)])).toEqual([[{ text: 2 }], [{ text: 2 }]]);
    writer.exec('update notes set text = 3');
    expect(await read(reader)).toEqual([{ text: 3 }]);
  });

  it('fail one by one', async () => {
    const { reader } = open();
    const reads = await Promise.allSettled([read(reader), read(reader, 'select nothing from notes'), read(reader)]);
    expect(reads.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('hold no lock on the WAL afterwards', async () => {
    const { writer, reader } = open();
    await Promise.all([read(reader), read(reader)]);
    expect(writer.prepare('pragma wal_checkpoint(truncate)').get()).toMatchObject({ busy: 0 });
  });

  it('finish if requested before the reader closed, and reject afterwards', async () => {
    const { writes, reader } = open();
    const asked = read(reader);
    reader.close();
    await writes.close();
    expect(await asked).toEqual([{ text: 1 }]);
    expect((await Promise.allSettled([read(reader), read(reader)])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('run on the writing connection while it has no transaction', async () => {
    const { writer, reader } = open();
    writer.exec("create temporary table notes (text); insert into notes values ('of this connection')");
    expect(await Promise.all([read(reader), read(reader)])).toEqual(Array(2).fill([{ text: 'of this connection' }]));
  });

  it('see only committed data while a transaction is open', async () => {
    const { writes, reader } = open();
    const group = await writes.begin();
    writes.run(group, CompiledQuery.raw('update notes set text = 2'));
    expect(await read(reader)).toEqual([{ text: 1 }]);
    await writes.commit(group);
    expect(await read(reader)).toEqual([{ text: 2 }]);
  });
});
