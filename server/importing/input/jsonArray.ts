const [quote, backslash, comma, openBracket, closeBracket, openBrace, closeBrace] = [...'"\\,[]{}'].map((character) =>
  character.charCodeAt(0),
);
/** Bytes of the largest item. */
const largest = 16 * 1024 * 1024;

/**
 * Splits an array into the texts of its items, without holding more than one of them.
 *
 * @param start bytes before the first item
 * @throws if the array does not end, or an item is too large: the items after it cannot be found
 */
export async function* arrayItems(name: string, content: AsyncIterable<Buffer>, start: number): AsyncGenerator<string[]> {
  let left: Buffer = Buffer.alloc(0);
  let at = start;
  let depth = 0;
  let inString = false;
  let escaped = false;
  for await (const chunk of content) {
    left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    let begin = start;
    start = 0;
    const items: string[] = [];
    const take = (end: number) => {
      const text = left.subarray(begin, end).toString('utf8').trim();
      if (text !== '') items.push(text);
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
          if (items.length > 0) yield items;
          return;
        }
        depth--;
      }
    }
    left = left.subarray(begin);
    at -= begin;
    if (left.length > largest) throw new Error(`${name}: an item of the array is larger than ${largest} bytes`);
    if (items.length > 0) yield items;
  }
  throw new Error(`${name}: the array does not end; the file is damaged`);
}
