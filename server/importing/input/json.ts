import { peek } from './chunks.ts';
import { arrayItems } from './jsonArray.ts';
import { lines } from './lines.ts';
import type { RawRecord } from './rawRecord.ts';

/** Characters of a broken record that a report quotes. */
const quoted = 200;

/** The start of an array of records, bare or as the one field of an object. */
const arrayStart = /^\uFEFF?\s*(?:\{\s*"(?:results|objects|data|users)"\s*:\s*)?\[/;

/**
 * Reads the records of a JSON file: one in each line, or an array of them, bare or as `results`, `objects`, `data` or `users` of an object.
 * Empty lines and lines that begin with `#` are no records.
 */
export async function* readJson(name: string, content: AsyncIterable<Buffer>): AsyncGenerator<RawRecord[]> {
  const { head, rest } = await peek(content, 1);
  const [array] = arrayStart.exec(head.subarray(0, 4096).toString('utf8')) ?? [];
  if (array === undefined) yield* readLines(name, rest);
  else yield* readArray(name, rest, Buffer.byteLength(array));
}

async function* readLines(name: string, content: AsyncIterable<Buffer>): AsyncGenerator<RawRecord[]> {
  let number = 0;
  for await (const batch of lines(content)) {
    const records: RawRecord[] = [];
    for (const { text, problem } of batch) {
      number++;
      if (text === '' || text === '\uFEFF') continue;
      if (text.startsWith('#')) requireUsers(name, text);
      else records.push(toRecord(`${name}:${number}`, text, problem));
    }
    if (records.length > 0) yield records;
  }
}

async function* readArray(name: string, content: AsyncIterable<Buffer>, start: number): AsyncGenerator<RawRecord[]> {
  let number = 0;
  for await (const batch of arrayItems(name, content, start)) yield batch.map((text) => toRecord(`${name}, item ${++number}`, text));
}

function toRecord(place: string, text: string, problem?: string): RawRecord {
  if (problem !== undefined) return { place, problem, text: text.slice(0, quoted) };
  try {
    return { place, value: JSON.parse(text) };
  } catch {
    return { place, problem: 'is no JSON', text: text.slice(0, quoted) };
  }
}

/** @throws if LeanCloud's first line says that the file holds another class */
function requireUsers(name: string, text: string): void {
  const [, className] = /"class"\s*:\s*"([^"]*)"/.exec(text) ?? [];
  if (className !== undefined && className !== '_User') throw new Error(`${name}: holds the class ${className}, and not _User`);
}
