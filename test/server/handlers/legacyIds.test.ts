import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';
import { keyWith } from '../../support/serverKeys.ts';
import { addUser } from '../../support/users.ts';

const lc = (legacy_id: string) => ({ legacy_id, legacy_source: 'leancloud' });

async function start() {
  const server = await startServer();
  const { key } = await keyWith(server, 'users.read');
  return { server, key };
}

const find = async (server: TestServer, key: string, query: Record<string, string>) =>
  server.call('listUsersByLegacyId', { query, headers: { Authorization: `Bearer ${key}` } });

describe('listUsersByLegacyId', () => {
  it('finds users by their ids in another system, in one request for many', async () => {
    const { server, key } = await start();
    const [mei, larry] = [await addUser(server, lc('a1')), await addUser(server, { ...lc('b2'), state: 'banned', banned_until: null })];
    const { status, body } = await find(server, key, { legacy_id: 'a1,unknown,b2' });
    expect(status).toBe(200);
    expect(body.objects.toSorted((a: { legacy_id: string }, b: { legacy_id: string }) => (a.legacy_id < b.legacy_id ? -1 : 1))).toEqual([
      { user_id: mei.id, ...lc('a1'), state: 'active' },
      { user_id: larry.id, ...lc('b2'), state: 'banned' },
    ]);
  });

  it('tells systems apart that gave one id to two users', async () => {
    const { server, key } = await start();
    const mei = await addUser(server, lc('1'));
    await addUser(server, { legacy_id: '1', legacy_source: 'mincloud' });
    expect((await find(server, key, { legacy_id: '1' })).body.objects).toHaveLength(2);
    expect((await find(server, key, { legacy_id: '1', source: 'leancloud' })).body.objects).toMatchObject([{ user_id: mei.id }]);
  });

  it('finds who took in a merged account, and no closed one', async () => {
    const { server, key } = await start();
    const survivor = await addUser(server, { ...lc('stays'), state: 'closing', closing_at: 9_999_999_999 });
    await addUser(server, { ...lc('went'), state: 'merged', merged_into: survivor.id });
    await addUser(server, { ...lc('closed'), state: 'closed' });
    expect((await find(server, key, { legacy_id: 'went,closed' })).body.objects).toEqual([
      { user_id: survivor.id, ...lc('went'), state: 'closing' },
    ]);
  });

  it("shows the id in the user's own record only", async () => {
    const { server } = await start();
    const [mei, larry] = [await addUser(server, lc('a1')), await addUser(server)];
    const own = await server.call('getUser', { token: mei.token, userId: mei.id });
    expect(own.body).toMatchObject({ _legacy_id: 'a1', _legacy_source: 'leancloud' });
    expect((await server.call('getUser', { token: larry.token, userId: mei.id })).body).not.toHaveProperty('_legacy_id');
    expect((await server.call('getMe', { token: larry.token })).body).not.toHaveProperty('_legacy_id');
  });

  it.each([
    ['no ids', {}],
    ['an empty id', { legacy_id: 'a,,b' }],
    ['more than a hundred ids', { legacy_id: Array.from({ length: 101 }, (_, n) => n).join() }],
    ['an invalid source', { legacy_id: 'a', source: 'Lean Cloud' }],
  ])('refuses %s', async (_what, query) => {
    const { server, key } = await start();
    expect(await find(server, key, query)).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  });

  it('needs a key with its scope', async () => {
    const { server } = await start();
    const { key } = await keyWith(server, 'introspect');
    expect(await find(server, key, { legacy_id: 'a' })).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
  });
});
