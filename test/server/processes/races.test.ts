// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password } from '../../support/accounts.ts';
import type { Reply } from '../../support/client.ts';
import { createDatabase, openTestStore } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';

/** Two server processes on one database; the sandbox runs in the first. */
async function startTwo() {
  const DATABASE_URL = await createDatabase();
  const first = await startProcess({ DATABASE_URL });
  const second = await startProcess({ DATABASE_URL }, first.origin);
  return { DATABASE_URL, servers: [first, second] as const };
}

const countStatuses = (replies: Reply[]) =>
  Object.fromEntries(Object.entries(Object.groupBy(replies, ({ status }) => status)).map(([status, of]) => [status, of?.length]));

/** Sends a request again while the database has no free connection in time, as on a busy machine: nothing is stored then. */
async function insist(call: () => Promise<Reply>): Promise<Reply> {
  const reply = await call();
  return reply.body.code === 'store_unavailable' ? insist(call) : reply;
}

describe('races of two processes', () => {
  it('200 simultaneous first logins of one person: one user', async () => {
    const { DATABASE_URL, servers } = await startTwo();
    for (const server of servers) await server.login('wechat', 'mei');

    const codes = await Promise.all(Array.from({ length: 200 }, () => servers[0].codeFor('wechat', 'larry')));
    const replies = await Promise.all(codes.map((code, n) => servers[n % 2 === 0 ? 0 : 1].call('silentLoginWechat', { body: { code } })));

    expect(countStatuses(replies)).toEqual({ 201: 200 });
    expect(new Set(replies.map(({ body }) => body.user_info.id)).size).toBe(1);
    const store = await openTestStore(DATABASE_URL);
    const users = await store.selectFrom('users').select('id').execute();
    const sessions = await store.selectFrom('sessions').select('user_id').execute();
    expect(users.length).toBe(2);
    // A user has at most a hundred sessions, and logins at the same moment do not see each other's.
    expect(sessions.length).toBeGreaterThanOrEqual(102);
  });

  it('200 simultaneous registrations of one username: one succeeds, the others are 409', async () => {
    const { DATABASE_URL, servers } = await startTwo();
    const body = { username: 'larry', password };
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, n) => insist(() => servers[n % 2 === 0 ? 0 : 1].call('registerByUsername', { body }))),
    );
    expect(countStatuses(replies)).toEqual({ 201: 1, 409: 199 });
    const store = await openTestStore(DATABASE_URL);
    expect((await store.selectFrom('users').select('id').execute()).length).toBe(1);
  });

  it('an identity that two users link 200 times: one of them has it', async () => {
    const { DATABASE_URL, servers } = await startTwo();
    const users = [await servers[0].login('qq', 'larry'), await servers[1].login('qq', 'mei')] as const;
    const codes = await Promise.all(Array.from({ length: 200 }, () => servers[0].codeFor('wechat', 'larry')));
    const replies = await Promise.all(
      codes.map((code, n) => servers[n % 2 === 0 ? 0 : 1].call('linkWechat', { token: users[n % 2 === 0 ? 0 : 1].token, body: { code } })),
    );
    expect(countStatuses(replies)).toEqual({ 200: 100, 409: 100 });
    const store = await openTestStore(DATABASE_URL);
    const linked = await store.selectFrom('identities').select('user_id').where('platform', '=', 'wechat').execute();
    expect(linked.length).toBe(1);
    expect(replies.filter(({ status }) => status === 200).every(({ body }) => body.user_id === linked[0]?.user_id)).toBe(true);
  });
});
