import { expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';

const people = [
  { id: 101, nickname: 'Anna', avatar: 'https://img/1', fields: { level: 1, drink: 'oolong', vip: true, tags: ['x'] } },
  { id: 102, nickname: 'Ben', avatar: null, fields: { level: 10, drink: 'Oolong tea', vip: false } },
  { id: 103, nickname: "O'Hara", avatar: null, fields: { level: '10', drink: '100%_茶' } },
  { id: 104, nickname: null, avatar: null, fields: { level: 2.5, secret: 'here' } },
];

/** A server with these people, whose `secret` is not public, and what `where` finds of them. */
async function startWithPeople() {
  const server = await startServer({ configure: (app) => ({ ...app, public_fields: ['level', 'drink', 'vip', 'tags'] }) });
  const { token, id } = await registerUser(server);
  const rows = people.map(({ fields, ...person }) => ({
    ...person,
    app_id: 'sandbox',
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

it('finds whom a query asks for', async () => {
  const { find } = await startWithPeople();
  const everybody = [101, 102, 103, 104];
  const queries: [unknown, number[]][] = [
    [{}, everybody],
    [{ $and: [] }, everybody],
    [{ $and: [{}] }, everybody],
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
    [{ level: { $nin: [] } }, everybody],
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
    [{ $or: [{ nickname: { $eq: 'Ben' } }, { $and: [{ level: { $lt: 2 } }, { vip: { $eq: true } }] }] }, [101, 102]],
    [{ nickname: { $contains: 'n' }, level: { $gt: 5 } }, [102]],
  ];
  for (const [where, found] of queries) expect([where, await find(where)]).toEqual([where, found]);
});

it('sorts by a custom field, those without it first', async () => {
  const { find } = await startWithPeople();
  expect(await find({}, 'level')).toEqual([103, 101, 104, 102]);
  expect(await find({}, '-level')).toEqual([102, 104, 101, 103]);
  expect(await find({}, 'vip,-drink')).toEqual([103, 104, 102, 101]);
});

it('refuses what cannot be asked, and names it', async () => {
  const { ask } = await startWithPeople();
  const nested = (depth: number): unknown => (depth === 0 ? {} : { $and: [nested(depth - 1)] });
  const queries: [unknown, string][] = [
    ['{"id"', 'is not JSON'],
    ['[]', 'a query must be an object'],
    ['null', 'a query must be an object'],
    [{ _phone: { $eq: '1' } }, '_phone cannot be asked for, only id, nickname, avatar, level, drink, vip, tags'],
    [{ secret: { $eq: 'here' } }, 'secret cannot be asked for'],
    [{ created_at: { $gt: 1 } }, 'created_at cannot be asked for'],
    [{ constructor: { $eq: 1 } }, 'constructor cannot be asked for'],
    [{ $nor: [] }, '$nor cannot be asked for'],
    [{ nickname: 'Anna' }, 'nickname must be an object'],
    [{ nickname: { $regex: '^A' } }, 'nickname: $regex is not an operator, only $eq, $ne, '],
    [{ nickname: { $eq: 7 } }, 'nickname must be compared with a string'],
    [{ nickname: { $eq: null } }, 'nickname must be compared with a string'],
    [{ nickname: { $eq: 'a\0' } }, 'nickname must be compared with a string'],
    [{ id: { $eq: '101' } }, 'id must be compared with a number'],
    [{ id: { $lt: 1.5 } }, 'id must be compared with a number'],
    [{ id: { $contains: '1' } }, 'id must be compared with a number'],
    [{ level: { $in: 7 } }, 'level: $in and $nin need an array'],
    [{ level: { $in: [[1]] } }, 'level must be compared with a string, a number, a boolean'],
    [{ drink: { $contains: '' } }, 'drink: $contains needs a text that is not empty'],
    [{ drink: { $isnull: 1 } }, 'drink: $isnull and $exists need true or false'],
    [{ $or: {} }, '$or must hold an array of queries'],
    [{ level: { $in: Array(101).fill(1) } }, 'has more than 100 values'],
    [nested(6), 'has more than 5 $and and $or in one another'],
  ];
  for (const [where, message] of queries) {
    const { status, body } = await ask(where);
    expect([where, status, body.errors?.[0].path]).toEqual([where, 400, '/query/where']);
    expect(body.errors[0].message).toContain(message);
  }
  expect((await ask(nested(5))).status).toBe(200);
  expect((await ask({ level: { $in: Array(100).fill(1) } })).status).toBe(200);
});
