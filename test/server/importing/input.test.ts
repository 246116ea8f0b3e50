// @module-tag fault
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { BSON, Decimal128, ObjectId, Timestamp, UUID } from 'bson';
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

/** More padding than is read at once. */
const padded = () => Buffer.concat([gzipSync(lines), Buffer.alloc(600_000), Buffer.from(lines)]);

describe('the records of an export', () => {
  it.each([
    ['lines', 'a.jsonl', () => header + lines],
    ['lines without a last newline, with a byte order mark', 'b.jsonl', () => `\uFEFF${lines.trimEnd().replaceAll('\n', '\r\n\r\n')}`],
    ['gzip', 'c.jsonl', () => gzipSync(header + lines)],
    ['an array', 'd.json', () => JSON.stringify(rows, null, 2)],
    ['an array in an object', 'e.json', () => `{ "results": ${JSON.stringify(rows)} , "count": 8 }\n`],
    ['a page of MinCloud', 'p.json', () => JSON.stringify({ meta: { limit: 20, next: null, total_count: 8 }, objects: rows })],
    ['gzip in two parts, with padding', 'q.jsonl', () => Buffer.concat([gzipSync(header), gzipSync(lines), Buffer.alloc(512)])],
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

  it('have the types of JSON when they come from BSON that few systems write', async () => {
    const document = {
      decimal: Decimal128.fromString('12.50'),
      id: new UUID('11111111-2222-4333-8444-555555555555'),
      bytes: new BSON.Binary(Buffer.from('云')),
      pattern: /^a/i,
      time: new Timestamp({ t: 1, i: 2 }),
      never: new Date(Number.NaN),
      text: 'a\0b',
    };
    const bytes = BSON.serialize({ ...document, never: new Date(0) });
    // The largest time of BSON is no date of JavaScript.
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const at = buffer.indexOf('never\0') + 6;
    buffer.writeBigInt64LE(2n ** 63n - 1n, at);
    expect(await valuesOf(file('odd.bson', bytes))).toEqual([
      {
        decimal: '12.50',
        id: '11111111-2222-4333-8444-555555555555',
        bytes: '5LqR',
        pattern: '^a',
        time: 4_294_967_298,
        never: null,
        text: 'a\0b',
      },
    ]);
  });

  it("have plain values when they come from MongoDB's extended JSON", async () => {
    const record = {
      _id: { $oid: '5b6aa4ff808ca4007057c8c8' },
      status: { $numberInt: '1' },
      at: { $date: { $numberLong: '1533715711489' } },
      price: { $numberDecimal: '12.50' },
    };
    const odd = { a: { $oid: 'no id' } };
    expect(await valuesOf(file('canonical.jsonl', `${JSON.stringify(record)}\n${JSON.stringify(odd)}\n`))).toEqual([
      { _id: '5b6aa4ff808ca4007057c8c8', status: 1, at: '2018-08-08T08:08:31.489Z', price: '12.50' },
      odd,
    ]);
  });

  it.each([
    ['another encoding of Chinese: refused', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xd4, 0xc6, 0x22, 0x7d]), 'is no UTF-8'],
    ['a field that would be a prototype: refused', '{"a":{"__proto__":{"status":0}}}', 'has a field __proto__'],
    ['the same, escaped: refused', '{"\\u005f_proto__":{}}', 'has a field __proto__'],
    ['nesting that exhausts the stack: refused', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'is nested more than 64 levels deep'],
  ])('in %s, and the next one is read', async (_what, record, problem) => {
    const first = typeof record === 'string' ? Buffer.from(record) : record;
    const path = file('odd.jsonl', Buffer.concat([first, Buffer.from('\n{"c":3}\n')]));
    expect(await read(path)).toMatchObject([{ place: `${path}:1`, problem }, { value: { c: 3 } }]);
    const array = file('odd.json', Buffer.concat([Buffer.from('['), first, Buffer.from(',{"c":3}]')]));
    expect(await read(array)).toMatchObject([{ problem }, { value: { c: 3 } }]);
  });

  it("are not looked for in macOS's files of attributes", async () => {
    const packed = await packTar([
      { header: { name: './._users.json', size: 4, type: 'file' }, body: 'Mac\0' },
      { header: { name: './users.json', size: 7, type: 'file' }, body: '{"a":1}' },
    ]);
    const records = [];
    const users = { isUsersFile: (name: string) => name.endsWith('.json') };
    for await (const batch of readRecords([file('mac.tar', packed)], users, { bytes: 0 }, 3)) records.push(...batch);
    expect(records).toMatchObject([{ value: { a: 1 } }]);
  });

  it('are read after a packed entry of an archive that ends with padding', async () => {
    const first = Buffer.concat([gzipSync(lines), Buffer.alloc(300_000)]);
    const packed = await packTar([
      { header: { name: '_User.0.jsonl.gz', size: first.length, type: 'file' }, body: first },
      { header: { name: '_User.1.jsonl', size: Buffer.byteLength(lines), type: 'file' }, body: lines },
    ]);
    expect(await valuesOf(file('padded.tar', packed))).toEqual([...rows, ...rows]);
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
    ['gzip with something behind it', 'more.jsonl', Buffer.concat([gzipSync(lines), Buffer.from(lines)]), 'the file is damaged'],
    ['gzip with something behind its padding', 'pad.jsonl', padded(), 'something follows the gzip'],
    ['two arrays in one file', 'two.json', '[{"a":1}]\n[{"b":2}]\n', 'something follows the array'],
    ['two pages in one file', 'pages.json', '{"objects":[{"a":1}]}{"objects":[{"b":2}]}', 'something follows the array'],
    ['UTF-16', 'wide.jsonl', Buffer.from(`\uFEFF${lines}`, 'utf16le'), 'is UTF-16: convert it to UTF-8'],
    ['a zip archive', 'users.zip', 'PK\x03\x04…', 'is a zip archive: unpack it'],
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
    ['2018-08-08 08:08:31'],
    ['2018-08-08T16:08:31+0800'],
    ['1533715711'],
    ['1533715711489'],
  ])('is read from %j', (value) => expect(timeIn(value)).toBe(1_533_715_711));

  it('is the start of a day without a time', () => expect(timeIn('2018-08-08')).toBe(1_533_686_400));

  it.each([[null], ['never'], [-1], [{}], [Number.NaN], [Number.POSITIVE_INFINITY], [1e18], [{ iso: {} }]])('is none in %j', (value) =>
    expect(timeIn(value)).toBeUndefined());
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
