import { expect } from 'vitest';
import type { TestServer } from '../support/server.ts';
import { addUser } from '../support/users.ts';
import { both, register, type SdkVerb, type Untyped } from './sdkVerb.ts';
import type { SdkApp } from './startApp.ts';

/** A change of the current user's record, and the expected value of one field after it. */
interface RecordChange {
  call: string;
  isIn?(BaaS: Untyped): boolean;
  /** The field before. */
  before?(arrayOf: SdkApp['arrayOf']): unknown;
  change(user: Untyped, app: SdkApp): Untyped;
  after: unknown;
}

/** Versions before 3.15 cannot take one item from an array. */
const takesItems = (BaaS: Untyped) => 'pop' in new BaaS.User().getCurrentUserWithoutData();
const list = (arrayOf: SdkApp['arrayOf']) => arrayOf('a', 'b');

const changes: RecordChange[] = [
  { call: 'user.set({ … })', change: (user) => user.set({ field: { a: 1 } }), after: { a: 1 } },
  {
    call: 'user.set(key, geoPoint)',
    change: (user, { BaaS }) => user.set('field', new BaaS.GeoPoint(10, 20)),
    after: { type: 'Point', coordinates: [10, 20] },
  },
  { call: 'user.set(key, null)', before: () => 'a', change: (user) => user.set('field', null), after: null },
  { call: 'user.incrementBy(key, by)', before: () => 3, change: (user) => user.incrementBy('field', -4.5), after: -1.5 },
  {
    call: 'user.append(key, items)',
    before: list,
    change: (user, { arrayOf }) => user.append('field', arrayOf('b', 'c')),
    after: ['a', 'b', 'b', 'c'],
  },
  {
    call: 'user.uAppend(key, items)',
    before: list,
    change: (user, { arrayOf }) => user.uAppend('field', arrayOf('b', 'c')),
    after: ['a', 'b', 'c'],
  },
  { call: 'user.remove(key, items)', before: list, change: (user) => user.remove('field', 'a'), after: ['b'] },
  { call: 'user.pop(key)', isIn: takesItems, before: list, change: (user) => user.pop('field'), after: ['a'] },
  { call: 'user.shift(key)', isIn: takesItems, before: list, change: (user) => user.shift('field'), after: ['b'] },
  {
    call: 'user.patchObject(key, fields)',
    before: () => ({ a: 1 }),
    change: (user) => user.patchObject('field', { b: 2 }),
    after: { a: 1, b: 2 },
  },
];

/** Ann, Ben and Cat with their levels, 0 to 2, which are public, as are Ann's tags and info; Cat is the current user. */
async function addThree(app: SdkApp, server: TestServer): Promise<void> {
  await addUser(server, { nickname: 'Ann', fields: '{"level":0,"tags":["tea","milk"],"info":{"a":1}}' });
  await addUser(server, { nickname: 'Ben', fields: '{"level":1}' });
  await (await register(app)).set({ nickname: 'Cat', level: 2 }).update();
}

/** The users that a search finds, by nickname. */
const search = (call: string, narrow: (users: Untyped, app: SdkApp) => Untyped, found: string[]): SdkVerb => ({
  call,
  operation: 'listUsers',
  builds: both,
  async run(app, server) {
    await addThree(app, server);
    const { data } = await narrow(new app.BaaS.User(), app).find();
    expect(data.objects.map(({ nickname }: { nickname: string }) => nickname).sort()).toEqual(found);
  },
});

const searches: SdkVerb[] = [
  search('new BaaS.User().find()', (users) => users, ['Ann', 'Ben', 'Cat']),
  search("query.compare(key, '>', value)", (users, { BaaS }) => users.setQuery(new BaaS.Query().compare('level', '>', 0)), ['Ben', 'Cat']),
  search("query.compare(key, '!=', value)", (users, { BaaS }) => users.setQuery(new BaaS.Query().compare('nickname', '!=', 'Ann')), [
    'Ben',
    'Cat',
  ]),
  search('query.contains(key, text)', (users, { BaaS }) => users.setQuery(new BaaS.Query().contains('nickname', 'e')), ['Ben']),
  search('query.in(key, values)', (users, { BaaS, arrayOf }) => users.setQuery(new BaaS.Query().in('nickname', arrayOf('Ann', 'Cat'))), [
    'Ann',
    'Cat',
  ]),
  search('query.notIn(key, values)', (users, { BaaS, arrayOf }) => users.setQuery(new BaaS.Query().notIn('level', arrayOf(0, 1))), ['Cat']),
  search('query.isNull(key)', (users, { BaaS }) => users.setQuery(new BaaS.Query().isNull('level')), []),
  search('query.isNotNull(key)', (users, { BaaS }) => users.setQuery(new BaaS.Query().isNotNull('level')), ['Ann', 'Ben', 'Cat']),
  search('query.exists(key)', (users, { BaaS }) => users.setQuery(new BaaS.Query().exists('level')), ['Ann', 'Ben', 'Cat']),
  search('query.notExists(key)', (users, { BaaS }) => users.setQuery(new BaaS.Query().notExists('level')), []),
  search(
    'BaaS.Query.and(…), BaaS.Query.or(…)',
    (users, { BaaS }) => {
      const either = BaaS.Query.or(new BaaS.Query().compare('level', '=', 0), new BaaS.Query().contains('nickname', 'a'));
      return users.setQuery(BaaS.Query.and(either, new BaaS.Query().compare('nickname', '=', 'Cat')));
    },
    ['Cat'],
  ),
  search('users.limit(n).offset(n).orderBy(key)', (users) => users.limit(1).offset(1).orderBy('-nickname'), ['Ben']),
  search(
    'query.matches(key, pattern)',
    (users, { BaaS, evaluate }) => users.setQuery(new BaaS.Query().matches('nickname', evaluate('/^b/i'))),
    ['Ben'],
  ),
  search(
    'query.arrayContains(key, values)',
    (users, { BaaS, arrayOf }) => users.setQuery(new BaaS.Query().arrayContains('tags', arrayOf('milk', 'tea'))),
    ['Ann'],
  ),
  search('query.hasKey(key, name)', (users, { BaaS }) => users.setQuery(new BaaS.Query().hasKey('info', 'a')), ['Ann']),
  {
    call: 'users.select(keys).find()',
    operation: 'listUsers',
    builds: both,
    async run(app, server) {
      await addThree(app, server);
      const { data } = await new app.BaaS.User().select('nickname').orderBy('nickname').limit(1).find();
      expect(data.objects).toEqual([{ id: expect.any(Number), nickname: 'Ann' }]);
    },
  },
  {
    call: 'users.select(keys).get(id)',
    operation: 'getUser',
    builds: both,
    async run(app) {
      const { id } = await register(app);
      expect((await new app.BaaS.User().select(app.arrayOf('_username')).get(id)).data).toEqual({ id, _username: 'Mei' });
    },
  },
  {
    call: 'users.count()',
    operation: 'listUsers',
    builds: both,
    async run(app, server) {
      await addThree(app, server);
      expect(await new app.BaaS.User().limit(1).count()).toBe(3);
    },
  },
];

/** Calls of an app on its user's record, and on others'. */
export const recordVerbs: SdkVerb[] = [
  {
    call: 'user.set(…).update()',
    operation: 'updateUser',
    builds: both,
    async run(app) {
      const user = await register(app);
      const { data } = await user.set('nickname', 'Mei').set('points', 1).update();
      expect(data).toMatchObject({ id: user.id, nickname: 'Mei', points: 1 });
      expect((await app.BaaS.auth.getCurrentUser()).get('nickname')).toBe('Mei');
    },
  },
  ...changes.map(
    ({ call, isIn, before, change, after }): SdkVerb => ({
      call: `${call}.update()`,
      operation: 'updateUser',
      builds: both,
      ...(isIn && { isIn }),
      async run(app) {
        const user = await app.BaaS.auth.anonymousLogin();
        if (before) await user.set('field', before(app.arrayOf)).update();
        expect((await change(user, app).update()).data.field).toEqual(after);
      },
    }),
  ),
  {
    call: 'new BaaS.User().get(id)',
    operation: 'getUser',
    builds: both,
    async run(app, server) {
      const { user_info: larry } = await server.login('qq', 'larry');
      await register(app);
      expect((await new app.BaaS.User().get(larry.id)).data).toEqual({ id: larry.id, nickname: '', avatar: '' });
    },
  },
  ...searches,
];
