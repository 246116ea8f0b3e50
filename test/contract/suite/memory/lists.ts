import { expect } from 'vitest';
import type { Reply } from '../answers.ts';
import type { Context, Fields } from '../context.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { type Account, becomeAnonymous, expectUnchanged, recordOf, refused, register } from './people.ts';

/** A user whose nickname is the crowd's mark and a letter. */
interface Member extends Account {
  nickname: string;
  letter: string;
  created_at: number;
}

interface Crowd {
  reader: Account;
  /** The users in the order of lists: of one second, the smaller id comes first. */
  people: Member[];
  /** The beginning of all their nicknames. */
  mark: string;
  /** Lists the crowd, or its members that match a condition. */
  list(query?: Record<string, string>, where?: Fields): Promise<Reply['body']>;
  /** The last letters of the nicknames that a condition matches, sorted. */
  matching(where: Fields): Promise<string>;
}

/** Registers users whose nicknames are a mark that no one else has and a letter each. */
async function gather(context: Context, letters: Iterable<string> = ['b', 'a', 'c', 'd']): Promise<Crowd> {
  const { target, call } = context;
  const mark = target.newName();
  const people: Crowd['people'] = [];
  for (const letter of letters) {
    const account = await register(context);
    const nickname = `${mark}${letter}`;
    await call('updateUser', { token: account.token, body: { nickname, ...(letter === 'b' && { avatar: 'https://example.com/b.png' }) } });
    people.push({ ...account, nickname, letter, created_at: (await recordOf(context, account)).created_at });
  }
  people.sort((first, second) => first.created_at - second.created_at || first.id - second.id);
  const [reader] = people;
  if (!reader) throw new Error('a crowd has a reader');
  const ours = { nickname: { $contains: mark } };
  const list: Crowd['list'] = async (query = {}, where) =>
    (await call('listUsers', { token: reader.token, query: { where: JSON.stringify(where ? { $and: [ours, where] } : ours), ...query } }))
      .body;
  const matching: Crowd['matching'] = async (where) =>
    (await list({ limit: '100' }, where)).objects
      .map(({ nickname }: { nickname: string }) => nickname.slice(-1))
      .sort()
      .join('');
  return { reader, people, mark, list, matching };
}

const letters = ({ objects }: Reply['body']) => objects.map(({ nickname }: { nickname: string }) => nickname.slice(-1)).join('');

const publicFields = ['avatar', 'id', 'nickname'];

export const listMemory: MemoryCase[] = memoryOf(
  ['listUsers'],
  [
    {
      title: 'shows only the public fields of every user',
      says: [
        "Every record, one's own too, shows only what is public.",
        'It changes nothing.',
        'A page of users.',
        "A page of the app's users, as others see them.",
        'Fields: `id`, `nickname`, `avatar` and public custom fields.',
      ],
      async run(context) {
        const { reader, people, list } = await gather(context);
        await context.call('updateUser', { token: reader.token, body: { diary: 'secret', city: 'Huizhou' } });
        await expectUnchanged(context, reader, async () => {
          const { objects } = await list();
          expect(objects.map(({ id }: { id: number }) => id)).toEqual(people.map(({ id }) => id));
          for (const object of objects) expect(Object.keys(object).sort()).toEqual(publicFields);
        });
      },
    },
    {
      title: 'pages through all of them, each once',
      says: [
        '`meta.next` is the path of the next page and null on the last; following it skips and repeats no user, even while people register.',
        'End of the previous page, taken from `meta.next`.',
        'The page begins right after it, even if users registered or left in the meantime, and `offset` is ignored.',
        'Valid for the same `order_by` only; anything else is a 400 `request_invalid`.',
        'Path and query of the next page, null on the last.',
        'Path and query of the previous page, null on the first.',
        'Largest number of users in a page.',
        'Number of users to skip, in the current order.',
        'The users, at most `limit`.',
        'As requested.',
        "The page's position in the list.",
        'By `created_at,id` when absent, so that newcomers come last.',
        '`after` stays exact while users register and leave.',
      ],
      async run(context) {
        const { reader, people, list, mark } = await gather(context, 'edcba');
        const order = people.map(({ letter }) => letter).join('');
        const first = await list({ limit: '2' });
        expect(first.meta).toMatchObject({ limit: 2, offset: 0, previous: null });
        expect(letters(first)).toBe(order.slice(0, 2));
        const skipped = await list({ limit: '2', offset: '2' });
        expect(letters(skipped)).toBe(order.slice(2, 4));
        expect(skipped.meta).toMatchObject({ offset: 2, previous: expect.stringContaining('/hserve/') });
        const late = await register(context);
        await context.call('updateUser', { token: late.token, body: { nickname: `${mark}z` } });
        let found = letters(first);
        let { next } = first.meta;
        for (let page = 0; next !== null && page < 5; page++) {
          const { searchParams } = new URL(next, 'http://localhost');
          const { body } = await context.call('listUsers', { token: reader.token, query: searchParams.toString() });
          expect(body.objects.length).toBeLessThanOrEqual(2);
          found += letters(body);
          next = body.meta.next;
        }
        // A user who registered in the same second as the cursor's user may come before it.
        expect(found.replace('z', '')).toBe(order);
        const after = new URL(first.meta.next, 'http://localhost').searchParams.get('after') ?? '';
        expect(
          letters(await list({ after, offset: '3', limit: '3' }))
            .replace('z', '')
            .slice(0, 2),
        ).toBe(order.slice(2, 4));
        const request = { token: reader.token, query: { after, order_by: '-id' } };
        await refused(context, 'listUsers', request, 'request_invalid');
        await refused(context, 'listUsers', { token: reader.token, query: { after: 'zzz' } }, 'request_invalid');
      },
    },
    {
      title: 'counts only when asked to',
      says: [
        '`meta.total_count` is present only with `return_total_count=1`.',
        '1 to count all matching users in `meta.total_count`.',
        'Number of all matching users.',
        'Only with `return_total_count=1`.',
      ],
      async run(context) {
        const { list } = await gather(context);
        expect((await list({ limit: '1' })).meta).not.toHaveProperty('total_count');
        expect((await list({ limit: '1', return_total_count: '0' })).meta).not.toHaveProperty('total_count');
        expect((await list({ limit: '1', return_total_count: '1' })).meta.total_count).toBe(4);
      },
    },
    {
      title: 'sorts by the requested fields',
      says: [
        'The field to sort by: `id`, `created_at`, `nickname` or a public custom field; `-` in front reverses the order.',
        'At most five are joined with commas, none twice.',
        'Another field is a 400 `request_invalid`.',
        'Texts are sorted by code points, dates (ISO 8601 with an offset) by their instant; of a text in a custom field the first 100 characters count.',
      ],
      async run(context) {
        const { reader, people, list } = await gather(context, 'bZa日');
        expect(letters(await list({ order_by: 'nickname' }))).toBe('Zab日');
        expect(letters(await list({ order_by: '-nickname' }))).toBe('日baZ');
        expect(letters(await list({ order_by: '-created_at,-id' }))).toBe(
          people
            .map(({ letter }) => letter)
            .reverse()
            .join(''),
        );
        for (const order_by of ['city', '_phone', 'nickname,nickname', 'id,-id', ',']) {
          await refused(context, 'listUsers', { token: reader.token, query: { order_by } }, 'request_invalid');
        }
      },
    },
    {
      title: 'lists the users that a condition matches',
      says: [
        'A condition for the users to list, as JSON: `{"nickname": {"$eq": "Mei"}}`.',
        'Queries are joined by `$and` and `$or`.',
        '`{}` lists all.',
        '| `$eq`, `$ne` | equals the value, or does not |',
        '| `$lt`, `$lte`, `$gt`, `$gte` | comes before or after it |',
        '| `$in`, `$nin` | equals one of the values, or none |',
        '| `$contains` | holds the text as a part |',
        '| `$regex`, with `$options` of `i`, `m`, `s` | matches the pattern, in the syntax of RE2, which has no look-around and no back-references |',
        'An id may be given as text.',
      ],
      async run(context) {
        const { people, mark, matching, list } = await gather(context);
        const of = (letter: string) => `${mark}${letter}`;
        const id = people.find(({ letter }) => letter === 'b')?.id;
        const expected: [Fields, string][] = [
          [{}, 'abcd'],
          [{ nickname: { $eq: of('c') } }, 'c'],
          [{ nickname: { $ne: of('c') } }, 'abd'],
          [{ nickname: { $lt: of('c') } }, 'ab'],
          [{ nickname: { $lte: of('c') } }, 'abc'],
          [{ nickname: { $gt: of('c') } }, 'd'],
          [{ nickname: { $gte: of('c') } }, 'cd'],
          [{ nickname: { $in: [of('a'), of('d')] } }, 'ad'],
          [{ nickname: { $nin: [of('a'), of('d')] } }, 'bc'],
          [{ nickname: { $contains: of('d').slice(3) } }, 'd'],
          [{ nickname: { $regex: `^${mark}[ab]$` } }, 'ab'],
          [{ nickname: { $regex: `^${mark}[AB]$`, $options: 'i' } }, 'ab'],
          [{ avatar: { $contains: 'example.com/b' } }, 'b'],
          [{ id: { $eq: id } }, 'b'],
          [{ id: { $eq: String(id) } }, 'b'],
          [{ $or: [{ nickname: { $eq: of('a') } }, { id: { $in: [id] } }] }, 'ab'],
          [{ $and: [{ nickname: { $gt: of('a') } }, { nickname: { $lt: of('d') } }] }, 'bc'],
        ];
        for (const [where, found] of expected) expect(await matching(where), JSON.stringify(where)).toBe(found);
        expect((await list({ where: '{}', limit: '3' })).objects).toHaveLength(3);
      },
    },
    {
      title: 'refuses conditions that cannot be read, or that name a private field',
      says: [
        'A `where`, `order_by` or `keys` that cannot be read, or that names a field that is not public, is a 400 `request_invalid`; a list that is too expensive is a 400 `query_too_expensive`.',
        'Geographic operators are not supported: `$center`, `$nearsphere`, `$within` and `$intersects` are a 400 `request_invalid`.',
        'Another field or operator, text that is not JSON, more than 100 queries and conditions, more than 1000 values, more than 10 `$regex`, `$and` and `$or` nested more than 5 levels deep, or an integer above 2^53-1 is a 400 `request_invalid`.',
      ],
      async run(context) {
        const { reader } = await gather(context, 'a');
        const nickname = { nickname: { $eq: 'x' } };
        const nest = (depth: number): Fields => (depth === 0 ? nickname : { $and: [nest(depth - 1)] });
        const wheres = [
          'zzz',
          '[]',
          '{"_phone":{"$eq":"1"}}',
          '{"city":{"$eq":"Rome"}}',
          '{"nickname":{"$near":1}}',
          ...['$center', '$nearsphere', '$within', '$intersects'].map((name) => JSON.stringify({ nickname: { [name]: [1, 2] } })),
          JSON.stringify({ $or: Array.from({ length: 101 }, () => nickname) }),
          JSON.stringify({ nickname: { $in: Array.from({ length: 1001 }, () => 'x') } }),
          JSON.stringify({ $or: Array.from({ length: 11 }, () => ({ nickname: { $regex: 'x' } })) }),
          JSON.stringify(nest(6)),
          '{"id":{"$eq":9007199254740993}}',
          '{"nickname":{"$regex":"(?=x)"}}',
        ];
        for (const where of wheres) await refused(context, 'listUsers', { token: reader.token, query: { where } }, 'request_invalid');
        for (const keys of ['_phone', 'city', '$x']) {
          await refused(context, 'listUsers', { token: reader.token, query: { keys } }, 'request_invalid');
        }
      },
    },
    {
      title: 'shows the requested fields',
      says: [],
      async run(context) {
        const { people, list } = await gather(context, 'ab');
        const ids = people.map(({ id, nickname }) => ({ id, nickname }));
        expect((await list({ keys: 'nickname' })).objects).toEqual(ids);
        expect((await list({ keys: '-avatar' })).objects).toEqual(ids);
        expect((await list({ keys: '-nickname,-avatar' })).objects).toEqual(ids.map(({ id }) => ({ id })));
      },
    },
    {
      title: 'refuses anonymous users and callers without a session',
      says: [
        'The app decides who may list users (`list_users` in `APPS_FILE`): by default, users who are not anonymous.',
        'Anonymous users are then a 403 `anonymous_forbidden` and strangers a 401 `session_required`.',
      ],
      async run(context) {
        const { token } = await becomeAnonymous(context);
        await refused(context, 'listUsers', { token }, 'anonymous_forbidden');
        await refused(context, 'listUsers', {}, 'session_required');
      },
    },
  ],
);
