import { Binary, BSONRegExp, BSONValue, Decimal128, deserialize, Long, ObjectId } from 'bson';
import { oddityOf } from './oddities.ts';
import type { RawRecord } from './rawRecord.ts';

/** Largest document of MongoDB, with room for its own overhead. */
const largest = 17 * 1024 * 1024;

/**
 * Reads the documents of a dump of MongoDB's, which follow each other.
 *
 * @throws if a length is impossible: no later document can be found then
 */
export async function* readBson(name: string, content: AsyncIterable<Buffer>): AsyncGenerator<RawRecord[]> {
  let left: Buffer = Buffer.alloc(0);
  let count = 0;
  for await (const chunk of content) {
    left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    const records: RawRecord[] = [];
    let start = 0;
    while (left.length - start >= 4) {
      const length = left.readInt32LE(start);
      if (length < 5 || length > largest)
        throw new Error(`${name}: document ${count + 1} is no BSON; the file is damaged, or of another kind`);
      if (left.length - start < length) break;
      records.push(toRecord(`${name}, document ${++count}`, left.subarray(start, start + length)));
      start += length;
    }
    left = left.subarray(start);
    if (records.length > 0) yield records;
  }
  if (left.length > 0) yield [{ place: `${name}, document ${count + 1}`, problem: 'the file ends within the document' }];
}

function toRecord(place: string, bytes: Buffer): RawRecord {
  try {
    const value = plain(deserialize(bytes, { promoteLongs: true }));
    const oddity = oddityOf(value);
    return oddity === undefined ? { place, value } : { place, problem: oddity };
  } catch (error) {
    return { place, problem: `cannot be parsed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Converts BSON's own types to those of JSON. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof RegExp) return value.source;
  if (value instanceof BSONValue) return plainValue(value);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function plainValue(value: BSONValue): unknown {
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Long) return value.toNumber();
  if (value instanceof Decimal128) return value.toString();
  if (value instanceof Binary) return value.sub_type === Binary.SUBTYPE_UUID ? value.toUUID().toHexString() : value.toString('base64');
  if (value instanceof BSONRegExp) return value.pattern;
  // A key that sorts first or last, a reference, a piece of code.
  return plain({ ...value });
}
