import { type Line, textOf } from './lines.ts';

const [quote, backslash, comma, openBracket, closeBracket, openBrace, closeBrace] = [...'"\\,[]{}'].map((character) =>
  character.charCodeAt(0),
);
/** Bytes of the largest item, and of what may follow the array. */
const largest = 16 * 1024 * 1024;

/**
 * Splits an array into the texts of its items, without holding more than one of them.
 *
 * @param opening the text before the first item: a bracket, after the start of an object if the array is its field
 * @throws if the array does not end, an item is too large, or more records follow: those cannot be found
 */
export async function* arrayItems(name: string, content: AsyncIterable<Buffer>, opening: string): AsyncGenerator<Line[]> {
  let start = Buffer.byteLength(opening);
  let rest: Buffer | undefined;
  let left: Buffer = Buffer.alloc(0);
  let at = start;
  let depth = 0;
  let inString = false;
  let escaped = false;
  for await (const chunk of content) {
    if (rest) {
      rest = Buffer.concat([rest, chunk]);
      if (rest.length > largest) break;
      continue;
    }
    left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    let begin = start;
    start = 0;
    const items: Line[] = [];
    const take = (end: number) => {
      const item = textOf(left.subarray(begin, end));
      if (item.text !== '') items.push(item);
      begin = end + 1;
    };
    for (; at < left.length; at++) {
      const byte = left[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === quote) inString = true;
      else if (byte === openBrace || byte === openBracket) depth++;
      else if (byte === comma && depth === 0) take(at);
      else if (byte === closeBrace || byte === closeBracket) {
        if (depth === 0) {
          take(at);
          rest = left.subarray(at + 1);
          break;
        }
        depth--;
      }
    }
    if (rest) {
      if (items.length > 0) yield items;
      continue;
    }
    left = left.subarray(begin);
    at -= begin;
    if (left.length > largest) throw new Error(`${name}: an item of the array is larger than ${largest} bytes`);
    if (items.length > 0) yield items;
  }
  if (!rest) throw new Error(`${name}: the array does not end; the file is damaged`);
  if (!isEnd(opening, rest.toString('utf8'))) throw new Error(`${name}: something follows the array: give each array its own file`);
}

/** Whether nothing follows an array but the other fields and the end of its object. */
function isEnd(opening: string, rest: string): boolean {
  if (!opening.includes('{')) return rest.trim() === '';
  try {
    JSON.parse(`{"records":[]${rest}`);
    return true;
  } catch {
    return false;
  }
}
