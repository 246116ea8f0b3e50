// @module-tag fault
import { describe, expect, it } from 'vitest';
import { startServer } from '../../support/server.ts';
import { closed, openSocket, readToEnd } from '../../support/socket.ts';

/** Milliseconds: long enough for honest requests on a busy machine, short enough for a test. */
const timeouts = { headers: 300, request: 500, check: 50 };
const head = 'POST /hserve/v2.5/idp/wechat/silent-login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

describe('slow connections', () => {
  it.each([
    ['headers that never end', 'GET /healthz HTTP/1.1\r\nHost: a\r\n'],
    ['a request line that never ends', 'GET /heal'],
    ['a body that never comes', `${head}Content-Length: 100\r\n\r\n`],
    ['a body that never ends', `${head}Content-Length: 100\r\n\r\n{"code":`],
    ['a chunked body that never ends', `${head}Transfer-Encoding: chunked\r\n\r\n8\r\n{"code":`],
  ])('%s: the connection is closed', async (_case, bytes) => {
    const { origin } = await startServer({ timeouts });
    const socket = await openSocket(origin);
    socket.write(bytes);
    const text = await readToEnd(socket);
    expect(text === '' || /^HTTP\/1\.1 4\d\d/.test(text)).toBe(true);
  });

  it('a byte now and then: the connection is closed nevertheless', async () => {
    const { origin } = await startServer({ timeouts });
    const socket = await openSocket(origin);
    const end = closed(socket);
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    const drip = setInterval(() => socket.write('a'), 20);
    socket.resume();
    await end;
    clearInterval(drip);
  });

  it('2,000 idle ones: requests on others are answered at once, and all idle ones are closed', async () => {
    const { origin } = await startServer({ timeouts: { ...timeouts, headers: 2000, request: 2000 } });
    const ends: Promise<unknown>[] = [];
    // More at once than the system keeps waiting for the server would be lost on the way.
    for (let batch = 0; batch < 20; batch++) {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(origin)));
      ends.push(...sockets.map((socket) => closed(socket.resume())));
    }
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    await Promise.all(ends);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  });
});
