// @module-tag fault
import { expect, it } from 'vitest';
import { createDatabase, openTestStore } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';

/** Not long ago: the cleanup distrusts a clock that is far from the last stored time. */
const start = Math.floor(Date.now() / 1000) - 100;

it('SIGKILL during the closing of 300 accounts with 40 audit entries each: none is half closed, and the next process closes the rest', async () => {
  const DATABASE_URL = await createDatabase();
  const first = await startProcess({ DATABASE_URL });
  first.kill('SIGKILL');
  await first.ended;
  const store = await openTestStore(DATABASE_URL);
  const ids = Array.from({ length: 300 }, (_, n) => n + 1);
  const row = { tenant_id: 'sandbox', created_at: start, updated_at: start };
  await store
    .insertInto('users')
    .values(ids.map((id) => ({ ...row, id, nickname: 'Mei', state: 'closing' as const, closing_at: start })))
    .execute();
  const session = { tenant_id: 'sandbox', platform: null, created_at: start, last_used_at: start, address: null, expires_at: 2 ** 40 };
  for (let part = 0; part < 4; part++) {
    const rows = ids.map((id) => ({ ...session, id, user_id: id, token_hash: `${part} ${id}` }));
    await store.insertInto('sessions').values(rows).execute();
  }
  const entry = { tenant_id: 'sandbox', event: 'login' as const, method: null, operation: 'x', request_id: null, ip: '203.0.113.7' };
  for (let at = 1; at <= 40; at++) {
    await store
      .insertInto('audit_entries')
      .values(ids.map((id) => ({ ...entry, at: start + at, id, user_id: id })))
      .execute();
  }
  const states = async () => {
    const users = await store.selectFrom('users').select(['id', 'state', 'nickname']).execute();
    const sessions = await store.selectFrom('sessions').select('user_id').execute();
    return {
      users,
      closed: users.filter(({ state }) => state === 'closed').length,
      owners: new Set(sessions.map(({ user_id }) => user_id)),
    };
  };

  const killed = await startProcess({ DATABASE_URL });
  await expect.poll(async () => (await states()).closed, { interval: 5, timeout: 30_000 }).toBeGreaterThan(0);
  killed.kill('SIGKILL');
  await killed.ended;
  const { users, closed, owners } = await states();
  expect(closed).toBeLessThan(300);
  for (const { id, state, nickname } of users) {
    expect([nickname, owners.has(id)]).toEqual(state === 'closed' ? [null, false] : ['Mei', true]);
  }

  // As if the pause between an account and its audit entries were over.
  await store.updateTable('users').set({ updated_at: start }).where('state', '=', 'closed').execute();
  await startProcess({ DATABASE_URL });
  await expect.poll(async () => (await states()).closed, { timeout: 60_000 }).toBe(300);
  expect((await states()).owners.size).toBe(0);
  const erased = store.selectFrom('audit_entries').select('user_id').where('ip', 'is', null).where('event', '=', 'login').distinct();
  await expect.poll(async () => (await erased.execute()).length, { timeout: 60_000 }).toBe(closed);
});
