import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

describe('unlink-identity', () => {
  it("removes an identity from a user and ends its sessions; the person's next login creates a new user", async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const { token, id } = await registerUser(server);
    await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', 'mei') } });
    const wechat = await server.login('wechat', 'mei');
    expect(wechat.user_info.id).toBe(id);

    const report = await adminJson(['unlink-identity', '--app', 'sandbox', '--user', String(id), '--platform', 'wechat'], { DATABASE_URL });
    expect(report).toEqual({
      unlinked: { platform: 'wechat', platform_app_id: 'sandbox-wechat', openid: wechat.user_info.openid },
      sessions_ended: 1,
    });
    expect((await server.call('getUser', { token: wechat.token, userId: id })).status).toBe(401);
    expect((await server.call('getUser', { token, userId: id })).body._provider).toEqual({});
    expect((await server.login('wechat', 'mei')).user_info.id).not.toBe(id);
  });

  it("does not remove a user's only way to log in by default", async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const { id } = (await server.login('wechat', 'mei')).user_info;
    const unlink = (...more: string[]) => admin(['unlink-identity', '--app', 'sandbox', '--user', String(id), ...more], { DATABASE_URL });

    const errors = `wechat is the only login method of user ${id}; use --yes to remove it anyway\n`;
    expect(await unlink('--platform', 'wechat')).toEqual({ code: 1, output: '', errors });
    expect((await server.login('wechat', 'mei')).user_info.id).toBe(id);
    expect((await unlink('--platform', 'wechat', '--yes')).code).toBe(0);
    expect(await unlink('--platform', 'wechat')).toMatchObject({ code: 1, errors: `user ${id} has no identity on wechat\n` });
    expect(await unlink('--platform', 'taobao')).toMatchObject({ code: 2, errors: expect.stringContaining('wechat, qq, baidu') });
  });
});
