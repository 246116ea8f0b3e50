import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';

it('a user sees its whole own record', async () => {
  const server = await startServer();
  const { token, user_info } = await server.login('kuaishou', 'larry');
  expect(await server.call('getUser', { token, userId: user_info.id })).toMatchObject({ status: 200, body: user_info });
});

it('another user sees only public fields', async () => {
  const server = await startServer();
  const { user_info: larry } = await server.login('qq', 'larry');
  const { token } = await server.login('qq', 'mei');
  expect((await server.call('getUser', { token, userId: larry.id })).body).toEqual({ id: larry.id, nickname: '', avatar: '' });
});

it('an unknown user is a 404', async () => {
  const server = await startServer();
  const { token } = await server.login('qq', 'mei');
  expect(await server.call('getUser', { token, userId: 1 })).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
});

describe('updateUser', () => {
  it('writes profile fields and custom fields, and leaves the others', async () => {
    const server = await startServer();
    const { token, id } = await registerUser(server);
    await server.call('updateUser', { token, body: { nickname: 'Mei', city: 'Huizhou', vip_level: 3, drinks: ['oolong'] } });
    const { status, body } = await server.call('updateUser', { token, body: { nickname: '', gender: 2, drinks: { $append: ['pu-erh'] } } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, nickname: '', city: 'Huizhou', gender: 2, vip_level: 3, drinks: ['oolong', 'pu-erh'] });
    expect((await server.call('getUser', { token, userId: id })).body).toEqual(body);
  });

  it("shows custom fields in every response with one's own record", async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    await server.call('updateUser', { token, body: { vip_level: 3 } });
    expect((await server.login('wechat', 'larry')).user_info).toMatchObject({ vip_level: 3 });
    const { body } = await server.call('updateAccount', { token, body: { username: 'larry', new_password: password } });
    expect(body).toMatchObject({ username: 'larry', vip_level: 3 });
    expect((await server.call('loginByUsername', { body: { username: 'larry', password } })).body).toMatchObject({ vip_level: 3 });
  });

  it('removes custom fields by $unset, and stores null like any value', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    await server.call('updateUser', { token, body: { one: 1, two: 2, three: 3 } });
    const { body } = await server.call('updateUser', { token, body: { one: null, $unset: { two: '' } } });
    expect([body.one, body.two, body.three]).toEqual([null, undefined, 3]);
  });

  it.each([
    ['$append_unique', '["x"]', ''],
    ['$remove', '["x"]', ''],
    ['$append', '["x"]', ''],
    ['$update', '{"a":1}', '{"a":'],
  ])('with arrays nested 30,000 deep for %s: a 400, and nothing changes', { tags: 'fault' }, async (operator, held, open) => {
    const server = await startServer();
    const { token, id } = await registerUser(server);
    await server.call('updateUser', { token, body: `{"kept":${held}}` });
    const deep = `${open || '['}${'['.repeat(30_000)}${']'.repeat(30_000)}${open ? '}' : ']'}`;
    const reply = await server.call('updateUser', { token, body: `{"kept":{"${operator}":${deep}}}` });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: '/body/kept' }] } });
    expect((await server.call('getUser', { token, userId: id })).body.kept).toEqual(JSON.parse(held));
  });

  it('never lets a custom field hide another field', async () => {
    const server = await startServer();
    const { token, id } = await registerUser(server);
    await server.store.updateTable('users').set({ fields: '{"id":1,"_username":"root","username":"root"}' }).execute();
    expect((await server.call('getUser', { token, userId: id })).body).toMatchObject({ id, _username: 'Mei' });
    expect((await server.call('updateAccount', { token, body: {} })).body).toMatchObject({ id, username: 'Mei' });
  });

  it.each([
    'phone',
    'email',
    'username',
    'email_verified',
    'phone_verified',
    'token',
    'expires_in',
    'user_id',
  ])('refuses %s, which a response would hide, and removes one that was stored before', { tags: 'fault' }, async (name) => {
    const server = await startServer();
    const { token, id } = await registerUser(server);
    for (const value of ['mine', null, 7, { $append: [1] }, { $incr_by: 1 }]) {
      const reply = await server.call('updateUser', { token, body: { [name]: value } });
      expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ path: `/body/${name}` }] } });
    }
    await server.store
      .updateTable('users')
      .set({ fields: JSON.stringify({ [name]: 'left', drink: 'oolong' }) })
      .execute();
    expect((await server.call('updateUser', { token, body: { $unset: { [name]: '' } } })).status).toBe(200);
    const { fields } = await server.store.selectFrom('users').select('fields').where('id', '=', id).executeTakeFirstOrThrow();
    expect(JSON.parse(fields ?? '{}')).toEqual({ drink: 'oolong' });
  });

  it.each([
    [{ _anonymous: false }, '/body/_anonymous', 'is reserved for the server'],
    [{ id: 1 }, '/body/id', 'is reserved for the server'],
    [{ token: 'x' }, '/body/token', 'is reserved for the server'],
    [{ $unset: { nickname: '' } }, '/body/nickname', 'is not a name of a custom field'],
    [{ 'vip-level': 1 }, '/body/vip-level', 'is not a name of a custom field'],
    [{ points: { $mul: 2 } }, '/body/points', 'must be a value, or an object with one of $incr_by'],
    [{ nickname: 7 }, '/body/nickname', 'must be string'],
    [{ nickname: 'a\0b' }, '/body/nickname', 'must not contain the character U+0000'],
  ])('refuses %j and changes nothing', async (refused, path, message) => {
    const server = await startServer();
    const { token, id } = await registerUser(server);
    const reply = await server.call('updateUser', { token, body: { city: 'Huizhou', colour: 'red', ...refused } });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ path }] } });
    expect(reply.body.errors[0].message).toContain(message);
    const { body } = await server.call('getUser', { token, userId: id });
    expect([body.city, body.colour]).toEqual(['', undefined]);
  });

  it('loses none of many simultaneous increments', async () => {
    const server = await startServer();
    const { token, id } = await registerUser(server);
    const steps = Array.from({ length: 20 }, () => server.call('updateUser', { token, body: { points: { $incr_by: 1 } } }));
    expect(new Set((await Promise.all(steps)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await server.call('getUser', { token, userId: id })).body.points).toBe(20);
  });
});

it("another user's custom fields are shown only if they are public", async () => {
  const server = await startServer({ configure: (app) => ({ ...app, public_fields: ['vip_level', 'constructor'] }) });
  const mei = await registerUser(server, 'Mei');
  const larry = await registerUser(server, 'larry');
  await server.call('updateUser', { token: mei.token, body: { nickname: 'Mei', vip_level: 1, drink: 'oolong' } });
  const shown = { id: mei.id, nickname: 'Mei', avatar: '', vip_level: 1 };
  expect((await server.call('getUser', { token: larry.token, userId: mei.id })).body).toEqual(shown);
  const { body } = await server.call('listUsers', { token: mei.token, query: { where: JSON.stringify({ id: { $eq: mei.id } }) } });
  expect(body.objects).toEqual([shown]);
});

describe('listUsers', () => {
  /** Five users, named a to e in the order in which they came, and the first one's token. */
  async function startWithUsers() {
    let time = 1_800_000_000;
    const server = await startServer({ now: () => time });
    const sessions: string[] = [];
    for (const nickname of ['a', 'b', 'c', 'd', 'e']) {
      time++;
      const { token } = await registerUser(server, nickname);
      await server.call('updateUser', { token, body: { nickname } });
      sessions.push(token);
    }
    const token = sessions[0];
    return { server, token, list: (query: Record<string, string>) => server.call('listUsers', { token, query }) };
  }
  const nicknames = (body: { objects: { nickname: string }[] }) => body.objects.map(({ nickname }) => nickname).join('');

  it('requires a session', async () => {
    const server = await startServer();
    expect((await server.call('listUsers')).status).toBe(401);
  });

  it('walks the pages by their links, there and back', async () => {
    const { server, token, list } = await startWithUsers();
    const where = JSON.stringify({ nickname: { $ne: 'c' } });
    const { body: first } = await list({ limit: '2', order_by: '-created_at', where });
    expect(first.meta).toMatchObject({ limit: 2, offset: 0, previous: null });
    const follow = async (link: string) =>
      server.call('listUsers', { token, query: Object.fromEntries(new URL(link, server.origin).searchParams) });
    const { body: second } = await follow(first.meta.next);
    expect([nicknames(first), nicknames(second)]).toEqual(['ed', 'ba']);
    expect(second.meta.next).toBeNull();
    expect((await follow(second.meta.previous)).body).toEqual(first);
  });

  it('counts only if asked, and all that match', async () => {
    const { list } = await startWithUsers();
    const where = JSON.stringify({ nickname: { $in: ['a', 'b', 'c'] } });
    expect((await list({ limit: '1', where })).body.meta).not.toHaveProperty('total_count');
    const { meta } = (await list({ limit: '1', where, return_total_count: '1' })).body;
    expect(meta.total_count).toBe(3);
    expect(meta.next).toContain('return_total_count=1');
  });

  it('returns nothing past the end', async () => {
    const { list } = await startWithUsers();
    const { body } = await list({ offset: '9007199254740991' });
    expect([body.objects, body.meta.next]).toEqual([[], null]);
  });

  it.each([
    ['nickname', 'abcde'],
    ['-nickname', 'edcba'],
    ['-created_at,nickname', 'edcba'],
  ])('sorts by %s', async (order_by, order) => {
    const { list } = await startWithUsers();
    expect(nicknames((await list({ order_by })).body)).toBe(order);
  });

  it('sorts new users last by default', async () => {
    const { list } = await startWithUsers();
    expect(nicknames((await list({})).body)).toBe('abcde');
  });

  it.each(['avatar', '-email', 'nickname,vip_level'])('does not sort by %s', async (order_by) => {
    const { list } = await startWithUsers();
    const reply = await list({ order_by });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: '/query/order_by' }] } });
    expect(reply.body.errors[0].message).toContain('allowed are id, created_at, nickname');
  });

  it.each([
    ['as encodeURIComponent does', encodeURIComponent],
    ['as a form', (text: string) => String(new URLSearchParams({ text })).slice('text='.length)],
  ])('accepts a query that is encoded %s', async (_case, encode) => {
    const { server, token } = await startWithUsers();
    await server.call('updateUser', { token, body: { nickname: "Mei (O'Hara) + *=!" } });
    const where = encode(JSON.stringify({ nickname: { $eq: "Mei (O'Hara) + *=!" } }));
    const headers = { 'X-Hydrogen-Client-ID': 'sandbox', Authorization: `Hydrogen-r1 ${token}` };
    const response = await fetch(`${server.origin}/hserve/v2.2/user/info/?where=${where}`, { headers });
    expect(await response.json()).toMatchObject({ objects: [{ nickname: "Mei (O'Hara) + *=!" }] });
  });

  it('shows no user of another app or environment', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const headers = { 'X-Hydrogen-Env-ID': 'staging' };
    await server.call('registerByUsername', { headers, body: { username: 'larry', password } });
    expect((await server.call('listUsers', { token })).body.objects).toHaveLength(1);
  });
});
