// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';
import { exchange } from '../../support/socket.ts';
import { addUser, readUser } from '../../support/users.ts';

const limit = 64 * 1024;

describe('bodies of requests', () => {
  it('one over 64 KiB: 413, at the first byte that exceeds it', async () => {
    const server = await startServer();
    const bodyOf = (bytes: number) => `{"code":"${'x'.repeat(bytes - 11)}"}`;
    expect((await server.call('silentLoginWechat', { body: bodyOf(limit) })).status).toBe(400);
    expect((await server.call('silentLoginWechat', { body: bodyOf(limit + 1) })).status).toBe(413);
  });

  it.each([
    ['never says how large it is', 413, '0\r\n\r\n'],
    ['never ends', 408, ''],
  ])('one over 64 KiB that %s: %i', async (_case, status, end) => {
    const { origin } = await startServer({ timeouts: { headers: 500, request: 500, check: 50 } });
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
    const head =
      'POST /hserve/v2.5/idp/wechat/silent-login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n';
    expect(await exchange(origin, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}${end}`)).toEqual([status]);
  });

  it.each(['gzip', 'deflate', 'br', 'zip'])('one that is declared as %s: 415, unread', async (encoding) => {
    const server = await startServer();
    const reply = await server.call('silentLoginWechat', { body: { code: 'any' }, headers: { 'Content-Encoding': encoding } });
    expect([reply.status, reply.body.code]).toEqual([415, 'media_type_unsupported']);
  });

  it.each([
    ['objects', '{"a":', '}'],
    ['arrays', '[', ']'],
  ])('ten thousand nested %s: parsed, and a 400 if they cannot be stored', async (_case, open, close) => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const nested = `${open.repeat(10_000)}1${close.repeat(10_000)}`;
    expect((await server.call('updateUser', { token, body: `{"deep":${nested}}` })).status).toBe(400);
    expect((await server.call('loginByUsername', { body: `{"username":"mei","password":"x","more":${nested}}` })).status).toBe(400);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('the key %s: reaches no prototype', async (key) => {
    const server = await startServer();
    const { id, token } = await addUser(server);
    const body = `{"nickname":"Mei","${key}":{"polluted":true,"is_anonymous":1},"prefs":{"${key}":{"polluted":true}}}`;
    await server.call('updateUser', { token, body });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((await readUser(server, id)).is_anonymous).toBe(0);
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ])('%s for a field, an operator, an app or an environment: refused like any unknown one', async (name) => {
    const server = await startServer();
    const { token } = await registerUser(server);
    expect((await server.call('listUsers', { token, query: { where: `{"${name}":{"$eq":1}}` } })).status).toBe(400);
    expect((await server.call('listUsers', { token, query: { where: `{"id":{"${name}":1}}` } })).status).toBe(400);
    expect((await server.call('listUsers', { token, query: { order_by: name } })).status).toBe(400);
    expect((await server.call('getServerTime', { headers: { 'X-Hydrogen-Client-ID': name } })).status).toBe(401);
    expect((await server.call('getServerTime', { headers: { 'X-Hydrogen-Env-ID': name } })).status).toBe(400);
  });

  it.each([
    ['id', 1],
    ['user_id', 1],
    ['created_by', 1],
    ['is_authorized', true],
    ['openid', 'stolen'],
    ['unionid', 'stolen'],
    ['_phone_verified', true],
    ['_email_verified', true],
    ['_anonymous', false],
    ['_provider', { wechat: { openid: 'stolen' } }],
    ['password_hash', 'x'],
    ['is_anonymous', 0],
    ['phone_verified', 1],
    ['tenant_id', 'other'],
  ])("writing %s into one's own profile: nothing in the account changes", async (name, value) => {
    const server = await startServer();
    const { id, token } = await addUser(server, { phone: '13800138000' });
    const before = { ...(await readUser(server, id)), fields: '', updated_at: 0 };
    await server.call('updateUser', { token, body: { [name]: value } });
    expect({ ...(await readUser(server, id)), fields: '', updated_at: 0 }).toEqual(before);
    const { body } = await server.call('getUser', { token, userId: id });
    expect(body).toMatchObject({ id, openid: '', _phone_verified: false, _email_verified: false, _provider: {} });
  });

  it('registering with more than a name and a password: nothing else is set', async () => {
    const server = await startServer();
    const body = {
      username: 'mei',
      password,
      id: 7,
      phone: '13800138000',
      _phone_verified: true,
      phone_verified: 1,
      openid: 'x',
      is_authorized: true,
    };
    const reply = await server.call('registerByUsername', { body });
    expect(reply.body).toMatchObject({ _username: 'mei', _phone: null, _phone_verified: false, is_authorized: false, openid: '' });
    expect(reply.body.id).not.toBe(7);
  });

  it('a NUL in a field with a very long name: a 400 that names the field, cut to the maximum length', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const name = 'n'.repeat(2000);
    const { status, body } = await server.call('updateUser', { token, body: { [name]: 'a\0b' } });
    expect([status, body.errors?.[0]?.path]).toEqual([400, `/body/${name}`.slice(0, 512)]);
  });
});
