import { crc32, deflateSync } from 'node:zlib';
import type { Router } from 'express';
import type { Counter } from './counter.ts';
import { field } from './page.ts';
import type { TokenFault } from './wechatTokens.ts';

/** The pages of the sandbox's mini-program. */
const released = new Set(['pages/index/index', 'pages/scan/index']);

/** `POST /wxa/getwxacodeunlimit` (docs/platforms.md, 1.8). A phone reads the picture's text from the page `/sandbox/scan` instead. */
export function mountScanCodes(router: Router, counter: Counter, tokenFault: TokenFault): void {
  router.post('/wxa/getwxacodeunlimit', async (request, response) => {
    if (await counter.stumble(undefined, response)) return;
    const fault = tokenFault(request) ?? faultOf(request.body);
    if (fault) return void response.json(fault);
    response.type('png').send(draw(field(request.body, 'scene') ?? ''));
  });
}

function faultOf(body: Record<string, unknown>) {
  const { page = 'pages/index/index', check_path = true, env_version = 'release', width = 430 } = body;
  if (!/^[\w!#$&'()*+,/:;=?@.~-]{1,32}$/.test(field(body, 'scene') ?? '')) {
    return { errcode: 40169, errmsg: 'invalid length for scene, or the data is not json string' };
  }
  if (!['release', 'trial', 'develop'].includes(String(env_version))) return { errcode: 40097, errmsg: 'invalid args' };
  if (typeof width !== 'number' || width < 280 || width > 1280) return { errcode: 40097, errmsg: 'invalid args' };
  if (check_path === true && !released.has(String(page))) return { errcode: 41030, errmsg: 'invalid page' };
  return undefined;
}

/** Bits in a row, and pixels of a bit. */
const columns = 16;
const scale = 12;
const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** Draws the text's bits, 16 in a row, as a picture in black and white. */
function draw(scene: string): Buffer {
  const bytes = [...Buffer.from(scene.padEnd(32))];
  const rows = bytes.flatMap((byte, index) => (index % 2 === 0 ? [[byte, bytes[index + 1] ?? 0]] : []));
  const width = columns * scale;
  const isBlack = (row: number[], x: number) => {
    const bit = Math.floor(x / scale);
    return (((row[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
  };
  const lines = rows.flatMap((row) => {
    const line = Buffer.alloc(1 + width / 8);
    for (let x = 0; x < width; x++) if (!isBlack(row, x)) line[1 + (x >> 3)] = (line[1 + (x >> 3)] ?? 0) | (128 >> (x & 7));
    return Array.from({ length: scale }, () => line);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(lines.length, 4);
  // One bit for each pixel.
  header[8] = 1;
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, checksum]);
}
