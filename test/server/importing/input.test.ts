// @module-tag fault
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { BSON, ObjectId } from 'bson';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../../server/importing/input/records.ts';
import { progressLine } from '../../../server/importing/progress.ts';
import { leancloud } from '../../../server/importing/sources/leancloud.ts';
import { timeIn } from '../../../server/importing/values.ts';
import { createFolder } from '../../support/folder.ts';

function file(name: string, content: string | Uint8Array): string {
  const path = `${createFolder()}/${name}`;
  writeFileSync(path, content);
  return path;
}

async function read(...paths: string[]) {
  const records = [];
  for await (const batch of readRecords(paths, leancloud, { bytes: 0 }, 3)) records.push(...batch);
  return records;
}
const valuesOf = async (...paths: string[]) => (await read(...paths)).map(({ value }) => value);

const rows = Array.from({ length: 8 }, (_, n) => ({ objectId: `id${n}`, text: n === 3 ? 'a "]},[{" b\\' : '云'.repeat(n) }));
const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const header = '#filetype:JSON-streaming {"type":"Class","class":"_User"}\n';
const archive = () =>
  packTar([
    { header: { name: 'Team.0.jsonl', size: 9, type: 'file' }, body: '{"no":1}\n' },
    { header: { name: 'x/_User.0.jsonl', size: Buffer.byteLength(header + lines), type: 'file' }, body: header + lines },
    { header: { name: 'x/_User.1.jsonl', size: Buffer.byteLength(lines), type: 'file' }, body: lines },
  ]);

describe('the records of an export', () => {
  it.each([
    ['lines', 'a.jsonl', () => header + lines],
    ['lines without a last newline, with a byte order mark', 'b.jsonl', () => `\uFEFF${lines.trimEnd().replaceAll('\n', '\r\n\r\n')}`],
    ['gzip', 'c.jsonl', () => gzipSync(header + lines)],
    ['an array', 'd.json', () => JSON.stringify(rows, null, 2)],
    ['an array in an object', 'e.json', () => `{ "results": ${JSON.stringify(rows)} }`],
    ['BSON', 'f.bson', () => Buffer.concat(rows.map((row) => BSON.serialize(row)))],
    ['gzipped BSON', 'g.bson.gz', () => gzipSync(Buffer.concat(rows.map((row) => BSON.serialize(row))))],
  ])('are read from %s', async (_what, name, content) => {
    expect(await valuesOf(file(name, content()))).toEqual(rows);
  });

  it.each([
    ['a tar archive', 'a.tar', async () => archive()],
    ['a gzipped one', 'a.tar.gz', async () => gzipSync(await archive())],
  ])('are read from %s, from every file of users in it', async (_what, name, content) => {
    expect(await valuesOf(file(name, await content()))).toEqual([...rows, ...rows]);
  });

  it('are read from several files in their order', async () => {
    expect(await valuesOf(file('1.jsonl', lines), file('2.json', JSON.stringify(rows)))).toEqual([...rows, ...rows]);
  });

  it('have the types of JSON when they come from BSON', async () => {
    const document = {
      _id: new ObjectId('5b6aa4ff808ca4007057c8c8'),
      at: new Date(0),
      big: BSON.Long.fromString('9007199254740993'),
      inner: [{ at: new Date(1) }],
    };
    expect(await valuesOf(file('types.bson', BSON.serialize(document)))).toEqual([
      {
        _id: '5b6aa4ff808ca4007057c8c8',
        at: '1970-01-01T00:00:00.000Z',
        big: 9007199254740992,
        inner: [{ at: '1970-01-01T00:00:00.001Z' }],
      },
    ]);
  });

  it('have their place, and the reason if they cannot be parsed', async () => {
    const path = file('broken.jsonl', '{"a":1}\n{"b":\n\n{"c":3}\n');
    expect(await read(path)).toEqual([
      { place: `${path}:1`, value: { a: 1 } },
      { place: `${path}:2`, problem: 'is no JSON', text: '{"b":' },
      { place: `${path}:4`, value: { c: 3 } },
    ]);
  });

  it('are not kept from others by a line that is too long', async () => {
    const path = file('long.jsonl', `{"a":1}\n{"long":"${'x'.repeat(17 * 1024 * 1024)}"}\n{"c":3}\n`);
    const [first, second, third] = await read(path);
    expect([first?.value, third?.value]).toEqual([{ a: 1 }, { c: 3 }]);
    expect(second).toMatchObject({ problem: expect.stringContaining('is longer than'), text: expect.stringMatching(/^{"long"/) });
  });

  it.each([
    ['an array that does not end', 'cut.json', '[{"a":1},{"b":', 'the array does not end'],
    ['a file that is no BSON', 'no.bson', 'this is no BSON at all', 'is no BSON'],
    ['gzip that is cut off', 'cut.jsonl', gzipSync(lines).subarray(0, 60), 'unexpected end of file'],
    ['an archive without users', 'none.tar', '', 'no file in the archive holds users'],
  ])('are refused as a whole in %s', async (_what, name, content, message) => {
    const bytes =
      name === 'none.tar' ? await packTar([{ header: { name: 'Team.0.jsonl', size: 3, type: 'file' }, body: '{}\n' }]) : content;
    await expect(read(file(name, bytes))).rejects.toThrow(message);
  });
});

describe('a time of an export', () => {
  it.each([
    ['2018-08-08T08:08:31.489Z'],
    [1_533_715_711],
    [1_533_715_711_489],
    [{ __type: 'Date', iso: '2018-08-08T08:08:31.489Z' }],
    [{ $date: '2018-08-08T08:08:31Z' }],
    [{ $date: { $numberLong: '1533715711489' } }],
    ['2018-08-08 08:08:31.489+00'],
  ])('is read from %j', (value) => expect(timeIn(value)).toBe(1_533_715_711));

  it.each([[null], ['never'], [-1], [{}], [Number.NaN]])('is none in %j', (value) => expect(timeIn(value)).toBeUndefined());
});

describe('the progress of an import', () => {
  it('says how far it is, how fast, and how long it takes', () => {
    expect(progressLine('importing', { records: 260_000, skipped: 10_000, done: 0.25 }, 25)).toBe(
      'importing [#####---------------] 25 %, 260,000 records, 10,000/s, 1:15 left',
    );
    expect(progressLine('checking', { records: 1, skipped: 0, done: 0.0001 }, 1)).toContain('2:46:39 left');
    expect(progressLine('checking', { records: 1, skipped: 0, done: 1 }, 1)).not.toContain('left');
  });
});
