// @module-tag fault
import { writeFileSync } from 'node:fs';
import { hash } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { operationTable } from '../../../generated/operations.ts';
import { readApps } from '../../../server/config/apps.ts';
import { password, registerUser } from '../../support/accounts.ts';
import { admin } from '../../support/admin.ts';
import { createFolder } from '../../support/folder.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

/** 北京 and 广州 as Chinese Windows writes them, and other bytes that UTF-8 has not. */
const bytes = {
  'GBK, 北京': [0xb1, 0xb1, 0xbe, 0xa9],
  'GBK, 广州': [0xb9, 0xe3, 0xd6, 0xdd],
  'half a character': [0xe4, 0xbd],
  'an overlong slash': [0xc0, 0xaf],
  'a surrogate': [0xed, 0xa0, 0x80],
  'beyond Unicode': [0xf4, 0x90, 0x80, 0x80],
};
const around = (before: string, inner: number[], after: string) =>
  Buffer.concat([Buffer.from(before), Buffer.from(inner), Buffer.from(after)]);

async function post(
  { origin }: TestServer,
  operation: 'registerByUsername' | 'loginByUsername' | 'updateUser',
  body: string | Buffer,
  headers = {},
) {
  const { path, method } = operationTable[operation];
  const response = await fetch(origin + path, {
    method,
    body,
    headers: { 'X-Hydrogen-Client-ID': 'sandbox', 'Content-Type': 'application/json', ...headers },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('encodings', () => {
  describe.each(Object.entries(bytes))('bytes that are not UTF-8 (%s)', (_what, inner) => {
    it.each(['username', 'password', 'more'])('in the %s of a body: 400, and no account is created or logged in to', async (field) => {
      const server = await startServer();
      const fields = { username: 'mei', password, more: 'x', [field]: '@@' };
      const [before = '', after = ''] = JSON.stringify(fields).split('@@');
      const body = around(before, inner, after);
      const refused = {
        status: 400,
        body: { code: 'request_invalid', errors: [{ path: '/body', message: expect.stringContaining('UTF-8') }] },
      };
      expect(await post(server, 'registerByUsername', body)).toMatchObject(refused);
      expect(await post(server, 'loginByUsername', body)).toMatchObject(refused);
      expect(await server.store.selectFrom('users').select('id').execute()).toEqual([]);
    });

    it('in a query: 400', async () => {
      const server = await startServer();
      const { token } = await registerUser(server);
      const encoded = inner.map((byte) => `%${byte.toString(16)}`).join('');
      const url = `${server.origin}${operationTable.listUsers.path}?where=%7B%22nickname%22:%7B%22$eq%22:%22${encoded}%22%7D%7D`;
      const response = await fetch(url, { headers: { 'X-Hydrogen-Client-ID': 'sandbox', Authorization: `Hydrogen-r1 ${token}` } });
      expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ path: '/query' }] }]);
    });

    it('in a path: 400', async () => {
      const server = await startServer();
      const { token } = await registerUser(server);
      const encoded = inner.map((byte) => `%${byte.toString(16)}`).join('');
      const url = `${server.origin}/hserve/v2.5/user/info/${encoded}/`;
      const response = await fetch(url, { headers: { 'X-Hydrogen-Client-ID': 'sandbox', Authorization: `Hydrogen-r1 ${token}` } });
      expect(response.status).toBe(400);
    });

    it.each([
      'X-Hydrogen-Client-ID',
      'X-Hydrogen-Env-ID',
      'X-Hydrogen-Client-Version',
      'X-Hydrogen-Client-Platform',
      'X-Hydrogen-Client-SDK-Type',
      'Authorization',
    ])('in the header %s: 400 that names it, with and without a session', async (name) => {
      const server = await startServer();
      const { token, id } = await registerUser(server);
      // A header goes out with one byte for each of these characters.
      const value = (name === 'Authorization' ? 'Hydrogen-r1 ' : '') + String.fromCharCode(...inner);
      const refused = {
        status: 400,
        body: { code: 'request_invalid', errors: [{ path: `/headers/${name.toLowerCase()}`, message: 'is not UTF-8' }] },
      };
      expect(await server.call('getUser', { token, userId: id, headers: { [name]: value } })).toMatchObject(refused);
      expect(await server.call('loginAnonymously', { headers: { [name]: value } })).toMatchObject(refused);
      expect(await server.call('registerByUsername', { headers: { [name]: value }, body: { username: 'larry', password } })).toMatchObject(
        refused,
      );
      expect(await server.store.selectFrom('users').select('id').execute()).toEqual([{ id }]);
    });

    it.each(['raw', 'encoded'])('%s in the form of a reset: 400, and the password stays', async (how) => {
      const server = await startServer();
      await addUser(server, { email: 'mei@example.com', email_verified: 1, password_hash: await hash(password) });
      await server.call('requestPasswordReset', { body: { email: 'mei@example.com' } });
      const link = /https?:\S+token=\S+/.exec((await server.mailTo('mei@example.com'))?.text ?? '')?.[0] ?? expect.unreachable();
      const typed = how === 'raw' ? Buffer.from(inner) : Buffer.from(inner.map((byte) => `%${byte.toString(16)}`).join(''));
      const body = Buffer.concat([Buffer.from('password=plumrain'), typed, Buffer.from('&again=plumrain'), typed]);
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      expect((await fetch(link, { method: 'POST', body, headers })).status).toBe(400);
      expect((await server.call('loginByEmail', { body: { email: 'mei@example.com', password } })).status).toBe(201);
    });

    it('in APPS_FILE: the start ends with the file and the line, and no app is added', async () => {
      const file = `${createFolder()}/apps.yaml`;
      writeFileSync(file, around('apps:\n  - client_id: shop\n    name: ', inner, '\n'));
      const complaint = `${file}:3: is not UTF-8: save the file as UTF-8`;
      expect(() => readApps(file)).toThrow(complaint);
      expect(await admin(['add-app', '--name', 'Two'], { APPS_FILE: file })).toMatchObject({
        code: 1,
        errors: expect.stringContaining(complaint),
      });
    });
  });

  it.each(['utf-8', 'UTF-8', 'utf8', 'UTF8', '"utf8"', '"utf-8"'])('Content-Type with charset=%s: read', async (charset) => {
    const server = await startServer();
    const body = JSON.stringify({ username: '小明', password });
    expect(await post(server, 'registerByUsername', body, { 'Content-Type': `application/json; charset=${charset}` })).toMatchObject({
      status: 201,
      body: { _username: '小明' },
    });
  });

  it.each(['gbk', 'gb18030', 'utf-16', 'latin1', 'utf-7'])('Content-Type with charset=%s: 415, which names it', async (charset) => {
    const server = await startServer();
    const body = JSON.stringify({ username: 'mei', password });
    expect(await post(server, 'registerByUsername', body, { 'Content-Type': `application/json; charset=${charset}` })).toMatchObject({
      status: 415,
      body: { code: 'media_type_unsupported', error_msg: expect.stringContaining(charset) },
    });
  });

  it('a query with a literal percent sign: read', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const query = { where: JSON.stringify({ nickname: { $contains: '100% 小明' } }) };
    expect((await server.call('listUsers', { token, query })).status).toBe(200);
  });

  it.each([
    ['X-Hydrogen-Client-ID', '商店', 401, 'client_unknown'],
    ['X-Hydrogen-Env-ID', '测试', 400, 'request_invalid'],
    ['Authorization', 'Hydrogen-r1 令牌', 401, 'session_invalid'],
    ['X-Hydrogen-Client-Version', '三', 200, undefined],
  ])('UTF-8 in the header %s that is beyond ASCII (%s): %i, as for any other text', async (name, value, status, code) => {
    const server = await startServer();
    const { token, id } = await registerUser(server);
    const headers = { [name]: Buffer.from(value).toString('latin1') };
    const reply = await server.call('getUser', { token, userId: id, headers });
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });
});
