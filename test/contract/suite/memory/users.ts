import { expect } from 'vitest';
import type { Context, Fields } from '../context.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { becomeAnonymous, expectUnchanged, logInOn, type Person, recordOf, refused, register, seenBy } from './people.ts';

const write = async ({ call }: Context, { token }: Person, body: Fields) => (await call('updateUser', { token, body })).body;
const refuse = (context: Context, { token }: Person, body: Fields) => refused(context, 'updateUser', { token, body }, 'request_invalid');

/** Names that answers use for other purposes. */
const ownNames = [
  ...['id', 'user_id', 'created_at', 'created_by', 'updated_at', 'openid', 'unionid', 'is_authorized', 'token', 'expires_in'],
  ...['username', 'email', 'email_verified', 'phone', 'phone_verified', 'merged_from', '_username', '_phone', '_provider', '_anything'],
];

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

const profile = {
  nickname: 'Larry',
  avatar: 'https://example.com/larry.png',
  gender: 1,
  language: 'zh_CN',
  city: 'Huizhou',
  province: 'Guangdong',
  country: 'China',
};

export const userMemory: MemoryCase[] = [
  ...memoryOf(
    ['updateUser'],
    [
      {
        title: 'refuses an improper nickname of a session that WeChat opened, and the record stays',
        says: ['A nickname that it refuses is a 400 `content_refused`, and nothing is changed.'],
        async run(context) {
          const person = await logInOn(context, 'wechat');
          await write(context, person, { nickname: 'Larry', city: 'Huizhou' });
          const request = { token: person.token, body: { nickname: '违规', city: 'Beijing' } };
          await expectUnchanged(context, person, () => refused(context, 'updateUser', request, 'content_refused'));
        },
      },
      {
        title: 'stores the fields of the request, and leaves the rest',
        says: [
          'Send only the changes; every name that is not a profile field is a custom field.',
          'The record after the change.',
          'The profile fields and custom fields to write; absent ones stay.',
          'Every name that is not listed here is a custom field; `$unset` removes one.',
          'Custom fields are at the same level as the fields listed here.',
          "Changes the user's own record.",
          "Display name, '' until it is assigned.",
          "Address of the picture, '' until it is assigned.",
          'Extensible enum: 0 unknown, 1 male, 2 female.',
          'Empty for none.',
        ],
        async run(context) {
          const account = await register(context);
          const other = await register(context);
          const others = await recordOf(context, other);
          const fresh = await recordOf(context, account);
          expect(fresh).toMatchObject({ nickname: '', avatar: '', gender: 0 });
          const answer = await write(context, account, { ...profile, seat: '12A' });
          expect(answer).toMatchObject({ id: account.id, ...profile, seat: '12A' });
          expect(await recordOf(context, account)).toEqual(answer);
          await write(context, account, { city: 'Shenzhen' });
          expect(await recordOf(context, account)).toEqual({ ...answer, city: 'Shenzhen', updated_at: expect.any(Number) });
          await write(context, account, { avatar: '' });
          expect(await recordOf(context, account)).toMatchObject({ avatar: '', nickname: 'Larry', city: 'Shenzhen', seat: '12A' });
          expect(await recordOf(context, other)).toEqual(others);
        },
      },
      {
        title: "stores an anonymous user's fields",
        says: ['Anonymous users may do it too.'],
        async run(context) {
          const anonymous = await becomeAnonymous(context);
          await write(context, anonymous, { nickname: 'Guest', cart: [1, 2] });
          expect(await recordOf(context, anonymous)).toMatchObject({ nickname: 'Guest', cart: [1, 2] });
        },
      },
      {
        title: 'stores any JSON in a custom field, and removes it',
        says: [
          'A custom field holds any JSON value, null too; `$unset` removes it.',
          'Custom fields to remove, as keys; the values are ignored.',
          'Its name is a letter and up to 63 more letters, digits or `_`.',
        ],
        async run(context) {
          const account = await register(context);
          const values = { a: 'text', b: 1.5, c: true, d: null, e: [1, [2]], f: { g: { h: '' } }, [`Z${'z'.repeat(62)}9`]: 0 };
          await write(context, account, values);
          expect(await recordOf(context, account)).toMatchObject(values);
          await write(context, account, { $unset: { a: '', d: 0, f: null } });
          const stored = await recordOf(context, account);
          for (const name of ['a', 'd', 'f']) expect(stored).not.toHaveProperty(name);
          expect(stored).toMatchObject({ b: 1.5, c: true, e: [1, [2]] });
          await expectUnchanged(context, account, async () => {
            for (const name of ['1x', 'a-b', 'ü', `Z${'z'.repeat(64)}`, '']) await refuse(context, account, { city: 'Rome', [name]: 1 });
          });
        },
      },
      {
        title: 'stores nothing beyond the limits of custom fields',
        says: [
          'A user has at most 100 custom fields, 16 KiB of JSON in all, nested at most 5 levels deep.',
          'More is a 400 `request_invalid`, and so is an integer above 2^53-1, which clients could not read back: send it as a string.',
        ],
        async run(context) {
          const account = await register(context);
          const fields = (from: number, count: number) =>
            Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${from + index}`, index]));
          await write(context, account, fields(0, 50));
          await write(context, account, { ...fields(50, 49), deep: nested(5) });
          await expectUnchanged(context, account, async () => {
            for (const body of [{ one_more: 1 }, { f0: nested(6) }, { f0: 'x'.repeat(16 * 1024) }]) await refuse(context, account, body);
            const request = { token: account.token, body: '{"f0":9007199254740993}' };
            await refused(context, 'updateUser', request, 'request_invalid');
          });
        },
      },
      {
        title: 'changes a value by an operator',
        says: [
          'An object with an operator changes the field\'s value instead: `{"$incr_by": 1}` adds to a number; `{"$append": [1]}`, `{"$append_unique": [1]}`, `{"$remove": [1]}` and `{"$pop": 1}` (the last item; -1 the first) change an array; `{"$update": {"a": 1}}` writes keys of an object.',
          'Items are the same if they are equal JSON, regardless of the order of keys; `$append_unique` adds none twice.',
          "Another operator, or one that does not fit the field's value, is a 400 `request_invalid`.",
        ],
        async run(context) {
          const account = await register(context);
          await write(context, account, { visits: 5, tags: ['a'], seats: [{ row: 1, place: 'A' }], box: { a: 1, b: 2 } });
          const steps: [Fields, Fields][] = [
            [{ visits: { $incr_by: 2 } }, { visits: 7 }],
            [{ visits: { $incr_by: -3 } }, { visits: 4 }],
            [{ tags: { $append: ['b', 'a'] } }, { tags: ['a', 'b', 'a'] }],
            [{ tags: { $append_unique: ['b', 'c', 'c'] } }, { tags: ['a', 'b', 'a', 'c'] }],
            [{ tags: { $remove: ['a'] } }, { tags: ['b', 'c'] }],
            [{ tags: { $append: ['d'] } }, { tags: ['b', 'c', 'd'] }],
            [{ tags: { $pop: 1 } }, { tags: ['b', 'c'] }],
            [{ tags: { $pop: -1 } }, { tags: ['c'] }],
            [{ seats: { $append_unique: [{ place: 'A', row: 1 }] } }, { seats: [{ row: 1, place: 'A' }] }],
            [{ box: { $update: { a: 9, c: 3 } } }, { box: { a: 9, b: 2, c: 3 } }],
          ];
          for (const [body, stored] of steps) {
            await write(context, account, body);
            expect(await recordOf(context, account)).toMatchObject(stored);
          }
          await expectUnchanged(context, account, async () => {
            for (const body of [{ visits: { $multiply: 2 } }, { visits: { $append: [1] } }, { tags: { $incr_by: 1 } }]) {
              await refuse(context, account, { city: 'Rome', ...body });
            }
          });
        },
      },
      {
        title: "refuses the server's own names, and changes nothing",
        says: [
          'Names that the server writes (`id`, `user_id`, `created_at`, `openid` and the others that `UpdateUser` lists, and every name that begins with `_`) are a 400 `request_invalid`, and nothing is changed.',
          'Rejected with 400 `request_invalid`, because answers have other fields of these names: `id`, `user_id`, `created_at`, `created_by`, `updated_at`, `openid`, `unionid`, `is_authorized`, `token`, `expires_in`, `username`, `email`, `email_verified`, `phone`, `phone_verified`, `merged_from`, and every name that begins with `_`.',
          'No custom field can have one of those five names.',
          'Either all changes are made, or none.',
          'Username, e-mail, phone and password are changed by `updateAccount`.',
        ],
        async run(context) {
          const account = await register(context);
          await expectUnchanged(context, account, async () => {
            for (const name of ownNames) await refuse(context, account, { nickname: 'Half', [name]: 'x' });
          });
        },
      },
      {
        title: 'accepts only public addresses as a picture',
        says: [
          'Public address of the picture: `http` or `https`, and a host name on the internet.',
          'A temporary file of the host app, as `chooseAvatar` gives it (`wxfile://`, `http://tmp/`, `data:`), is a 400: upload it first, by `updateAvatar`, which sets it.',
        ],
        async run(context) {
          const account = await register(context);
          await expectUnchanged(context, account, async () => {
            for (const avatar of [
              'wxfile://tmp/a.png',
              'http://tmp/a.png',
              'data:image/png;base64,AA',
              'ftp://example.com/a.png',
              'http://localhost/a',
            ])
              await refuse(context, account, { nickname: 'Half', avatar });
          });
        },
      },
    ],
  ),
  ...memoryOf(
    ['getUser'],
    [
      {
        title: "shows everything of one's own record, and little of another's",
        says: [
          "The session's own record shows everything, any other only `id`, `nickname`, `avatar` and the custom fields marked public.",
          'It changes nothing.',
          'The user.',
          "The user's id.",
          "The user's own record.",
          'A user as others see it: `id`, `nickname`, `avatar` and the custom fields marked public.',
          'Seconds since 1970-01-01T00:00:00Z.',
        ],
        async run(context) {
          const account = await register(context, 'email');
          await write(context, account, { ...profile, diary: 'secret' });
          const other = await register(context);
          const { nickname, avatar } = profile;
          await expectUnchanged(context, account, async () => {
            expect(await seenBy(context, other, account.id)).toEqual({ id: account.id, nickname, avatar });
            expect(await seenBy(context, await becomeAnonymous(context), account.id)).toEqual({ id: account.id, nickname, avatar });
          });
          const own = await recordOf(context, account);
          expect(own).toMatchObject({ ...profile, diary: 'secret', _email: account.name, created_by: expect.any(Number) });
          expect(Math.abs(own.created_at - Date.now() / 1000)).toBeLessThan(24 * 60 * 60);
          expect(own.updated_at).toBeGreaterThanOrEqual(own.created_at);
        },
      },
      {
        title: 'finds no user by an unknown id',
        says: [
          'An id that no user of the app has is a 404 `user_not_found`; one that is not an id is a 400 `request_invalid`.',
          'No such user.',
        ],
        async run(context) {
          const { token } = await register(context);
          await refused(context, 'getUser', { token, params: { user_id: Number.MAX_SAFE_INTEGER } }, 'user_not_found');
          for (const user_id of ['mei', '-1', '1.5']) await refused(context, 'getUser', { token, params: { user_id } }, 'request_invalid');
        },
      },
      {
        title: 'shows the requested fields',
        says: [
          'The fields to show, joined with commas, or with `-` in front of each the fields to leave out; mixing both shows all.',
          '`id` is always included.',
          'A name that is not a field of a user is a 400 `request_invalid`; in a list a field that is not public is refused, too.',
          '`keys` may leave out all but the id.',
          'Not supported: this server keeps no pointers that it could expand.',
          'Any value is a 400 `request_invalid`, so that no client mistakes an id for the object.',
        ],
        async run(context) {
          const account = await register(context);
          await write(context, account, profile);
          const request = (query: Record<string, string>) => ({ token: account.token, params: { user_id: account.id }, query });
          const show = async (keys: string) => (await context.call('getUser', request({ keys }))).body;
          expect(await show('city,nickname')).toEqual({ id: account.id, city: 'Huizhou', nickname: 'Larry' });
          const { city, avatar, ...rest } = await recordOf(context, account);
          expect(await show('-city,-avatar')).toEqual(rest);
          expect(await show('-id')).toHaveProperty('id', account.id);
          expect(await show('city,-avatar')).toEqual({ ...rest, city, avatar });
          await refused(context, 'getUser', request({ keys: '$nothing' }), 'request_invalid');
          await refused(context, 'getUser', request({ expand: 'friend' }), 'request_invalid');
        },
      },
    ],
  ),
];
