import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';

const sealedProfile = async (server: TestServer, person: string, more: object = {}) => ({
  code: await server.codeFor('wechat', person),
  ...(await server.granted('profile', 'wechat', person)),
  ...more,
});
const users = ({ store }: TestServer) => store.selectFrom('users').selectAll().execute();

describe('a profile update', () => {
  it('writes the profile', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    const { status, body } = await server.call('updateProfileWechat', { token, body: await sealedProfile(server, 'larry') });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: user_info.id, nickname: 'Larry。', city: 'Huizhou', is_authorized: true });
    expect(body._provider.wechat).toMatchObject({ openid: user_info.openid, nickName: 'Larry。' });
  });

  it.each([
    ['setnx', 'Boss'],
    ['overwrite', 'Larry。'],
    ['false', 'Boss'],
  ])('treats a field that is assigned by %s', async (update_userprofile, nickname) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    await server.store.updateTable('users').set({ nickname: 'Boss' }).execute();
    const body = await sealedProfile(server, 'larry', { update_userprofile });
    expect((await server.call('updateProfileWechat', { token, body })).body.nickname).toBe(nickname);
  });

  it('keeps the new session key', async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    await server.call('updateProfileWechat', { token, body: await sealedProfile(server, 'larry') });
    const { encryptedData, iv } = await server.granted('phone', 'wechat', 'larry');
    expect((await server.call('updatePhoneWechatV25', { token, body: { encryptedData, iv } })).status).toBe(200);
  });

  it.each(['mei', 'a-stranger'])('refuses a code of %s, and changes nothing', async (person) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    await server.login('wechat', 'mei');
    const before = [await users(server), await server.store.selectFrom('identities').selectAll().execute()];
    const reply = await server.call('updateProfileWechat', { token, body: await sealedProfile(server, person) });
    expect(reply).toMatchObject({ status: 400, body: { code: 'code_foreign' } });
    expect([await users(server), await server.store.selectFrom('identities').selectAll().execute()]).toEqual(before);
  });

  it.each([
    ['bad_signature', 'signature_invalid'],
    ['wrong_openid', 'sealed_data_invalid'],
    ['garbage', 'sealed_data_invalid'],
  ] as const)('refuses a profile that is %s', async (tamper, code) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    const body = await sealedProfile(server, 'larry', {});
    const tampered = { ...body, ...(await server.granted('profile', 'wechat', 'larry', { tamper })) };
    expect(await server.call('updateProfileWechat', { token, body: tampered })).toMatchObject({ status: 400, body: { code } });
    expect(await users(server)).toMatchObject([{ nickname: null, is_authorized: 0 }]);
  });

  it('requires an entry for the platform', async () => {
    const server = await startServer({
      configure: (app) => ({ ...app, content_check: 'off', platforms: { ...app.platforms, wechat: undefined } }),
    });
    const { token } = await server.login('qq', 'larry');
    const reply = await server.call('updateProfileWechat', { token, body: await sealedProfile(server, 'larry') });
    expect(reply).toMatchObject({ status: 405, body: { code: 'login_method_disabled' } });
  });
});

describe('a plain profile update (v2.5)', () => {
  const plain = { nickName: 'Plain', avatarUrl: 'https://example.com/a', gender: 2, city: 'Chengdu' };

  it('writes known fields', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    const body = { ...plain, openId: 'mei', unionId: 'u', is_authorized: false };
    const reply = await server.call('updateProfileWechatV25', { token, body });
    expect(reply).toMatchObject({ status: 200, body: { nickname: 'Plain', gender: 2, city: 'Chengdu', country: '', is_authorized: true } });
    expect(reply.body._provider.wechat).toEqual({ openid: user_info.openid, unionid: user_info.unionid, ...plain });
  });

  it.each([
    ['setnx', 'Boss'],
    ['overwrite', 'Plain'],
    [false, 'Boss'],
  ])('treats a field that is assigned by %s', async (update_userprofile, nickname) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    await server.store.updateTable('users').set({ nickname: 'Boss' }).execute();
    expect((await server.call('updateProfileWechatV25', { token, body: { ...plain, update_userprofile } })).body.nickname).toBe(nickname);
  });

  it("accepts names of the contract's maximum length", async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    const nickName = '🦊'.repeat(256);
    expect((await server.call('updateProfileWechatV25', { token, body: { nickName } })).body.nickname).toBe(nickName);
    expect((await server.call('updateProfileWechatV25', { token, body: { nickName: `${nickName}🦊` } })).status).toBe(400);
  });

  it('writes only the first level of a user without a WeChat identity', async () => {
    const server = await startServer();
    const { token } = await server.login('qq', 'larry');
    const { body } = await server.call('updateProfileWechatV25', { token, body: plain });
    expect([body.nickname, Object.keys(body._provider)]).toEqual(['Plain', ['qq']]);
  });
});

describe.each(['updateProfileWechat', 'updateProfileWechatV25'] as const)('%s', (operation) => {
  it('is forbidden unless the app allows it, and uses up no code then', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, profile_update_from_sdk: false }) });
    const { token } = await server.login('wechat', 'larry');
    const body = await sealedProfile(server, 'larry');
    expect(await server.call(operation, { token, body })).toMatchObject({ status: 403, body: { code: 'profile_update_forbidden' } });
    expect((await server.call('silentLoginWechat', { body: { code: body.code } })).status).toBe(201);
  });

  it('requires a session', async () => {
    const server = await startServer();
    const reply = await server.call(operation, { body: await sealedProfile(server, 'larry') });
    expect(reply).toMatchObject({ status: 401, body: { code: 'session_required' } });
  });
});
