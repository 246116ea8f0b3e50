import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

const move = (openid: string, ...more: string[]) => [
  'move-identity',
  '--app',
  'sandbox',
  '--platform',
  'wechat',
  '--openid',
  openid,
  ...more,
];

describe('move-identity', () => {
  it('sets the openid after the platform changed it, and the person finds the account again', async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const { user_info: mei } = await server.login('wechat', 'mei');
    await server.store.updateTable('identities').set({ openid: 'before-the-move', unionid: 'before' }).execute();
    const report = await adminJson(move('before-the-move', '--to-openid', mei.openid, '--to-unionid', mei.unionid), { DATABASE_URL });
    expect(report).toEqual({
      moved: { platform: 'wechat', platform_app_id: 'sandbox-wechat', openid: mei.openid, user: mei.id },
      sessions_ended: 0,
    });
    expect((await server.login('wechat', 'mei')).user_info).toMatchObject({ id: mei.id, unionid: mei.unionid });
  });

  it('moves an identity to another user and ends its sessions, unless it is the only way to log in or that user has one', async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const mei = await server.login('wechat', 'mei');
    const { openid, id } = mei.user_info;
    const { id: other, token } = await registerUser(server);
    const to = move(openid, '--to-user', String(other));
    const sole = `wechat is the only login method of user ${id}; use --yes to move it anyway\n`;
    expect(await admin(to, { DATABASE_URL })).toEqual({ code: 1, output: '', errors: sole });
    expect(await adminJson([...to, '--yes'], { DATABASE_URL })).toMatchObject({ from_user: id, sessions_ended: 1 });
    expect((await server.call('getUser', { token: mei.token, userId: id })).status).toBe(401);
    expect((await server.login('wechat', 'mei')).user_info.id).toBe(other);

    const { user_info: ada } = await server.login('wechat', 'ada');
    const refused = await admin(move(ada.openid, '--to-user', String(other), '--yes'), { DATABASE_URL });
    expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining('has another one there') });
    expect((await server.call('getUser', { token, userId: other })).body._provider.wechat.openid).toBe(openid);
    expect(await admin(move('unknown', '--to-user', String(other)), { DATABASE_URL })).toMatchObject({ code: 1 });
    expect(await admin(move(openid), { DATABASE_URL })).toMatchObject({ code: 2 });
  });
});
