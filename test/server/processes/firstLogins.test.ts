import { expect, it } from 'vitest';
import { createDatabase, openTestStore } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';

it('gives 200 simultaneous first logins of one person at two processes one user', async () => {
  const DATABASE_URL = await createDatabase();
  const first = await startProcess({ DATABASE_URL });
  const second = await startProcess({ DATABASE_URL }, first.origin);
  const servers = [first, second];
  for (const server of servers) await server.login('wechat', 'mei');

  const codes = await Promise.all(Array.from({ length: 200 }, () => first.codeFor('wechat', 'larry')));
  const replies = await Promise.all(codes.map((code, n) => servers[n % 2]?.call('silentLoginWechat', { body: { code } })));

  expect(new Set(replies.map((reply) => reply?.status))).toEqual(new Set([201]));
  expect(new Set(replies.map((reply) => reply?.body.user_info.id)).size).toBe(1);
  const store = await openTestStore(DATABASE_URL);
  const users = await store.selectFrom('users').select('id').execute();
  const sessions = await store.selectFrom('sessions').select('user_id').execute();
  expect([users.length, sessions.length]).toEqual([2, 202]);
});
