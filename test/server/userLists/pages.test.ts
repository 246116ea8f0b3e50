import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { addCrowd } from '../../support/crowd.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

/** Follows a list to its end; `between` happens after each page. @returns the ids of all users, in order */
async function walk(server: TestServer, token: string, query: Record<string, string>, between: () => Promise<unknown>): Promise<number[]> {
  const ids: number[] = [];
  for (let next: Record<string, string> | undefined = query; next; ) {
    const { status, body } = await server.call('listUsers', { token, query: next });
    expect(status).toBe(200);
    ids.push(...body.objects.map(({ id }: { id: number }) => id));
    next = body.meta.next === null ? undefined : Object.fromEntries(new URL(body.meta.next, server.origin).searchParams);
    await between();
  }
  return ids;
}

describe('pages of user lists', () => {
  it.each([
    [{}],
    [{ order_by: 'created_at' }],
    [{ order_by: '-created_at' }],
    [{ order_by: 'id' }],
    [{ order_by: '-id' }],
    [{ order_by: 'nickname' }],
    [{ order_by: '-nickname' }],
    [{ order_by: '-level' }],
    [{ order_by: 'drink,-nickname' }],
    [{ order_by: '-created_at,id' }],
    [{ where: '{"level":{"$gte":0}}' }],
    [{ where: '{"level":{"$gte":0}}', order_by: '-nickname', return_total_count: '1' }],
    [{ where: '{"level":{"$gte":0}}', order_by: 'level', return_total_count: '1', keys: 'nickname' }],
  ] as Record<string, string>[][])('users who register or are deleted between two pages of %j: no other user is skipped or repeated', {
    tags: 'fault',
  }, async (query) => {
    const configure = (app: object) => ({ ...app, public_fields: ['level', 'drink'] });
    // Everyone comes in one second.
    const server = await startServer({ configure, now: () => 10 });
    await addCrowd(server.store, 25);
    await server.store.updateTable('users').set({ created_at: 10 }).where('id', '>', 12).execute();
    const { token, id } = await registerUser(server);
    let came = 0;
    const between = async () => {
      for (let person = 0; person < 4; person++) await addUser(server, { created_at: 10, nickname: `n${came++}0`, fields: '{"level":3}' });
      if (came === 8) await server.store.deleteFrom('users').where('id', '=', 3).execute();
    };
    const ids = await walk(server, token, { limit: '6', ...query }, between);
    expect(new Set(ids).size).toBe(ids.length);
    const stayed = Array.from({ length: 25 }, (_, index) => index + 1).filter((one) => one !== 3);
    expect(stayed.filter((one) => !ids.includes(one))).toEqual([]);
    if (query.where === undefined) expect(ids).toContain(id);
  });

  it('have the same total', async () => {
    const server = await startServer();
    await addCrowd(server.store, 30);
    const { token } = await registerUser(server);
    for (const where of ['{}', '{"avatar":{"$ne":"x"}}', '{"nickname":{"$ne":"x"}}']) {
      let query: Record<string, string> = { where, limit: '12', return_total_count: '1' };
      for (let page = 0; page < 3; page++) {
        const { meta } = (await server.call('listUsers', { token, query })).body;
        expect([where, meta.total_count, meta.offset]).toEqual([where, 31, 12 * page]);
        if (meta.next) query = Object.fromEntries(new URL(meta.next, server.origin).searchParams);
      }
    }
  });

  it.each([
    ['no JSON', 'abcd'],
    ['of another order', Buffer.from('[[2,"Mei"],[4,1]]').toString('base64url')],
    ['with a text for a number', Buffer.from('[[2,"x"],[2,"y"]]').toString('base64url')],
    ['with a number past whole ones', Buffer.from('[[4,1e300],[4,1]]').toString('base64url')],
    ['nested deep', Buffer.from(`${'['.repeat(5000)}${']'.repeat(5000)}`).toString('base64url')],
    ['with too little', Buffer.from('[[4,1]]').toString('base64url')],
  ])('a position %s: a 400 that names it', { tags: 'fault' }, async (_name, after) => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const reply = await server.call('listUsers', { token, query: { after } });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ path: '/query/after' }] } });
  });

  it.each([
    ['[2,"a\\u0000"]', '/query/after'],
    ['[2,"\\ud83d"]', '/query/after'],
    ['[4,1]', '/query/after'],
  ])('a position with a nickname that databases cannot compare, %s: a 400', { tags: 'fault' }, async (key, path) => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const after = Buffer.from(`[${key},[4,1]]`).toString('base64url');
    const reply = await server.call('listUsers', { token, query: { order_by: 'nickname', after } });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  it.each([
    ['nickname,nickname', 'names nickname twice'],
    ['nickname,-nickname', 'names nickname twice'],
    [Array(42).fill('level').join(','), 'names level twice'],
    ['id,id', 'names id twice'],
    ['level,nickname,created_at,id,a,b', 'has more than 5 names'],
  ])('an order by %s: a 400', { tags: 'fault' }, async (order_by, message) => {
    const server = await startServer({ configure: (app) => ({ ...app, public_fields: ['level', 'a', 'b'] }) });
    const { token } = await registerUser(server);
    const { status, body } = await server.call('listUsers', { token, query: { order_by } });
    expect([status, body.errors]).toEqual([400, [{ path: '/query/order_by', message }]]);
  });

  it('sort texts by code points and dates by their instant on every database', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, public_fields: ['at'] }) });
    const { token } = await registerUser(server);
    const people = [
      ['b', '2024-01-01T00:00:00+08:00'],
      ['Ä', '2023-12-31T17:00:00Z'],
      ['B', '2023-12-31T15:59:59.5Z'],
      ['a', 'no date'],
      ['\ufa00', '2023-12-31T23:00:00+00:00'],
      ['😀', '2023-12-31T23:30:00+08:00'],
      ['茶', '0'],
    ];
    for (const [nickname, at] of people) await addUser(server, { nickname: nickname ?? '', fields: JSON.stringify({ at }) });
    const sorted = async (order_by: string) =>
      (await server.call('listUsers', { token, query: { order_by } })).body.objects
        .map(({ nickname }: { nickname: string }) => nickname)
        .join(' ');
    expect(await sorted('nickname')).toBe(' B a b Ä 茶 \ufa00 😀');
    expect(await sorted('nickname,at')).toBe(' B a b Ä 茶 \ufa00 😀');
    expect(await sorted('at')).toBe(' 茶 a 😀 B b Ä \ufa00');
  });

  it('link back by offset to the first page, with all other parameters', async () => {
    const server = await startServer();
    await addCrowd(server.store, 30);
    const { token } = await registerUser(server);
    const same = { where: '{"nickname":{"$ne":"x"}}', order_by: '-nickname', keys: 'id', return_total_count: '1', limit: '8' };
    const pages: number[][] = [];
    for (let query: Record<string, string> | undefined = { ...same, offset: '24' }; query; ) {
      const { status, body } = await server.call('listUsers', { token, query });
      expect(status).toBe(200);
      pages.push(body.objects.map(({ id }: { id: number }) => id));
      const { previous } = body.meta;
      if (previous === null) break;
      const asked: Record<string, string> = Object.fromEntries(new URL(previous, server.origin).searchParams);
      const { offset = '0', ...others } = asked;
      expect([Number(offset) % 8, others]).toEqual([0, same]);
      query = asked;
    }
    expect(pages.map(({ length }) => length)).toEqual([7, 8, 8, 8]);
    expect(new Set(pages.flat()).size).toBe(31);
  });

  it('have none before the first, and a whole one before an offset within it', async () => {
    const server = await startServer();
    await addCrowd(server.store, 12);
    const { token } = await registerUser(server);
    const previous = async (offset: number) =>
      (await server.call('listUsers', { token, query: { limit: '8', offset: String(offset) } })).body.meta.previous;
    expect(await previous(0)).toBe(null);
    const { searchParams } = new URL(await previous(5), server.origin);
    expect([searchParams.get('offset') ?? '0', searchParams.get('limit')]).toEqual(['0', '8']);
  });
});
