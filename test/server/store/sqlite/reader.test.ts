import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery } from 'kysely';
import { expect, it } from 'vitest';
import { SqliteReader } from '../../../../server/store/sqlite/reader.ts';
import { SqliteWriter } from '../../../../server/store/sqlite/writer.ts';
import { createFolder } from '../../../support/folder.ts';

function open() {
  const file = join(createFolder(), 'notes.db');
  const writer = new DatabaseSync(file);
  writer.exec('pragma journal_mode = wal; create table notes (text); insert into notes values (1)');
  const writes = new SqliteWriter(writer);
  return { writer, writes, reader: new SqliteReader(new DatabaseSync(file, { readOnly: true }), writes) };
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
  const { writes, reader } = open();
  const asked = read(reader);
  reader.close();
  await writes.close();
  expect(await asked).toEqual([{ text: 1 }]);
  expect((await Promise.allSettled([read(reader), read(reader)])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

it('reads on the connection of the writer between the transactions', async () => {
  const { writer, reader } = open();
  writer.exec("create temporary table notes (text); insert into notes values ('of this connection')");
  expect(await Promise.all([read(reader), read(reader)])).toEqual(Array(2).fill([{ text: 'of this connection' }]));
});

it('reads what is committed while a transaction is under way', async () => {
  const { writes, reader } = open();
  const group = await writes.begin();
  writes.run(group, CompiledQuery.raw('update notes set text = 2'));
  expect(await read(reader)).toEqual([{ text: 1 }]);
  await writes.commit(group);
  expect(await read(reader)).toEqual([{ text: 2 }]);
});
