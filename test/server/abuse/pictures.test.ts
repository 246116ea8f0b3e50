// @module-tag fault
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { download, jpeg, pictureForm, plainPicture, upload, uploaded } from '../../support/pictures.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { openSocket, readToEnd } from '../../support/socket.ts';

async function startLoggedIn(): Promise<{ server: TestServer; token: string }> {
  const server = await startServer();
  return { server, token: (await registerUser(server)).token };
}

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script><image href="file:///etc/passwd"/></svg>';

describe('uploaded pictures', () => {
  it.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['an SVG', () => Buffer.from(svg)],
    ['an SVG after an XML declaration', () => Buffer.from(`<?xml version="1.0"?>\n${svg}`)],
    ['a page', () => Buffer.from('<html><script>alert(1)</script></html>')],
    ['a PDF', () => Buffer.from('%PDF-1.4\n1 0 obj << >> endobj')],
    ['a TIFF', () => plainPicture(8, 8).tiff().toBuffer()],
    ['an AVIF', () => plainPicture(8, 8).avif().toBuffer()],
    ['an empty file', () => Buffer.alloc(0)],
    [
      'a JPEG cut in half',
      async () =>
        (
          await sharp({
            create: { width: 400, height: 400, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
          })
            .jpeg()
            .toBuffer()
        ).subarray(0, 9000),
    ],
    ['the first bytes of a PNG', () => Buffer.from('89504e470d0a1a0a', 'hex')],
    ['a PNG of 36 million pixels in few bytes', () => plainPicture(6000, 6000).png({ compressionLevel: 9 }).toBuffer()],
    [
      'a GIF that says it is 60,000 pixels wide',
      () => Buffer.concat([Buffer.from('GIF89a'), Buffer.from([0x60, 0xea, 0x60, 0xea, 0, 0, 0]), Buffer.from('3b', 'hex')]),
    ],
  ])('%s as a picture: 400 picture_invalid', async (_case, make) => {
    const { server, token } = await startLoggedIn();
    const bytes = await make();
    expect(bytes.length).toBeLessThan(1_048_576);
    const { status, body } = await upload(server, token, bytes);
    expect([status, body.code]).toEqual([400, 'picture_invalid']);
    expect(await server.store.selectFrom('avatar_files').selectAll().execute()).toEqual([]);
  });

  it('one that is also a page and an archive: only its pixels are stored', async () => {
    const { server, token } = await startLoggedIn();
    const payload = Buffer.from('<script>alert(document.domain)</script>PK\x03\x04');
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, payload.length + 2]), payload]);
    const picture = await jpeg();
    const polyglot = Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2), payload]);
    const { bytes } = await download(await uploaded(server, token, polyglot));
    expect(bytes.includes('script')).toBe(false);
    expect(bytes.includes('PK\x03\x04')).toBe(false);
  });

  it('a file of more than 1 MiB: 413, whether its length is announced or not', async () => {
    const { server, token } = await startLoggedIn();
    const tooMuch = Buffer.alloc(1_048_577);
    const { status, body } = await upload(server, token, tooMuch);
    expect([status, body.code]).toEqual([413, 'body_too_large']);
    const form = new Response(pictureForm(tooMuch));
    const response = await fetch(`${server.origin}/v1/me/avatar`, {
      method: 'POST',
      headers: {
        'X-Hydrogen-Client-ID': 'sandbox',
        Authorization: `Hydrogen-r1 ${token}`,
        'Content-Type': form.headers.get('Content-Type') ?? '',
      },
      body: form.body,
      duplex: 'half',
    });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, 'body_too_large']);
  });

  it.each([
    ['a body that says it has 100 MB', 413, (token: string) => `Authorization: Hydrogen-r1 ${token}\r\nContent-Length: 100000000`],
    ['a body of a caller without a session', 401, () => 'Content-Length: 500000'],
  ])('%s: %i before it has arrived', async (_case, status, headersOf) => {
    const { server, token } = await startLoggedIn();
    const socket = await openSocket(server.origin);
    const headers = `Host: a\r\nX-Hydrogen-Client-ID: sandbox\r\nContent-Type: multipart/form-data; boundary=x\r\n${headersOf(token)}`;
    socket.write(`POST /v1/me/avatar HTTP/1.1\r\n${headers}\r\n\r\n--x\r\n`);
    const answer = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(String(bytes))));
    expect(await answer).toContain(`HTTP/1.1 ${status} `);
    socket.destroy();
  });

  it('a body without end after its 413: the connection is closed', async () => {
    const { server, token } = await startLoggedIn();
    const socket = await openSocket(server.origin);
    const headers = `Host: a\r\nX-Hydrogen-Client-ID: sandbox\r\nContent-Type: multipart/form-data; boundary=x\r\nAuthorization: Hydrogen-r1 ${token}`;
    socket.write(`POST /v1/me/avatar HTTP/1.1\r\n${headers}\r\nContent-Length: 100000000\r\n\r\n`);
    const chunk = Buffer.alloc(1_048_576);
    for (let sent = 0; sent < 12; sent++) socket.write(chunk);
    expect(await readToEnd(socket)).toContain('HTTP/1.1 413 ');
  });

  it.each<[string, (picture: Buffer) => FormData, string]>([
    ['no file', () => new FormData(), '/body'],
    ['a file in another field', (picture) => pictureForm(picture, { field: 'avatar' }), '/body/avatar'],
    [
      'two files',
      (picture) => {
        const form = pictureForm(picture);
        form.append('file', new Blob([Uint8Array.from(picture)]));
        return form;
      },
      '/body',
    ],
    [
      'a thousand fields',
      (picture) => {
        const form = new FormData();
        for (let n = 0; n < 1000; n++) form.append(`field${n}`, 'x');
        form.append('file', new Blob([Uint8Array.from(picture)]));
        return form;
      },
      '/body',
    ],
  ])('a form with %s: 400 that names the field', async (_case, formOf, path) => {
    const { server, token } = await startLoggedIn();
    const { status, body } = await server.call('updateAvatar', { token, body: formOf(await jpeg()) });
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'request_invalid', expect.stringMatching(path)]);
  });

  it.each([
    ['JSON', 'application/json', '{}', 415],
    ['no type', '', 'x', 415],
    ['the bytes of a picture alone', 'image/jpeg', '\xff\xd8', 415],
    ['a form without its boundary', 'multipart/form-data', '--x\r\n', 400],
    [
      'a form that ends within its file',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
      400,
    ],
    [
      "a form whose boundary differs from its type's",
      'multipart/form-data; boundary=x',
      '--y\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n--y--\r\n',
      400,
    ],
    ['an invalid form', 'multipart/form-data; boundary=x', 'no boundary here', 400],
  ])('%s in place of a form with a file: refused', async (_case, type, body, status) => {
    const { server, token } = await startLoggedIn();
    const reply = await server.call('updateAvatar', { token, body, headers: { 'Content-Type': type } });
    expect(reply.status).toBe(status);
  });

  it.each([
    '..%2f..%2fpackage.json',
    '%2e%2e/package.json',
    'x.jpg',
    `${'a'.repeat(64)}.html`,
    `${'a'.repeat(64)}.jpg`,
    '',
  ])('GET /v1/avatars/%s: 404', async (name) => {
    const server = await startServer();
    expect((await fetch(`${server.origin}/v1/avatars/${name}`)).status).toBe(404);
  });

  it('an eleventh one within a minute: 429', async () => {
    const { server, token } = await startLoggedIn();
    const picture = await jpeg(8, 8);
    for (let n = 0; n < 10; n++) expect((await upload(server, token, picture)).status).toBe(200);
    expect((await upload(server, token, picture)).status).toBe(429);
  });
});
