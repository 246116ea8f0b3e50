import { describe, expect, it } from 'vitest';
import { unlinkPlatform } from '../../../server/accounts/unlinking.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import { startServer } from '../../support/server.ts';

/** A user with identities in two apps of WeChat and on QQ, and a session of each platform. */
async function startLinked() {
  const server = await startServer();
  const { store } = server;
  const wechat = await server.login('wechat', 'mei');
  const { id } = wechat.user_info;
  expect((await server.call('linkQq', { token: wechat.token, body: { code: await server.codeFor('qq', 'mei') } })).status).toBe(200);
  const qq = await server.login('qq', 'mei');
  const row = await store.selectFrom('identities').selectAll().where('platform', '=', 'wechat').executeTakeFirstOrThrow();
  await store
    .insertInto('identities')
    .values({ ...row, platform_app_id: 'another-app', openid: 'another-openid' })
    .execute();
  const left = async () =>
    (await store.selectFrom('identities').select('platform_app_id').orderBy('platform_app_id').execute()).flatMap(Object.values);
  const statusOf = async ({ token }: { token: string }) => (await server.call('getUser', { token, userId: id })).status;
  return { server, id, wechat, qq, left, statusOf };
}

describe('unlinking', () => {
  it('a platform removes its identities, ends only its sessions, and is in the audit trail', async () => {
    const { server, id, wechat, qq, left, statusOf } = await startLinked();
    expect(await inTransaction(server.tenant, (tx) => unlinkPlatform(tx, id, 'wechat'))).toBe(1);
    expect(await left()).toEqual(['sandbox-qq']);
    expect([await statusOf(wechat), await statusOf(qq)]).toEqual([401, 200]);
    const acts = await server.store
      .selectFrom('audit_entries')
      .select(['user_id', 'method'])
      .where('event', '=', 'identity_unlinked')
      .execute();
    expect(acts).toEqual([{ user_id: id, method: 'wechat' }]);
  });

  it("one of a platform's apps leaves the identity in the other", async () => {
    const { server, id, left } = await startLinked();
    await inTransaction(server.tenant, (tx) => unlinkPlatform(tx, id, 'wechat', 'sandbox-wechat'));
    expect(await left()).toEqual(['another-app', 'sandbox-qq']);
  });
});
