import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
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
    const content = await gunzipped(counted(createReadStream(path, { highWaterMark: 256 * 1024 }), read));
    const { head, rest } = await peek(content, tarMagic.at + tarMagic.text.length);
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

async function* entriesOf(path: string, content: AsyncIterable<Buffer>, wanted: (name: string) => boolean): AsyncGenerator<Entry> {
  let found = false;
  for await (const { header, body } of ReadableStream.from(content).pipeThrough(createTarDecoder())) {
    if (header.type === 'file' && wanted(header.name)) {
      found = true;
      yield { name: `${path}:${header.name}`, content: await gunzipped(buffersOf(body)) };
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
async function gunzipped(content: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const { head, rest } = await peek(content, 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return rest;
  const packed = new PassThrough();
  const gunzip = packed.pipe(createGunzip({ chunkSize: 256 * 1024 }));
  pump(rest, packed).catch((error) => gunzip.destroy(error));
  return gunzip;
}

async function pump(content: AsyncIterable<Buffer>, into: PassThrough): Promise<void> {
  for await (const chunk of content) {
    if (!into.write(chunk)) await new Promise((resolve) => into.once('drain', resolve));
  }
  into.end();
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
