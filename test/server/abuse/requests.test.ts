// @module-tag fault
import { describe, expect, it } from 'vitest';
import { secureHeaders } from '../../../server/steps/secureAnswer.ts';
import { registerUser } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';
import { exchange, openSocket, readToEnd } from '../../support/socket.ts';

const head = (line: string, ...more: string[]) => `${[line, 'Host: a', ...more].join('\r\n')}\r\n\r\n`;
const post = 'POST /hserve/v2.0/login/anonymous/ HTTP/1.1';
const client = 'X-Hydrogen-Client-ID: sandbox';
const json = 'Content-Type: application/json';
const close = 'Connection: close';
/** Bytes that a proxy would take for a body, and the server for a request. */
const smuggled = head('GET /healthz HTTP/1.1', close);

describe('malformed requests', () => {
  it.each([
    [
      'Content-Length and Transfer-Encoding',
      `${head(post, client, json, 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
    ],
    ['two Content-Lengths', `${head(post, client, json, 'Content-Length: 2', 'Content-Length: 50')}{}${smuggled}`],
    ['an invalid Content-Length', `${head(post, client, json, 'Content-Length: 2, 50')}{}${smuggled}`],
    ['a negative Content-Length', head(post, client, json, 'Content-Length: -1') + smuggled],
    ['a Content-Length with a plus', `${head(post, client, json, 'Content-Length: +2')}{}${smuggled}`],
    ['an unknown Transfer-Encoding', `${head(post, client, json, 'Transfer-Encoding: xchunked')}0\r\n\r\n${smuggled}`],
    ['a Transfer-Encoding after another', `${head(post, client, json, 'Transfer-Encoding: chunked, identity')}0\r\n\r\n${smuggled}`],
    ['a chunk of an invalid size', `${head(post, client, json, 'Transfer-Encoding: chunked')}0x2\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ['a header folded over two lines', head(post, `${client}\r\n sandbox`, json) + smuggled],
    ['a space before the colon', `${head(post, 'Transfer-Encoding : chunked', client)}0\r\n\r\n${smuggled}`],
    ['an invalid header name', head(post, 'X-Hydro gen: x', client) + smuggled],
    ['a bare line feed', `POST / HTTP/1.1\nHost: a\n\n${smuggled}`],
    ['a NUL in a header', head(post, 'X-Client: a\0b', client) + smuggled],
    ['no Host', `GET /healthz HTTP/1.1\r\n\r\n${smuggled}`],
    ['HTTP/3.0', head('GET /healthz HTTP/3.0') + smuggled],
    ['an invalid method', head('GE T /healthz HTTP/1.1') + smuggled],
  ])('%s: 400, and the bytes after it are not treated as a request', async (_case, bytes) => {
    const { origin } = await startServer();
    expect(await exchange(origin, bytes)).toEqual([400]);
  });

  it.each([
    ['headers over 16 KiB', 431, head('GET /healthz HTTP/1.1', `X-Long: ${'x'.repeat(17_000)}`)],
    [
      'extensions of a chunk over 16 KiB',
      413,
      `${head(post, client, json, 'Transfer-Encoding: chunked')}2;${'x'.repeat(17_000)}\r\n{}\r\n`,
    ],
    ['what is not HTTP', 400, 'NONSENSE\r\n\r\n'],
    ['a TLS handshake', 400, '\x16\x03\x01\x02\x00\x01\r\n\r\n'],
    ['a target without a path', 400, head('GET http://[ HTTP/1.1', close)],
    ['a target of the contract on an invalid host', 400, head('GET http://a_[]/hserve/v2.2/server/time/ HTTP/1.1', client, close)],
    ['a post to a target without a path', 400, `${head('POST http://[ HTTP/1.1', client, json, 'Content-Length: 2', close)}{}`],
    ['a path that does not decode', 400, head('GET /% HTTP/1.1', close)],
    ['a page whose path does not decode', 400, head('GET /docs/%ff HTTP/1.1', close)],
  ])("%s: %i in the contract's shape, with security headers, logged and counted", async (_case, status, bytes) => {
    const server = await startServer();
    const socket = await openSocket(server.origin);
    socket.write(bytes);
    const [top = '', body = ''] = (await readToEnd(socket)).split('\r\n\r\n');
    const said = JSON.parse(body);
    expect(top).toMatch(new RegExp(`^HTTP/1.1 ${status} \\w`));
    expect(said).toMatchObject({
      status: 'error',
      code: status === 413 ? 'body_too_large' : 'request_invalid',
      error_msg: expect.any(String),
    });
    for (const [name, value] of secureHeaders) expect(top).toContain(`\r\n${name}: ${value}`);
    expect(top).toContain(`\r\nX-Request-Id: ${said.request_id}`);
    await expect
      .poll(() => server.logLines().filter(({ request_id }) => request_id === said.request_id))
      .toMatchObject([{ level: 40, status }]);
    // The operation of a request whose headers were read is known.
    const [operation, outcome] = status === 413 ? ['loginAnonymously', 'aborted'] : ['none', status];
    expect(await server.services.metrics.registry.metrics()).toContain(
      `login_request_duration_seconds_count{operation="${operation}",status="${outcome}"} 1`,
    );
  });

  it.each([
    ['an absolute one', 200, 'http://evil.example/healthz'],
    ['one with dots', 404, '/docs/../healthz'],
    ['one that leaves the folder', 404, '/docs/..%2f..%2f..%2f..%2f..%2fetc/passwd'],
    ['one that leaves it by backslashes', 404, '/docs/..%5c..%5cpackage.json'],
    ['one with a NUL', 404, '/docs/%00'],
    ['one that does not decode', 400, '/hserve/v2.5/user/info/%ff/'],
    ['one with two slashes', 404, '//healthz'],
  ])('an unusual path, %s: %i, without bypassing a limit', async (_case, status, target) => {
    const { origin } = await startServer();
    const [answered] = await exchange(origin, head(`GET ${target} HTTP/1.1`, client, close));
    expect(answered).toBe(status);
  });

  it.each(['CONNECT a:80', 'TRACE /healthz', 'OPTIONS *', 'PROPFIND /healthz'])('%s: an error, and no more', async (line) => {
    const { origin } = await startServer();
    const statuses = await exchange(origin, head(`${line} HTTP/1.1`, client, close));
    expect(statuses.every((status) => status >= 400)).toBe(true);
  });

  it('two Authorization headers: 400', async () => {
    const server = await startServer();
    const mine = `Authorization: Hydrogen-r1 ${(await registerUser(server, 'mei')).token}`;
    const other = `Authorization: Hydrogen-r1 ${(await registerUser(server, 'larry')).token}`;
    const line = 'GET /hserve/v2.5/user/info/1/ HTTP/1.1';
    expect(await exchange(server.origin, head(line, client, mine, close))).toEqual([404]);
    expect(await exchange(server.origin, head(line, client, mine, other, close))).toEqual([400]);
  });

  it('two client ids: refused', async () => {
    const server = await startServer();
    const line = 'GET /hserve/v2.2/server/time/ HTTP/1.1';
    expect(await exchange(server.origin, head(line, client, close))).toEqual([200]);
    expect(await exchange(server.origin, head(line, client, 'X-Hydrogen-Client-ID: other', close))).not.toContain(200);
  });

  it('overriding a method: only PUT and DELETE are accepted, and only on a POST', async () => {
    const { origin } = await startServer();
    const line = (method: string) => `${method} /hserve/v2.2/server/time/ HTTP/1.1`;
    const override = (method: string) => `X-Hydrogen-Request-Method: ${method}`;
    expect(await exchange(origin, head(line('POST'), client, override('GET'), close))).toEqual([405]);
    expect(await exchange(origin, head(line('GET'), client, override('DELETE'), close))).toEqual([200]);
  });
});
