import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery } from 'kysely';
import { expect, it } from 'vitest';
import { SqliteReader } from '../../../server/store/sqliteReader.ts';
import { createFolder } from '../../support/folder.ts';

function open() {
  const file = join(createFolder(), 'notes.db');
  const writer = new DatabaseSync(file);
  writer.exec('pragma journal_mode = wal; create table notes (text); insert into notes values (1)');
  return { writer, reader: new SqliteReader(new DatabaseSync(file, { readOnly: true })) };
}

const read = async (reader: SqliteReader, sql = 'select text from notes') => (await reader.read(CompiledQuery.raw(sql))).rows;

it('gives all reads of one turn the same state, which is no older than the last of them', async () => {
  const { writer, reader } = open();
  const first = read(reader);
  writer.exec('update notes set text = 2');
  expect(await Promise.all([first, read(reader)])).toEqual([[{ text: 2 }], [{ text: 2 }]]);
  writer.exec('update notes set text = 3');
  expect(await read(reader)).toEqual([{ text: 3 }]);
});

it('fails a read without those beside it', async () => {
  const { reader } = open();
  const reads = await Promise.allSettled([read(reader), read(reader, 'select nothing from notes'), read(reader)]);
  expect(reads.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('lets the writer empty its log between the turns', async () => {
  const { writer, reader } = open();
  await Promise.all([read(reader), read(reader)]);
  expect(writer.prepare('pragma wal_checkpoint(truncate)').get()).toMatchObject({ busy: 0 });
});

it('answers what was asked before it closed, and refuses what is asked afterwards', async () => {
  const { reader } = open();
  const asked = read(reader);
  reader.close();
  expect(await asked).toEqual([{ text: 1 }]);
  expect((await Promise.allSettled([read(reader), read(reader)])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
