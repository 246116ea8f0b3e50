import { EJSON } from 'bson';
import { plain } from './bson.ts';
import { peek } from './chunks.ts';
import { arrayItems } from './jsonArray.ts';
import { type Line, lines } from './lines.ts';
import { oddityOf } from './oddities.ts';
import type { RawRecord } from './rawRecord.ts';

/** Characters of a broken record that a report quotes. */
const quoted = 200;

/** The start of an array of records, bare or as the field of an object, after `meta` on pages of MinCloud. */
const arrayStart = /^\uFEFF?\s*(?:\{\s*(?:"meta"\s*:\s*\{[^{}]*\}\s*,\s*)?"(?:results|objects|data|users)"\s*:\s*)?\[/;
/** Bytes in which it is looked for. */
const startLength = 4096;

/**
 * Reads the records of a JSON file: one in each line, or an array of them, bare or as `results`, `objects`, `data` or `users` of an object.
 * Empty lines and lines that begin with `#` are no records.
 */
export async function* readJson(name: string, content: AsyncIterable<Buffer>): AsyncGenerator<RawRecord[]> {
  const { head, rest } = await peek(content, startLength);
  if (/^(?:\xff\xfe|\xfe\xff)/.test(head.subarray(0, 2).toString('latin1'))) throw new Error(`${name}: is UTF-16: convert it to UTF-8`);
  const [array] = arrayStart.exec(head.subarray(0, startLength).toString('utf8')) ?? [];
  if (array === undefined) yield* readLines(name, rest);
  else yield* readArray(name, rest, array);
}

async function* readLines(name: string, content: AsyncIterable<Buffer>): AsyncGenerator<RawRecord[]> {
  let number = 0;
  for await (const batch of lines(content)) {
    const records: RawRecord[] = [];
    for (const line of batch) {
      number++;
      if (line.text === '') continue;
      if (line.text.startsWith('#')) requireUsers(name, line.text);
      else records.push(toRecord(`${name}:${number}`, line));
    }
    if (records.length > 0) yield records;
  }
}

async function* readArray(name: string, content: AsyncIterable<Buffer>, opening: string): AsyncGenerator<RawRecord[]> {
  let number = 0;
  for await (const batch of arrayItems(name, content, opening)) yield batch.map((item) => toRecord(`${name}, item ${++number}`, item));
}

function toRecord(place: string, { text, problem }: Line): RawRecord {
  const refuse = (reason: string): RawRecord => ({ place, problem: reason, text: text.slice(0, quoted) });
  if (problem !== undefined) return refuse(problem);
  try {
    const value = JSON.parse(text);
    const oddity = mayBeOdd(text) ? oddityOf(value) : undefined;
    if (oddity !== undefined) return refuse(oddity);
    return { place, value: text.includes('"$') ? withoutExtensions(text, value) : value };
  } catch {
    return refuse('is no JSON');
  }
}

/** Whether a text is long enough to be nested deeply, or may have a field that hides. Looking at every value of every record takes time. */
const mayBeOdd = (text: string): boolean => text.length > 2000 || text.includes('__proto__') || text.includes('\\u005');

/** The values of MongoDB's extended JSON: `{"$numberInt": "1"}` is 1. A record that only looks like it stays as it is. */
function withoutExtensions(text: string, value: unknown): unknown {
  try {
    return plain(EJSON.parse(text));
  } catch {
    return value;
  }
}

/** @throws if LeanCloud's first line says that the file holds another class */
function requireUsers(name: string, text: string): void {
  const [, className] = /"class"\s*:\s*"([^"]*)"/.exec(text) ?? [];
  if (className !== undefined && className !== '_User') throw new Error(`${name}: holds the class ${className}, and not _User`);
}
