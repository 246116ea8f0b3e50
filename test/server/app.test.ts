import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { operationTable } from '../../generated/operations.ts';
import { operationIds, takesServerKey } from '../support/contract.ts';
import { countRows } from '../support/rows.ts';
import { startServer, type TestServer } from '../support/server.ts';

const json = { 'Content-Type': 'application/json' };
const client = { 'X-Hydrogen-Client-ID': 'sandbox' };

it('every operation of clients answers an unknown app with an error', async () => {
  const server = await startServer();
  for (const operation of operationIds.filter((id) => !takesServerKey(id))) {
    const content = 'upload' in operationTable[operation] ? { body: new FormData() } : { headers: json };
    const headers = { ...content.headers, 'X-Hydrogen-Client-ID': 'unknown' };
    const { status, body } = await server.call(operation, { userId: 1, ...content, headers });
    expect([operation, [400, 401].includes(status), body.status]).toEqual([operation, true, 'error']);
  }
});

describe('an app', () => {
  it('is required', async () => {
    const server = await startServer();
    const reply = await server.call('getServerTime', { headers: { 'X-Hydrogen-Client-ID': '' } });
    expect(reply).toMatchObject({ status: 401, body: { code: 'client_unknown', error_msg: '认证失败，请检查 AppID、ClientID 配置' } });
  });

  it('names only environments that it lists', async () => {
    const server = await startServer();
    const reply = await server.call('getServerTime', { headers: { 'X-Hydrogen-Env-ID': 'elsewhere' } });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: '/headers/x-hydrogen-env-id' }] } });
  });
});

describe('a session', () => {
  it.each([
    ['is missing', {}, 'session_required'],
    ['has another scheme', { Authorization: 'Bearer x' }, 'session_required'],
    ['is unknown', { Authorization: 'Hydrogen-r1 x' }, 'session_invalid'],
  ])('that %s is a 401', async (_case, headers, code) => {
    const server = await startServer();
    expect(await server.call('logout', { headers })).toMatchObject({ status: 401, body: { code } });
  });

  it("of another app's environment is a 401", async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    expect((await server.call('logout', { token, headers: { 'X-Hydrogen-Env-ID': 'staging' } })).status).toBe(401);
  });
});

describe('a request', () => {
  it.each([
    ['misses a field', { create_user: true }, '/body/code'],
    ['has a wrong type', { code: 7 }, '/body/code'],
    ['has a string too long', { code: 'x'.repeat(513) }, '/body/code'],
    ['is a list', [], '/body'],
    ['holds U+0000', { code: 'a\0b' }, '/body/code'],
    ['holds U+0000 where the contract says nothing', { code: 'x', more: [{ deep: '\0' }] }, '/body/more/0/deep'],
  ])('that %s names the field', async (_case, body, path) => {
    const server = await startServer();
    const reply = await server.call('silentLoginWechat', { body });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
    expect(reply.body.errors[0].path).toBe(path);
  });

  it('may hold fields and parameters that the contract does not know', async () => {
    const server = await startServer();
    const body = { code: await server.codeFor('qq', 'larry'), from_a_newer_client: true };
    expect((await server.call('silentLoginQq', { body })).status).toBe(201);
    expect((await fetch(`${server.origin}/hserve/v2.2/server/time/?x=1`, { headers: client })).status).toBe(200);
  });

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;v=1'])('may be of type %s', async (type) => {
    const server = await startServer();
    const reply = await server.call('silentLoginWechat', { body: {}, headers: { 'Content-Type': type } });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: '/body/code' }] } });
  });

  it('needs neither body nor type if the contract requires no field', async () => {
    const server = await startServer();
    expect((await server.call('loginAnonymously')).status).toBe(201);
    expect((await server.call('silentLoginWechat')).status).toBe(415);
  });

  it('that is not JSON is a 400', async () => {
    const server = await startServer();
    const reply = await server.call('silentLoginWechat', { body: '{"code":' });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ path: '/body' }] } });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])('of type %s is a 415', async (type) => {
    const server = await startServer();
    const reply = await server.call('silentLoginWechat', { body: 'code=1', headers: { 'Content-Type': type } });
    expect(reply).toMatchObject({ status: 415, body: { code: 'media_type_unsupported' } });
  });

  it.each([
    ['Content-Encoding', 'br'],
    ['Content-Type', 'application/json; charset=gbk'],
  ])('with a %s of %s is a 415, and no error of the server', async (name, value) => {
    const server = await startServer();
    const reply = await server.call('silentLoginWechat', { body: '{}', headers: { [name]: value } });
    expect(reply).toMatchObject({ status: 415, body: { code: 'media_type_unsupported' } });
    expect(server.logLines().find(({ status }) => status === 415)).toMatchObject({ level: 40, error: { code: 'media_type_unsupported' } });
  });

  it('over 64 KiB is a 413', async () => {
    const server = await startServer();
    const reply = await server.call('silentLoginWechat', { body: { code: 'x'.repeat(65 * 1024) } });
    expect(reply).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  it('to an unknown path is a 404', async () => {
    const server = await startServer();
    const response = await fetch(`${server.origin}/hserve/v9/nothing/`, { headers: client });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: 'error', code: 'path_not_found' });
  });

  it.each([
    ['in capitals', '/HSERVE/v2.2/Server/Time/', 200],
    ['with one slash more', '/hserve/v2.2/server/time//', 200],
    ['without its last slash', '/hserve/v2.2/server/time', 404],
    ['with a letter encoded', '/hserve/v2.2/server/tim%65/', 404],
    ['with a parameter that is encoded', '/hserve/v2.5/user/info/%31/', 401],
    ['with a parameter that cannot be decoded', '/hserve/v2.5/user/info/%zz/', 400],
    ['with a parameter that is not a number', '/hserve/v2.5/user/info/x/', 400],
    ['with a parameter that is endless', '/hserve/v2.5/user/info/Infinity/', 400],
  ])('to a path %s', async (_case, path, status) => {
    const server = await startServer();
    expect((await fetch(server.origin + path, { headers: client })).status).toBe(status);
  });

  it('with a method that the path does not have is a 405 that lists its methods', async () => {
    const server = await startServer();
    const response = await fetch(`${server.origin}/hserve/v2.0/session/destroy/`, { method: 'DELETE', headers: client });
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST']);
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
  });
});

describe('a POST with X-Hydrogen-Request-Method', () => {
  const post = async (override: string) => {
    const server = await startServer();
    const { token } = await server.login('kuaishou', 'larry');
    const headers = { ...client, ...json, Authorization: `Hydrogen-r1 ${token}`, 'X-Hydrogen-Request-Method': override };
    return fetch(`${server.origin}/hserve/v2.5/user/info/`, { method: 'POST', headers, body: '{"nickname":"Larry"}' });
  };

  it('is a PUT if it says PUT', async () => {
    expect((await post('PUT')).status).toBe(200);
  });

  it('is a DELETE if it says DELETE', async () => {
    expect((await post('DELETE')).status).toBe(405);
  });

  it('stays a POST for any other value', async () => {
    expect((await post('PATCH')).status).toBe(405);
  });
});

describe('a request id', () => {
  it("is the client's if it is valid, and generated otherwise", async () => {
    const server = await startServer();
    const idFor = async (given: string) =>
      (await server.call('getServerTime', { headers: { 'X-Request-Id': given } })).headers.get('X-Request-Id');
    expect(await idFor('from-the-client')).toBe('from-the-client');
    expect(await idFor('two words')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is in the log line of the request', async () => {
    const server = await startServer();
    await server.call('getServerTime', { headers: { 'X-Request-Id': 'only-one' } });
    expect(server.logLines().filter(({ request_id }) => request_id === 'only-one')).toEqual([
      {
        level: 30,
        time: expect.any(String),
        request_id: 'only-one',
        own_request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        method: 'GET',
        path: '/hserve/v2.2/server/time/',
        status: 200,
        operation: 'getServerTime',
        app: 'sandbox',
        ms: expect.any(Number),
        msg: 'request completed',
      },
    ]);
  });

  it('connects an error to its log line', async () => {
    const server = await startServer();
    const { body } = await server.call('silentLoginWechat', { body: { code: 'neverGiven' } });
    const line = server.logLines().find(({ request_id, status }) => request_id === body.request_id && status === 400);
    expect(line).toMatchObject({ operation: 'silentLoginWechat', app: 'sandbox', error: { code: 'code_invalid', platform_code: 40029 } });
  });
});

describe('a fault of the server', { tags: 'fault' }, () => {
  it('during a request: a 500 without details, which are in the log with the request id', async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    await server.store.schema.dropTable('identities').execute();
    const reply = await server.call('getUser', { token, userId: 1 }).catch(() => undefined);
    const { body } = await server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'larry') } });
    expect(reply?.status).toBe(500);
    expect(body).toEqual({ status: 'error', error_msg: expect.any(String), code: 'internal_error', request_id: expect.any(String) });
    expect(body.error_msg).not.toMatch(/table|sql/i);
    const line = server.logLines().find(({ request_id, level }) => request_id === body.request_id && level === 50);
    expect(line.err.message).toMatch(/no such table|relation .* does not exist/);
  });

  it('in a response that the contract does not declare: 500', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    await server.store.updateTable('users').set({ gender: 77 }).execute();
    const reply = await server.call('getUser', { token, userId: user_info.id });
    expect(reply).toMatchObject({ status: 500, body: { code: 'internal_error' } });
  });
});

describe('a client that goes away', { tags: 'fault' }, () => {
  /** Waits for the one line of a request's log. */
  const lineOf = (server: TestServer, id: string) =>
    expect.poll(() => server.logLines().find(({ request_id, status }) => request_id === id && status !== undefined));
  const headers = { ...client, ...json, 'X-Request-Id': 'gone-away' };

  it('while it sends the body: no error of the server, which continues', async () => {
    const server = await startServer();
    const { hostname, port } = new URL(server.origin);
    const socket = connect(Number(port), hostname);
    const head = Object.entries({ Host: hostname, 'Content-Length': '100', ...headers }).map(([name, value]) => `${name}: ${value}`);
    socket.write(`POST /hserve/v2.5/idp/qq/silent-login/ HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n{"code":`, () => socket.destroy());
    await lineOf(server, 'gone-away').toMatchObject({ level: 40 });
    await server.login('qq', 'larry');
  });

  it('before the response: the work is completed', async () => {
    const server = await startServer();
    const code = await server.codeFor('qq', 'larry', { kind: 'slow', delay_ms: 300 });
    const asked = { method: 'POST', headers, body: JSON.stringify({ code }), signal: AbortSignal.timeout(100) };
    await expect(fetch(`${server.origin}/hserve/v2.5/idp/qq/silent-login/`, asked)).rejects.toThrow();
    await expect.poll(() => countRows(server)).toEqual({ users: 1, identities: 1, sessions: 1 });
    expect(server.logLines().filter(({ level }) => level >= 50)).toEqual([]);
  });
});
