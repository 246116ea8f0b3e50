import { expect } from 'vitest';
import type { Store } from '../../server/store/schema.ts';
import { password } from './accounts.ts';
import type { Client, Reply } from './client.ts';
import { ticketFor } from './merging.ts';

interface Person {
  id: number;
  token: string;
  /** The username, and the person's name on QQ. */
  name: string;
}

export interface Racers {
  mine: Person;
  theirs: Person;
  third: Person;
  /** A ticket of each account for the other. */
  tickets: { mine: string; theirs: string };
  round: number;
}

/** Requests at the same time, to two servers. @returns the replies */
export type Race = (servers: readonly [Client, Client], racers: Racers) => Promise<Reply[]>;

const choices = { username: 'mine', 'identities.qq.sandbox-qq': 'mine' };
const merge = (client: Client, token: string, merge_ticket: string) =>
  client.call('mergeAccounts', { token, body: { merge_ticket, choices } });

/** An account with an identity and a name, and with a password only if it is logged in to, because hashes cost most of a race's time. */
async function register(client: Client, name: string, more: object = {}): Promise<Person> {
  const { token, user_info } = await client.login('qq', name);
  const named = await client.call('updateAccount', { token, body: { username: name, ...more } });
  expect(named.status).toBe(200);
  return { id: user_info.id, token, name };
}
const ticketOf = async (client: Client, { token }: Person, other: Person) =>
  ticketFor(client, token, { platform: 'qq', code: await client.codeFor('qq', other.name) });

const sides = [
  ['mine', 'the account that merges'],
  ['theirs', 'the other account'],
] as const;

export const raceCases: [name: string, race: Race][] = [
  [
    'the merge the other way round',
    ([one, two], { mine, theirs, tickets }) =>
      Promise.all([merge(one, mine.token, tickets.mine), merge(two, theirs.token, tickets.theirs)]),
  ],
  [
    'a link of the other account',
    async ([one, two], { mine, theirs, tickets, round }) => {
      const code = await two.codeFor('jd', `jd-${round}`);
      return Promise.all([merge(one, mine.token, tickets.mine), two.call('linkJd', { token: theirs.token, body: { code } })]);
    },
  ],
  [
    'logins to the other account',
    async ([one, two], { mine, theirs, tickets }) => {
      const codes = [await two.codeFor('qq', theirs.name), await two.codeFor('qq', theirs.name)];
      return Promise.all([
        two.call('silentLoginQq', { body: { code: codes[0] } }),
        merge(one, mine.token, tickets.mine),
        two.call('silentLoginQq', { body: { code: codes[1] } }),
        two.call('loginByUsername', { body: { username: theirs.name, password } }),
      ]);
    },
  ],
  [
    'a link by unionid of the other account',
    async ([one, two], { mine, theirs, tickets, round }) => {
      const code = await two.codeFor('wechat', `wechat-${round}`);
      return Promise.all([
        merge(one, mine.token, tickets.mine),
        two.call('linkWechat', { token: theirs.token, body: { code, associate_with_unionid: true } }),
      ]);
    },
  ],
  [
    'changes of the other account',
    ([one, two], { mine, theirs, tickets, round }) =>
      Promise.all([
        merge(one, mine.token, tickets.mine),
        two.call('updateAccount', { token: theirs.token, body: { username: `renamed-${round}` } }),
        two.call('updateUser', { token: theirs.token, body: { nickname: 'Late', points: 3 } }),
      ]),
  ],
  ...sides.map(([side, account]): [string, Race] => [
    `an unlink from ${account}`,
    async ([one, two], racers) => {
      const { token } = racers[side];
      const [identity] = (await two.call('listIdentities', { token })).body.objects;
      return Promise.all([
        merge(one, racers.mine.token, racers.tickets.mine),
        two.call('unlinkIdentity', { token, params: { identity_id: identity.id } }),
      ]);
    },
  ]),
  ...sides.map(([side, account]): [string, Race] => [
    `the closing of ${account}`,
    ([one, two], { [side]: { token }, mine, tickets }) =>
      Promise.all([merge(one, mine.token, tickets.mine), two.call('requestClosure', { token })]),
  ]),
  [
    'a merge of a third account into the other one',
    async ([one, two], { mine, theirs, third, tickets }) => {
      const ticket = await ticketOf(two, theirs, third);
      return Promise.all([merge(one, mine.token, tickets.mine), merge(two, theirs.token, ticket)]);
    },
  ],
  [
    'a merge of the other account into a third one',
    async ([one, two], { mine, theirs, third, tickets }) => {
      const ticket = await ticketOf(two, third, theirs);
      return Promise.all([merge(one, mine.token, tickets.mine), merge(two, third.token, ticket)]);
    },
  ],
  [
    'a logout of the session that merges',
    ([one, two], { mine, tickets }) => Promise.all([merge(one, mine.token, tickets.mine), two.call('logout', { token: mine.token })]),
  ],
];

/** Runs a race between new accounts, and checks the invariants that hold for every outcome. */
export async function runRace(store: Store, servers: readonly [Client, Client], race: Race, round: number): Promise<void> {
  const [one] = servers;
  const mine = await register(one, `mine-${round}`);
  const theirs = await register(one, `theirs-${round}`, { new_password: password });
  const third = await register(one, `third-${round}`);
  const tickets = { mine: await ticketOf(one, mine, theirs), theirs: await ticketOf(one, theirs, mine) };
  const replies = await race(servers, { mine, theirs, third, tickets, round });
  expect(replies.filter(({ status }) => status >= 500)).toEqual([]);
  await expectWhole(store);
  const ids = [mine.id, theirs.id, third.id];
  const users = await store.selectFrom('users').select(['id', 'state']).where('id', 'in', ids).execute();
  const succeeded = (field: string) => replies.filter(({ status, body }) => status === 200 && body[field] !== undefined).length;
  const merges = succeeded('merged_from');
  expect(users.filter(({ state }) => state === 'merged')).toHaveLength(merges);
  const identities = await store.selectFrom('identities').select('user_id').where('user_id', 'in', ids).execute();
  // A merge drops one of the two QQ identities.
  expect(identities.length).toBeGreaterThanOrEqual(ids.length - merges - succeeded('sessions_ended'));
}

/** Every row belongs to an existing user, and every tombstone points to one. */
async function expectWhole(store: Store): Promise<void> {
  const tombstones = await store.selectFrom('users').select(['id', 'merged_into']).where('state', '=', 'merged').execute();
  const gone = tombstones.map(({ id }) => id);
  expect(tombstones.filter(({ merged_into }) => merged_into === null || gone.includes(merged_into))).toEqual([]);
  if (gone.length === 0) return;
  for (const table of ['identities', 'sessions', 'login_names', 'login_claims', 'mail_links', 'picture_checks'] as const) {
    expect(await store.selectFrom(table).select('user_id').where('user_id', 'in', gone).execute(), table).toEqual([]);
  }
}
