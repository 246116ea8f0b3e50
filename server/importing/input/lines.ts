import { isUtf8 } from 'node:buffer';

/** The text of a record, trimmed, or the start of one that cannot be read. */
export interface Line {
  text: string;
  problem?: string;
}

/** Bytes of the longest line. LeanCloud and MongoDB store no larger record. */
const longest = 16 * 1024 * 1024;
const newline = 0x0a;
const tooLong = `is longer than ${longest} bytes`;

/** Splits bytes into trimmed lines. Yields those of a chunk together. */
export async function* lines(content: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (last: Buffer): Line => {
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    const isTooLong = length + last.length > longest;
    [parts, length] = [[], 0];
    return isTooLong ? { text: bytes.subarray(0, 1024).toString('utf8'), problem: tooLong } : textOf(bytes);
  };
  for await (const chunk of content) {
    const batch: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      batch.push(take(chunk.subarray(start, end)));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    // The rest of a line that is too long is not kept.
    if (length <= longest) parts.push(rest);
    length += rest.length;
    if (batch.length > 0) yield batch;
  }
  if (length > 0) yield [take(Buffer.alloc(0))];
}

/** Decodes a record's bytes, which other encodings of Chinese would garble. */
export function textOf(bytes: Buffer): Line {
  const text = bytes.toString('utf8').trim();
  return isUtf8(bytes) ? { text } : { text, problem: 'is no UTF-8' };
}
