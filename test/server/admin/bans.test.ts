import { describe, expect, it } from 'vitest';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

describe('ban-user and unban-user', () => {
  it('take effect on every running server at the next request', async () => {
    const DATABASE_URL = await createDatabase();
    const servers = [await startServer({ database: DATABASE_URL }), await startServer({ database: DATABASE_URL })] as const;
    const { token, user_info } = await servers[0].login('wechat', 'mei');
    const user = ['--app', 'sandbox', '--user', String(user_info.id)];
    const statuses = async () => [
      (await servers[0].call('getMe', { token })).status,
      (await servers[1].call('getMe', { token })).status,
      (await servers[1].call('silentLoginWechat', { body: { code: await servers[1].codeFor('wechat', 'mei') } })).status,
    ];
    expect(await statuses()).toEqual([200, 200, 201]);

    const report = await adminJson(['ban-user', ...user, '--reason', ' spam ', '--until', '2090-01-01'], {
      DATABASE_URL,
      OPERATOR: 'mei.wang',
    });
    expect(report).toEqual({ banned: user_info.id, reason: 'spam', until: '2090-01-01T00:00:00.000Z' });
    expect(await statuses()).toEqual([403, 403, 403]);
    const found = await adminJson(['find-user', '--app', 'sandbox', '--user', String(user_info.id)], { DATABASE_URL });
    expect(found).toMatchObject([{ state: 'banned', banned_reason: 'spam', banned_until: '2090-01-01T00:00:00.000Z' }]);

    expect(await adminJson(['unban-user', ...user], { DATABASE_URL, SUDO_USER: 'larry', USER: 'root' })).toEqual({
      unbanned: user_info.id,
    });
    expect(await statuses()).toEqual([200, 200, 201]);
    const acts = await servers[0].store
      .selectFrom('audit_entries')
      .select(['event', 'operation', 'done_by'])
      .where('event', 'in', ['user_banned', 'user_unbanned'])
      .execute();
    expect(acts).toEqual([
      { event: 'user_banned', operation: 'admin', done_by: 'mei.wang' },
      { event: 'user_unbanned', operation: 'admin', done_by: 'larry' },
    ]);
    // Not in what the user is given.
    expect(JSON.stringify(await adminJson(['export-user', ...user], { DATABASE_URL }))).not.toContain('mei.wang');
  });

  it('reject invalid options and users', async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const { id } = (await server.login('wechat', 'mei')).user_info;
    const run = async (command: string, ...more: string[]) => admin([command, '--app', 'sandbox', '--user', ...more], { DATABASE_URL });
    const user = String(id);
    expect(await run('ban-user', user)).toMatchObject({ code: 2, errors: expect.stringContaining("'--reason <text>' not specified") });
    expect(await run('ban-user', user, '--reason', ' ')).toMatchObject({ code: 2, errors: expect.stringContaining('1 to 256 characters') });
    expect(await run('ban-user', user, '--reason', 'x', '--until', 'soon')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('24h'),
    });
    const over = await run('ban-user', user, '--reason', 'x', '--until', '2020-01-01');
    expect(over).toMatchObject({ code: 1, errors: '--until is over already\n' });
    expect(await run('ban-user', '1', '--reason', 'x')).toMatchObject({ code: 1, errors: 'app sandbox has no user 1\n' });
    expect(await run('unban-user', user)).toMatchObject({ code: 1, errors: `user ${id} is not banned\n` });
    await server.store.updateTable('users').set({ state: 'closed' }).where('id', '=', id).execute();
    expect(await run('ban-user', user, '--reason', 'x')).toMatchObject({ code: 1, errors: `the account of user ${id} is closed\n` });
  });
});
