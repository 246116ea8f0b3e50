import { describe, expect, it } from 'vitest';
import type { OperationId, PlatformName } from '../../../generated/operations.ts';
import { altering } from '../../support/platformReplies.ts';
import { platformNames, sealingPlatforms } from '../../support/platforms.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const linkOn = (platform: string) => `link${platform[0]?.toUpperCase()}${platform.slice(1)}` as OperationId;
/** An account of another platform, to link to. */
const accountOf = (server: TestServer, platform: string, person: string) => server.login(platform === 'jd' ? 'qq' : 'jd', person);
const identities = ({ store }: TestServer, platform: PlatformName) =>
  store.selectFrom('identities').selectAll().where('platform', '=', platform).orderBy('openid').execute();

describe.each(platformNames)('linking on %s', (platform) => {
  const link = async (server: TestServer, token: string, person: string, more: object = {}) =>
    server.call(linkOn(platform), { token, body: { code: await server.codeFor(platform, person), ...more } });

  it('lets a login find the account', async () => {
    const server = await startServer();
    const { token, user_info } = await accountOf(server, platform, 'mei');
    const { status, body } = await link(server, token, 'larry');
    expect(status).toBe(200);
    const { user_info: found } = await server.login(platform, 'larry');
    expect(body).toMatchObject({ status: 'ok', message: 'User associated.', openid: found.openid, user_id: user_info.id });
    expect(found.id).toBe(user_info.id);
    expect(Object.keys(found._provider)).toHaveLength(2);
    expect(found).toMatchObject({ nickname: '', is_authorized: false });
  });

  it('writes a profile that is sent with it', async () => {
    const server = await startServer();
    const { token, user_info } = await accountOf(server, platform, 'mei');
    const code = await server.codeFor(platform, 'larry');
    const body = { code, ...(await server.granted('profile', platform, 'larry')) };
    expect((await server.call(linkOn(platform), { token, body })).status).toBe(200);
    const { body: user } = await server.call('getUser', { token, userId: user_info.id });
    expect(user).toMatchObject({ nickname: 'Larry。', is_authorized: true });
    expect(JSON.stringify(user._provider[platform])).toContain('Larry。');
  });

  it('can be repeated, and stores the new session key', async () => {
    const server = await startServer();
    const { token } = await accountOf(server, platform, 'mei');
    const first = await link(server, token, 'larry');
    const [before] = await identities(server, platform);
    const second = await link(server, token, 'larry');
    expect(second).toMatchObject({ status: 200, body: first.body });
    const [after] = await identities(server, platform);
    expect(after?.session_key === before?.session_key).toBe(before?.session_key === null);
  });

  it("refuses another user's identity and changes nothing", async () => {
    const server = await startServer();
    const { user_info: larry } = await server.login(platform, 'larry');
    const { token } = await accountOf(server, platform, 'mei');
    const before = await identities(server, platform);
    expect(await link(server, token, 'larry')).toMatchObject({ status: 409, body: { code: 'identity_taken' } });
    expect(await identities(server, platform)).toEqual(before);
    expect((await server.login(platform, 'larry')).user_info.id).toBe(larry.id);
  });

  it('refuses a second identity of the platform and changes nothing', async () => {
    const server = await startServer();
    const { token } = await server.login(platform, 'mei');
    const before = await identities(server, platform);
    expect(await link(server, token, 'larry')).toMatchObject({ status: 409, body: { code: 'platform_already_linked' } });
    expect(await identities(server, platform)).toEqual(before);
  });

  it('gives an identity to one of two accounts that link it at once', async () => {
    const server = await startServer();
    const [mei, ada] = [await accountOf(server, platform, 'mei'), await accountOf(server, platform, 'ada')];
    const replies = await Promise.all([link(server, mei.token, 'larry'), link(server, ada.token, 'larry')]);
    expect(replies.map(({ status, body }) => [status, body.code]).sort()).toEqual([
      [200, undefined],
      [409, 'identity_taken'],
    ]);
    expect(await identities(server, platform)).toHaveLength(1);
  });

  it('gives an account one of two identities that it links at once', async () => {
    const server = await startServer();
    const { token } = await accountOf(server, platform, 'mei');
    const replies = await Promise.all([link(server, token, 'larry'), link(server, token, 'ada')]);
    expect(replies.map(({ status, body }) => [status, body.code]).sort()).toEqual([
      [200, undefined],
      [409, 'platform_already_linked'],
    ]);
    expect(await identities(server, platform)).toHaveLength(1);
  });

  it('is for registered users, and uses up no code of others', async () => {
    const server = await startServer();
    const code = await server.codeFor(platform, 'larry');
    expect(await server.call(linkOn(platform), { body: { code } })).toMatchObject({ status: 401, body: { code: 'session_required' } });
    const { token } = await accountOf(server, platform, 'mei');
    await server.store.updateTable('users').set({ is_anonymous: 1 }).execute();
    const anonymous = await server.call(linkOn(platform), { token, body: { code } });
    expect(anonymous).toMatchObject({ status: 403, body: { code: 'anonymous_forbidden' } });
    await server.store.updateTable('users').set({ is_anonymous: 0 }).execute();
    expect((await server.call(linkOn(platform), { token, body: { code } })).status).toBe(200);
  });
});

it.each(sealingPlatforms)('linking on %s with an invalid profile changes nothing', async (platform) => {
  const server = await startServer();
  const { token } = await accountOf(server, platform, 'mei');
  const body = { code: await server.codeFor(platform, 'larry'), ...(await server.granted('profile', platform, 'ada')) };
  expect((await server.call(linkOn(platform), { token, body })).status).toBe(400);
  expect(await identities(server, platform)).toEqual([]);
});

it('linking requires all parts of a profile or none', async () => {
  const server = await startServer();
  const { token } = await accountOf(server, 'wechat', 'mei');
  const { rawData } = await server.granted('profile', 'wechat', 'larry');
  const body = { code: await server.codeFor('wechat', 'larry'), rawData };
  expect(await server.call('linkWechat', { token, body })).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
});

describe('associate_with_unionid', () => {
  const linkCounted = async (server: TestServer, token: string) =>
    server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', 'larry'), associate_with_unionid: true } });

  it('fills in the openid that the user did not have', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    await server.store.updateTable('identities').set({ openid: 'of-another-app' }).execute();
    const { status, body } = await linkCounted(server, token);
    expect([status, body.openid, body.unionid]).toEqual([200, user_info.openid, user_info.unionid]);
    expect(await identities(server, 'wechat')).toMatchObject([{ openid: user_info.openid, user_id: user_info.id }]);
  });

  it('fills in the unionid that the user did not have', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    await server.store.updateTable('identities').set({ unionid: null }).execute();
    expect((await linkCounted(server, token)).status).toBe(200);
    expect(await identities(server, 'wechat')).toMatchObject([{ unionid: user_info.unionid }]);
  });

  it("names both users if the unionid is another user's, and changes nothing", async () => {
    const server = await startServer();
    const { user_info: larry } = await server.login('wechat', 'larry');
    await server.store.updateTable('identities').set({ openid: 'of-another-app' }).execute();
    const before = await identities(server, 'wechat');
    const { token, user_info: mei } = await server.login('jd', 'mei');
    const reply = await linkCounted(server, token);
    expect(reply).toMatchObject({ status: 409, body: { code: 'unionid_conflict' } });
    expect(reply.body.error_msg).toContain(String(larry.id));
    expect(reply.body.error_msg).toContain(String(mei.id));
    expect(await identities(server, 'wechat')).toEqual(before);
  });

  it.each([
    true,
    undefined,
  ])("names neither user to a stranger whose openid is one user's and whose unionid is another's (%s)", async (counted) => {
    const server = await startServer();
    const [{ user_info: larry }, { user_info: mei }] = [await server.login('wechat', 'larry'), await server.login('wechat', 'mei')];
    const give = (id: number, unionid: string | null) =>
      server.store.updateTable('identities').set({ unionid }).where('user_id', '=', id).execute();
    await give(larry.id, null);
    await give(mei.id, larry.unionid);
    const before = await identities(server, 'wechat');
    const { token } = await server.login('jd', 'ann');
    const body = { code: await server.codeFor('wechat', 'larry'), associate_with_unionid: counted };
    const reply = await server.call('linkWechat', { token, body });
    expect(reply).toMatchObject({ status: 409, body: { code: counted ? 'unionid_conflict' : 'identity_taken' } });
    for (const { id } of [larry, mei]) expect(JSON.stringify(reply.body)).not.toContain(String(id));
    expect(await identities(server, 'wechat')).toEqual(before);
  });

  it("is a taken identity if openid and unionid are the same other user's", async () => {
    const server = await startServer();
    await server.login('wechat', 'larry');
    const { token } = await server.login('jd', 'mei');
    expect(await linkCounted(server, token)).toMatchObject({ status: 409, body: { code: 'identity_taken' } });
  });

  it('links without a unionid if WeChat returns none', async () => {
    const server = await startServer({ fetch: altering('/sns/jscode2session', (reply) => ({ ...reply, unionid: undefined })) });
    const { token } = await server.login('jd', 'mei');
    const { status, body } = await linkCounted(server, token);
    expect([status, 'unionid' in body]).toEqual([200, false]);
  });
});
