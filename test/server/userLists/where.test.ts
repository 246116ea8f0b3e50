import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';

const people = [
  {
    id: 101,
    nickname: 'Anna',
    avatar: 'https://img/1',
    fields: { level: 1, drink: 'oolong', vip: true, tags: ['x', 'y', 3], born: '1990-05-01T00:00:00+08:00' },
  },
  {
    id: 102,
    nickname: 'Ben',
    avatar: null,
    fields: { level: 10, drink: 'Oolong tea', vip: false, place: { city: 'Huizhou', zip: 1 }, born: '1990-04-30T16:00:00.000001Z' },
  },
  { id: 103, nickname: "O'Hara", avatar: null, fields: { level: '10', drink: '100%_茶', born: '1990-04-30' } },
  { id: 104, nickname: null, avatar: null, fields: { level: 2.5, secret: 'here', born: null } },
];

/** A server with these people, whose `secret` is not public, and what `where` finds of them. */
async function startWithPeople() {
  const server = await startServer({ configure: (app) => ({ ...app, public_fields: ['level', 'drink', 'vip', 'tags', 'place', 'born'] }) });
  const { token, id } = await registerUser(server);
  const rows = people.map(({ fields, ...person }) => ({
    ...person,
    tenant_id: 'sandbox',
    fields: JSON.stringify(fields),
    created_at: 1,
    updated_at: 1,
  }));
  await server.store.insertInto('users').values(rows).execute();
  const ask = (where: unknown, order_by = 'id') =>
    server.call('listUsers', { token, query: { order_by, where: typeof where === 'string' ? where : JSON.stringify(where) } });
  const find = async (where: unknown, orderBy?: string) => {
    const { status, body } = await ask(where, orderBy);
    expect([where, status]).toEqual([where, 200]);
    return body.objects.map((user: { id: number }) => user.id).filter((found: number) => found !== id);
  };
  return { ask, find };
}

describe('conditions of user lists', () => {
  it('find the matching users', async () => {
    const { find } = await startWithPeople();
    const everyone = [101, 102, 103, 104];
    const queries: [unknown, number[]][] = [
      [{}, everyone],
      [{ $and: [] }, everyone],
      [{ $and: [{}] }, everyone],
      [{ $or: [] }, []],
      [{ id: { $eq: 102 } }, [102]],
      [{ id: { $in: [101, 104, 7] } }, [101, 104]],
      [{ id: { $gte: 102, $lt: 104 } }, [102, 103]],
      [{ nickname: { $eq: "O'Hara" } }, [103]],
      [{ nickname: { $eq: "x' or '1'='1" } }, []],
      [{ nickname: { $eq: '' } }, [104]],
      [{ nickname: { $ne: 'Anna' } }, [102, 103, 104]],
      [{ nickname: { $nin: ['Anna', 'Ben'] } }, [103, 104]],
      [{ nickname: { $contains: 'nn' } }, [101]],
      [{ nickname: { $contains: 'ANNA' } }, []],
      [{ nickname: { $isnull: true } }, [104]],
      [{ avatar: { $exists: true } }, [101]],
      [{ level: { $eq: 10 } }, [102]],
      [{ level: { $eq: '10' } }, [103]],
      [{ level: { $gt: 1 } }, [102, 104]],
      [{ level: { $lte: 2.5 } }, [101, 104]],
      [{ level: { $ne: 10 } }, [101, 103, 104]],
      [{ level: { $in: [1, '10'] } }, [101, 103]],
      [{ level: { $nin: [1, '10'] } }, [102, 104]],
      [{ level: { $in: [] } }, []],
      [{ level: { $nin: [] } }, everyone],
      [{ drink: { $contains: 'olong' } }, [101, 102]],
      [{ drink: { $contains: '%_茶' } }, [103]],
      [{ drink: { $exists: false } }, [104]],
      [{ drink: { $isnull: false } }, [101, 102, 103]],
      [{ vip: { $eq: true } }, [101]],
      [{ vip: { $eq: false } }, [102]],
      [{ vip: { $ne: true } }, [102, 103, 104]],
      [{ vip: { $eq: 1 } }, []],
      [{ tags: { $exists: true } }, [101]],
      [{ tags: { $eq: '["x"]' } }, []],
      [{ id: { $eq: '102' } }, [102]],
      [{ id: { $in: ['101', 104] } }, [101, 104]],
      [{ nickname: { $regex: '^[AB]' } }, [101, 102]],
      [{ nickname: { $regex: 'ANN' } }, []],
      [{ nickname: { $regex: 'ANN', $options: 'i' } }, [101]],
      [{ nickname: { $regex: "^\\u004f'", $options: 'g' } }, [103]],
      [{ nickname: { $regex: '^$' } }, [104]],
      [{ drink: { $regex: '\\p{Han}$' } }, [103]],
      [{ level: { $regex: '1' } }, [103]],
      [{ avatar: { $regex: '(.*)*x' } }, []],
      // An array by its items, and whole.
      [{ tags: { $eq: 'x' } }, [101]],
      [{ tags: { $eq: ['x', 'y', 3] } }, [101]],
      [{ tags: { $eq: ['y', 'x', 3] } }, []],
      [{ tags: { $ne: 'x' } }, [102, 103, 104]],
      [{ tags: { $ne: 'z' } }, everyone],
      [{ tags: { $in: ['z', 'y'] } }, [101]],
      [{ tags: { $nin: ['z', 'y'] } }, [102, 103, 104]],
      [{ tags: { $nin: ['z'] } }, everyone],
      [{ tags: { $all: ['y', 'x'] } }, [101]],
      [{ tags: { $all: ['y', 'z'] } }, []],
      [{ tags: { $contains: 'x' } }, [101]],
      [{ tags: { $gt: 2 } }, [101]],
      [{ level: { $all: [1] } }, []],
      // Objects by their keys.
      [{ place: { $has_key: 'city' } }, [102]],
      [{ place: { $has_key: 'toString' } }, []],
      [{ tags: { $has_key: 'length' } }, []],
      [{ place: { $eq: { zip: 1, city: 'Huizhou' } } }, [102]],
      [{ place: { $in: [{ zip: 1, city: 'Huizhou' }] } }, [102]],
      [{ place: { $ne: { zip: 1, city: 'Huizhou' } } }, [101, 103, 104]],
      // Dates by their instant, wherever they were written.
      [{ born: { $eq: '1990-04-30T16:00:00Z' } }, [101]],
      [{ born: { $ne: '1990-04-30T16:00:00.000Z' } }, [102, 103, 104]],
      [{ born: { $in: ['1990-04-30T16:00:00.000+0000'] } }, [101]],
      [{ born: { $lt: '1990-04-30T17:00:00Z' } }, [101, 102, 103]],
      [{ born: { $lt: '1990-04-30T16:00:00.0000005Z' } }, [101, 103]],
      [{ born: { $gt: '1990-05-01T00:00:00+08:00' } }, [102]],
      [{ born: { $gte: '1990-04-30T16:00:00.0000005Z' } }, [102]],
      [{ born: { $lt: '1990-05-02' } }, [101, 102, 103]],
      // Null that was set, and nothing.
      [{ born: { $isnull: true } }, [104]],
      [{ born: { $exists: true } }, everyone],
      [{ place: { $isnull: true } }, [101, 103, 104]],
      [{ place: { $exists: true } }, [102]],
      [{ place: { $eq: 'null' } }, []],
      [{ $or: [{ nickname: { $eq: 'Ben' } }, { $and: [{ level: { $lt: 2 } }, { vip: { $eq: true } }] }] }, [101, 102]],
      [{ nickname: { $contains: 'n' }, level: { $gt: 5 } }, [102]],
    ];
    for (const [where, found] of queries) expect([where, await find(where)]).toEqual([where, found]);
  });

  it('can be sorted by a custom field, users without it first', async () => {
    const { find } = await startWithPeople();
    expect(await find({}, 'level')).toEqual([103, 101, 104, 102]);
    expect(await find({}, '-level')).toEqual([102, 104, 101, 103]);
    expect(await find({}, 'vip,-drink')).toEqual([103, 104, 102, 101]);
    expect(await find({}, 'born')).toEqual([104, 103, 101, 102]);
  });

  it('are refused with their name if they are not supported', async () => {
    const { ask } = await startWithPeople();
    const nested = (depth: number): unknown => (depth === 0 ? {} : { $and: [nested(depth - 1)] });
    const queries: [unknown, string][] = [
      ['{"id"', 'is not JSON'],
      ['[]', 'a query must be an object'],
      ['null', 'a query must be an object'],
      [{ _phone: { $eq: '1' } }, '_phone cannot be queried; allowed are id, nickname, avatar, level, drink, vip, tags, place, born'],
      [{ secret: { $eq: 'here' } }, 'secret cannot be queried'],
      [{ created_at: { $gt: 1 } }, 'created_at cannot be queried'],
      [{ constructor: { $eq: 1 } }, 'constructor cannot be queried'],
      [{ $nor: [] }, '$nor cannot be queried'],
      [{ nickname: 'Anna' }, 'nickname must be an object'],
      [{ nickname: { $like: '^A' } }, 'nickname: $like is not an operator; operators are $eq, $ne, '],
      [{ nickname: { $options: 'i' } }, 'nickname: $options needs $regex'],
      [{ nickname: { $regex: 'a', $options: 'x' } }, 'nickname: $options may hold i, m and s'],
      [{ nickname: { $regex: '' } }, 'nickname: $regex needs a pattern of 1 to 512 characters'],
      [{ nickname: { $regex: 'a'.repeat(513) } }, 'nickname: $regex needs a pattern of 1 to 512 characters'],
      [{ nickname: { $regex: '(a)\\1' } }, 'nickname: (a)\\1 is not a pattern that takes linear time'],
      [{ nickname: { $regex: 'a(?=b)' } }, 'is not a pattern that takes linear time'],
      [{ nickname: { $regex: '(' } }, 'is not a pattern that takes linear time'],
      [{ nickname: { $regex: '((a{1000}){1000}){1000}' } }, 'is not a pattern that takes linear time'],
      [{ nickname: { $eq: 7 } }, 'nickname must be compared with a text'],
      [{ nickname: { $eq: null } }, 'nickname cannot be compared with null: use $isnull'],
      [{ nickname: { $eq: 'a\0' } }, 'nickname holds a character that cannot be stored'],
      [{ nickname: { $all: ['a'] } }, 'nickname: $all cannot be used with this field'],
      [{ nickname: { $has_key: 'a' } }, 'nickname: $has_key cannot be used with this field'],
      [{ id: { $eq: 'Anna' } }, 'id must be compared with an id'],
      [{ id: { $eq: 2 ** 53 } }, 'id must be compared with an id'],
      [{ id: { $eq: '9007199254740993' } }, 'id must be compared with an id'],
      [{ id: { $lt: 1.5 } }, 'id must be compared with an id'],
      [{ id: { $contains: '1' } }, 'id: $contains cannot be used with this field'],
      [{ level: { $in: 7 } }, 'level: $in, $nin and $all need an array'],
      [{ level: { $lt: [1] } }, 'level: $lt, $lte, $gt and $gte need a text, a number or a boolean'],
      [{ level: { $eq: [[[[[[]]]]]] } }, 'level is nested more than 5 levels deep'],
      [`{"level":{"$eq":${'['.repeat(2000)}${']'.repeat(2000)}}}`, 'level is nested more than 5 levels deep'],
      [{ level: { $in: [2 ** 53] } }, 'level holds an integer above 2^53-1: send it as a string'],
      ['{"level":{"$gt":20261130123456789012}}', 'level holds an integer above 2^53-1: send it as a string'],
      ['{"level":{"$gt":1e999}}', 'level holds a number that is too large'],
      [{ level: { $center: { radius: 1, coordinates: [1, 2] } } }, 'level: $center compares locations'],
      [{ level: { $nearsphere: {} } }, 'level: $nearsphere compares locations'],
      [{ nickname: { $within: {} } }, 'nickname: $within compares locations'],
      [{ level: { $intersects: {} } }, 'level: $intersects compares locations'],
      [{ drink: { $contains: '' } }, 'drink: $contains needs a text that is not empty'],
      [{ drink: { $isnull: 1 } }, 'drink: $isnull and $exists need true or false'],
      [{ $or: {} }, '$or must hold an array of queries'],
      [{ level: { $in: Array(1001).fill(1) } }, 'has more than 1000 values'],
      [{ $or: Array(11).fill({ nickname: { $regex: 'a' } }) }, 'has more than 10 $regex'],
      [{ $or: Array(1000).fill({}) }, 'has more than 100 queries and conditions'],
      [{ $and: Array(50).fill({ $or: [{}] }) }, 'has more than 100 queries and conditions'],
      [{ $or: Array(50).fill({ level: { $gt: 1, $lt: 3 } }) }, 'has more than 100 queries and conditions'],
      [nested(6), 'nests $and and $or more than 5 levels deep'],
    ];
    for (const [where, message] of queries) {
      const { status, body } = await ask(where);
      expect([where, status, body.errors?.[0].path]).toEqual([where, 400, '/query/where']);
      expect(body.errors[0].message).toContain(message);
    }
    expect((await ask(nested(5))).status).toBe(200);
    expect((await ask({ level: { $in: Array(1000).fill(1) } })).status).toBe(200);
  });
});
