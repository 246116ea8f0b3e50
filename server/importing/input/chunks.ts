import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { createGunzip, type Gunzip } from 'node:zlib';
import { createTarDecoder } from 'modern-tar';

/** A stream of bytes of one file, or of one entry of an archive. */
export interface Entry {
  /** The file's name, and the entry's after a colon. */
  name: string;
  content: AsyncIterable<Buffer>;
}

/** How much of the files has been read. */
export interface ReadBytes {
  bytes: number;
}

/**
 * Opens files one after another: plain, gzipped, tar archives and gzipped ones, by their first bytes and not by their names.
 *
 * @param wanted whether an entry of an archive holds users, by its name
 * @param read counts the bytes of the files, compressed as they are
 */
export async function* openEntries(paths: readonly string[], wanted: (name: string) => boolean, read: ReadBytes): AsyncGenerator<Entry> {
  for (const path of paths) {
    const content = await gunzipped(path, counted(createReadStream(path, { highWaterMark: 256 * 1024 }), read));
    const { head, rest } = await peek(content, tarMagic.at + tarMagic.text.length);
    if (isZip(head)) throw new Error(`${path}: is a zip archive: unpack it`);
    if (!isTar(head)) yield { name: path, content: rest };
    else yield* entriesOf(path, rest, wanted);
  }
}

/** Bytes of all files. @throws if one cannot be read */
export async function sizeOf(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    await (await open(path)).close();
    bytes += (await stat(path)).size;
  }
  return bytes;
}

const tarMagic = { at: 257, text: 'ustar' };
const isTar = (head: Buffer): boolean => head.subarray(tarMagic.at).toString('latin1').startsWith(tarMagic.text);
const isZip = (head: Buffer): boolean => head.subarray(0, 4).toString('latin1') === 'PK\x03\x04';
/** A file in which macOS's tar keeps attributes of another one: `._users.jsonl`. */
const isAttributes = (name: string): boolean => /(^|\/)\._[^/]*$/.test(name);

async function* entriesOf(path: string, content: AsyncIterable<Buffer>, wanted: (name: string) => boolean): AsyncGenerator<Entry> {
  let found = false;
  for await (const { header, body } of ReadableStream.from(content).pipeThrough(createTarDecoder())) {
    if (header.type === 'file' && wanted(header.name) && !isAttributes(header.name)) {
      found = true;
      const name = `${path}:${header.name}`;
      yield { name, content: await gunzipped(name, buffersOf(body)) };
    } else await body.cancel();
  }
  if (!found) throw new Error(`${path}: no file in the archive holds users`);
}

async function* buffersOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const bytes of body) yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

async function* counted(stream: Readable, read: ReadBytes): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    read.bytes += chunk.length;
    yield chunk;
  }
}

/** The bytes of a stream, unpacked if they are gzip. */
async function gunzipped(name: string, content: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const { head, rest } = await peek(content, 2);
  return head[0] === 0x1f && head[1] === 0x8b ? gunzip(name, rest) : rest;
}

/** @throws if the gzip is cut off, damaged, or followed by anything but padding */
async function* gunzip(name: string, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  const fed = feed(content, unpacked);
  fed.catch((error) => {
    if (!unpacked.readableEnded) unpacked.destroy(error);
  });
  try {
    yield* unpacked;
    await fed;
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}; the file is damaged`, { cause: error });
  }
}

/** Reads a stream to its end, even if the gzip ends before: an archive continues only after the whole of an entry. */
async function feed(content: AsyncIterable<Buffer>, unpacked: Gunzip): Promise<void> {
  let isOver = false;
  // A failure is reported to the reader of the unpacked bytes.
  const over = once(unpacked, 'end').then(
    () => (isOver = true),
    () => (isOver = true),
  );
  for await (const chunk of content) {
    // Zlib does not call back after a write of padding.
    if (!isOver) await Promise.race([new Promise((resolve) => unpacked.write(chunk, resolve)), over]);
    else if (chunk.some((byte) => byte !== 0)) throw new Error('something follows the gzip');
  }
  if (!isOver) unpacked.end();
}

/** Reads at least so many bytes of a stream, if it has them, and gives them back. */
export async function peek(content: AsyncIterable<Buffer>, length: number): Promise<{ head: Buffer; rest: AsyncIterable<Buffer> }> {
  const chunks = content[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  async function* rest() {
    if (head.length > 0) yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  return { head, rest: rest() };
}
