import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/**
 * Reads a text file. Lossy reading would make different texts equal, so invalid UTF-8 is refused.
 *
 * @throws an error that names the file and the line; the errors of `readFileSync`
 */
export function readTextFile(path: string): string {
  const bytes = readFileSync(path);
  if (!isUtf8(bytes)) throw new Error(`${path}:${badLineOf(bytes)}: is not UTF-8: save the file as UTF-8`);
  return bytes.toString('utf8');
}

/** Finds the line with the first invalid byte. The byte 0x0A occurs in UTF-8 only as a line feed. */
function badLineOf(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf('\n', start);
    const stop = end < 0 ? bytes.length : end + 1;
    if (!isUtf8(bytes.subarray(start, stop))) break;
    start = stop;
  }
  return line;
}

/** Whether percent-encoded text of a query, path or form decodes to UTF-8. A `%` without two digits is left as it is. */
export const decodesToUtf8 = (encoded: string): boolean =>
  /^\p{ASCII}*$/u.test(encoded) &&
  (encoded.match(/(?:%[0-9a-f]{2})+/gi) ?? []).every((run) => isUtf8(Buffer.from(run.replaceAll('%', ''), 'hex')));
