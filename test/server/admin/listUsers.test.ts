import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { adminHere } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

const day = 86_400;

/** A server with five users, one a day, the last of whom came today. */
async function startWithUsers() {
  const database = await createDatabase();
  const today = Math.floor(Date.now() / 1000);
  const clock = { time: today - 4 * day };
  const server = await startServer({ database, now: () => clock.time });
  const ids: number[] = [];
  for (const [index, nickname] of ['larry', 'mei', 'Mei-Mei', '100%', 'x'].entries()) {
    const { user_info } = await server.login('wechat', `person${index}`);
    await server.store.updateTable('users').set({ nickname }).where('id', '=', user_info.id).execute();
    ids.push(user_info.id);
    if (index < 4) clock.time += day;
  }
  const run = async (command: string, ...args: string[]) => {
    const { code, output, errors } = await adminHere([command, '--app', 'sandbox', '--json', ...args], { DATABASE_URL: database });
    return { code, errors, data: output === '' ? undefined : JSON.parse(output) };
  };
  const idsOf = async (...args: string[]) => (await run('list-users', ...args)).data.users.map(({ id }: { id: number }) => ids.indexOf(id));
  return { server, clock, ids, run, idsOf };
}

describe('list-users', () => {
  it('shows the newest first, in pages, without secrets, addresses and numbers', async () => {
    const { run, ids, server, clock } = await startWithUsers();
    clock.time++;
    const { id } = await registerUser(server, 'ada');
    const first = await run('list-users', '--limit', '2');
    expect(first.data.users[0]).toEqual({
      id: expect.any(Number),
      created_at: expect.stringContaining('T'),
      state: 'active',
      anonymous: false,
      username: 'ada',
      nickname: null,
      platforms: [],
      last_used_at: expect.stringContaining('T'),
    });
    expect(JSON.stringify(first.data)).not.toMatch(/hash|token|session_key/);
    const seen: number[] = [];
    for (let after: string[] = []; ; ) {
      const { users, next } = (await run('list-users', '--limit', '2', ...after)).data;
      seen.push(...users.map((user: { id: number }) => user.id));
      if (next === null) break;
      after = ['--after', String(next)];
    }
    expect(seen).toEqual([id, ...ids.toReversed()]);
  });

  it('finds users by a part of the nickname, in any case, without wildcards', async () => {
    const { idsOf } = await startWithUsers();
    expect(await idsOf('--nickname', 'mei')).toEqual([2, 1]);
    expect(await idsOf('--nickname', 'MEI-')).toEqual([2]);
    expect(await idsOf('--nickname', '%')).toEqual([3]);
    expect(await idsOf('--nickname', '_')).toEqual([]);
  });

  it('finds users who are banned now, and who were not seen since a time', async () => {
    const { idsOf, run, ids } = await startWithUsers();
    expect(await idsOf('--inactive-since', '36h')).toEqual([2, 1, 0]);
    expect(await idsOf('--inactive-since', '84h')).toEqual([0]);
    await run('ban-user', '--user', String(ids[1]), '--reason', 'spam');
    expect(await idsOf('--banned')).toEqual([1]);
    await run('unban-user', '--user', String(ids[1]));
    expect(await idsOf('--banned')).toEqual([]);
  });

  it('refuses an unknown user or app, and a wrong number', async () => {
    const { run } = await startWithUsers();
    expect(await run('list-users', '--after', '1')).toMatchObject({ code: 1, errors: '--after: app sandbox has no user 1\n' });
    expect(await run('list-users', '--app', 'nope')).toMatchObject({ code: 1, errors: expect.stringContaining('--app: ') });
    expect(await run('list-users', '--limit', '0')).toMatchObject({ code: 2 });
  });
});

describe('stats', () => {
  it('counts users, active users, and the new users and logins of each day in Beijing', async () => {
    const { run, server, ids } = await startWithUsers();
    await server.login('wechat', 'person4');
    await server.call('loginAnonymously');
    await server.call('silentLoginWechat', { body: { code: 'neverGiven' } });
    await server.services.audit.flush();
    await run('ban-user', '--user', String(ids[0]), '--reason', 'spam');
    const { data } = await run('stats', '--days', '5');
    expect(data.users).toEqual({ total: 6, anonymous: 1, banned: 1, closing: 0 });
    // The ban ended no session.
    expect(data.active).toEqual({ last_day: expect.any(Number), last_7_days: 6, last_30_days: 6 });
    expect(data.active.last_day).toBeLessThan(4);
    const beijing = (time: number) => new Date(time + 8 * 3_600_000).toISOString().slice(0, 10);
    const today = Date.now();
    expect(data.days.map(({ day: name }: { day: string }) => name)).toEqual(
      [0, 1, 2, 3, 4].map((ago) => beijing(today - ago * 86_400_000)),
    );
    expect(data.days[0]).toMatchObject({ new_users: 2, logins: 3, users_logged_in: 2, failed_logins: 1 });
    expect(data.days[4]).toMatchObject({ new_users: 1, logins: 1, users_logged_in: 1, failed_logins: 0 });
    expect((await run('stats', '--days', '400')).code).toBe(2);
  });
});
