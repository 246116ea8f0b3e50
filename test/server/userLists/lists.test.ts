import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listBudget } from '../../../server/userLists/listing.ts';
import { createUserLists } from '../../../server/userLists/lists.ts';
import { password, registerUser } from '../../support/accounts.ts';
import { addCrowd } from '../../support/crowd.ts';
import { createDatabase, openTestStore } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

const publicly = { configure: (app: object) => ({ ...app, public_fields: ['level', 'drink', 'tags'] }) };
const many = (count: number, query: object) => ({ $or: Array(count).fill(query) });
/** Word boundaries force RE2's slow path: seconds for a text of sixteen thousand characters. */
const slowPattern = '(?:.{1000}|a.{999}|b.{998}|.a.{997})[cd]\\b';

/** Conditions that no index serves, as many as a `where` may hold. */
const expensive: [name: string, query: Record<string, string>][] = [
  ['$contains', { where: JSON.stringify(many(49, { avatar: { $contains: 'unknown' } })) }],
  ['$ne, counted', { where: JSON.stringify({ $and: Array(49).fill({ nickname: { $ne: 'x' } }) }), return_total_count: '1' }],
  ['a custom field', { where: JSON.stringify(many(49, { level: { $eq: -1 } })), return_total_count: '1' }],
  [
    '$nin of a thousand',
    { where: JSON.stringify({ tags: { $nin: Array.from({ length: 1000 }, (_, index) => `u${index}`) } }), return_total_count: '1' },
  ],
  ['$regex', { where: JSON.stringify(many(10, { nickname: { $regex: '^(n|m)*x$' } })) }],
  ['$all and $has_key', { where: JSON.stringify(many(20, { tags: { $all: ['a', 'z'] }, drink: { $has_key: 'x' } })) }],
  ['an order by custom fields', { order_by: '-level,drink,tags', limit: '1000', return_total_count: '1' }],
  ['an order that skips nearly all', { order_by: 'drink,-nickname', offset: '19000' }],
];

describe('expensive user lists', () => {
  it('20,000 users, and lists of every expensive kind: /healthz and a login are answered before the lists', {
    tags: 'fault',
    timeout: 180_000,
  }, async () => {
    const server = await startServer({ ...publicly, database: await createDatabase(), rateLimited: false });
    const { token } = await registerUser(server, 'Mei');
    await addCrowd(server.store, 20_000);
    // Starts the thread.
    await server.call('listUsers', { token });
    for (const [name, query] of expensive) {
      expect([name, (await server.call('listUsers', { token, query })).status]).toEqual([name, 200]);
      const order: string[] = [];
      const note = <T>(what: string, work: Promise<T>) => work.finally(() => order.push(what));
      const lists = Promise.all(Array.from({ length: 3 }, () => server.call('listUsers', { token, query })));
      const health = note('health', fetch(`${server.origin}/healthz`));
      const login = note('login', server.call('loginByUsername', { body: { username: 'Mei', password } }));
      const replies = await note('lists', lists);
      expect([name, (await health).status, (await login).status]).toEqual([name, 200, 201]);
      expect([name, order.at(-1)]).toEqual([name, 'lists']);
      const outcomes = new Set(replies.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim()));
      expect([name, [...outcomes].filter((outcome) => outcome !== '200' && outcome !== '503 store_unavailable')]).toEqual([name, []]);
    }
  });

  it('a pattern that takes seconds for one user: a 400, the thread is terminated, and the next list starts a new one', {
    tags: 'fault',
  }, async () => {
    const database = await createDatabase();
    // A fast machine needs less than the usual five seconds.
    const userLists = createUserLists(database, await openTestStore(database), { ...listBudget, time: 1000 });
    onTestFinished(() => userLists.close());
    const server = await startServer({ ...publicly, database, services: { userLists } });
    const { token } = await registerUser(server, 'Mei');
    // The text must not match (no c or d at its end), or the scan ends at the first pattern.
    const drink = `${randomBytes(7999).toString('hex')}ee`;
    await server.call('updateUser', { token, body: { drink } });
    const where = JSON.stringify(many(10, { drink: { $regex: slowPattern } }));
    const slow = await server.call('listUsers', { token, query: { where } });
    expect(slow).toMatchObject({ status: 400, body: { code: 'query_too_expensive' } });
    expect(slow.body.error_msg).toContain('it took more than 1000 milliseconds');
    const next = await server.call('listUsers', { token, query: { where: '{"nickname":{"$eq":""}}' } });
    expect(next.body.objects).toHaveLength(1);
  });

  it('more lists than fit in the queue: the last ones are refused at once with Retry-After, and nothing else is', {
    tags: 'fault',
  }, async () => {
    const database = await createDatabase();
    const server = await startServer({ database, rateLimited: false });
    const { token } = await registerUser(server, 'Mei');
    const replies = await Promise.all(Array.from({ length: 40 }, () => server.call('listUsers', { token })));
    const refused = replies.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, body, headers } of refused) {
      expect([status, body.code, headers.get('Retry-After')]).toEqual([503, 'store_unavailable', '2']);
    }
    expect((await server.call('listUsers', { token })).status).toBe(200);
  });

  const whole = {
    tenantId: 'sandbox',
    publicFields: ['level'],
    keys: undefined,
    where: { all: [] },
    order: [
      { name: 'created_at', down: false },
      { name: 'id', down: false },
    ],
    limit: 2,
    offset: 0,
    after: undefined,
    counted: false,
  };

  it.each([
    [
      'a condition without a match',
      { where: { field: 'nickname', operator: '$eq', operand: 'x' } as const, order: [{ name: 'created_at', down: true }] },
      undefined,
    ],
    [
      'a condition without a match or an index',
      { where: { field: 'avatar', operator: '$eq', operand: 'x' } as const },
      'scan more than 50 users',
    ],
    ['a condition that the first meet', { where: { field: 'avatar', operator: '$ne', operand: 'x' } as const }, undefined],
    ['the same, counted', { where: { field: 'avatar', operator: '$ne', operand: 'x' } as const, counted: true }, 'scan more than 50 users'],
    ['an order that no index has', { order: [{ name: 'level', down: false }] }, 'scan more than 50 users'],
    [
      'ids of an order that no index has',
      { where: { field: 'id', operator: '$in', operand: [3, 1] } as const, order: [{ name: 'level', down: false }] },
      undefined,
    ],
    [
      'an alternative that names an id',
      {
        where: {
          any: [{ field: 'id', operator: '$eq', operand: 1 } as const, { field: 'avatar', operator: '$eq', operand: 'x' } as const],
        },
      },
      'scan more than 50 users',
    ],
    ['all, a page', {}, undefined],
    ['all, counted', { counted: true }, 'there are more than 80 users to count'],
    ['all, far behind', { offset: 90 }, 'offset skips more than 80 users'],
    ['all, behind the end', { offset: 1000 }, undefined],
    ['a page of more text than fits', { limit: 60, publicFields: ['level', 'drink', 'tags'] }, 'the page has more than 5000 characters'],
    ['the same, with fewer keys', { limit: 60, publicFields: ['level', 'drink', 'tags'], keys: 'level' }, undefined],
  ])('scan no more users than the budget allows: %s', async (_name, change, problem) => {
    const database = await createDatabase();
    const store = await openTestStore(database);
    await addCrowd(store, problem?.includes('80') ? 100 : 70);
    const lists = createUserLists(database, store, { ...listBudget, rows: 50, indexed: 80, length: 5000 });
    const outcome = await lists.find({ ...whole, ...change }).catch((error: Error) => error.message);
    await lists.close();
    if (problem === undefined) expect(outcome).toHaveProperty('users');
    else expect(outcome).toContain(problem);
  });

  it('a list that nothing else limits: stopped by its time', { tags: 'fault' }, async () => {
    const database = await createDatabase();
    const store = await openTestStore(database);
    await addCrowd(store, 2000);
    const lists = createUserLists(database, store, { ...listBudget, processor: 0 });
    await expect(lists.find({ ...whole, order: [{ name: 'level', down: false }] })).rejects.toMatchObject({ code: 'query_too_expensive' });
    await lists.close();
  });

  it('lists that are queued or running when the server stops: refused at once', { tags: 'fault' }, async () => {
    const database = await createDatabase();
    const lists = createUserLists(database, await openTestStore(database));
    const asked = [1, 2, 3].map(() => lists.find(whole).catch((error) => error.code));
    await lists.close();
    expect(await Promise.all(asked)).toEqual(['store_unavailable', 'store_unavailable', 'store_unavailable']);
  });
});
