import { describe, expect, it } from 'vitest';
import { password } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { download, jpeg, uploaded } from '../../support/pictures.ts';
import { withSettings } from '../../support/platforms.ts';
import { push } from '../../support/pushes.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** Logs a person in with the host's profile, which becomes the user's. */
async function loginWithProfile(server: TestServer, platform: 'Wechat' | 'Kuaishou' | 'Qq' | 'Bytedance', person: string, token?: string) {
  const code = await server.codeFor(platform.toLowerCase(), person);
  const { userInfo, ...grant } = await server.granted('profile', platform.toLowerCase(), person);
  const operation = token === undefined ? (`authorizedLogin${platform}` as const) : (`link${platform}` as const);
  const reply = await server.call(operation, { token, body: { code, update_userprofile: 'setnx', ...grant } });
  expect(reply.status).toBeLessThan(300);
  return reply.body;
}

const recordOf = async (server: TestServer, token: string, id: number) => (await server.call('getUser', { token, userId: id })).body;

const plainly = { configure: withSettings('wechat', { push_aes_key: undefined }) };

describe.each([
  ['Wechat', { encrypted: true, format: 'xml' }],
  ['Wechat', { encrypted: true, format: 'json' }],
  ['Wechat', { encrypted: false, format: 'xml' }],
  ['Wechat', { encrypted: false, format: 'json' }],
  ['Kuaishou', {}],
  ['Bytedance', {}],
] as const)('a withdrawn profile, pushed by %s %j', (platform, how) => {
  it('goes from the identity and from what the user took over of it', async () => {
    const server = await startServer('encrypted' in how && !how.encrypted ? plainly : {});
    const { token, user_info } = await loginWithProfile(server, platform, 'larry');
    expect([user_info.nickname, user_info.is_authorized]).toEqual(['Larry。', true]);
    const name = platform.toLowerCase();
    const { status, body } = await push(server, name, { person: 'larry', event: 'revoke', data: 'profile', ...how });
    expect(status).toBe(200);
    if (platform === 'Wechat') expect(body).toBe('success');
    else if (platform === 'Kuaishou') expect(JSON.parse(body)).toEqual({ result: 1, message_id: expect.any(String) });
    else expect(JSON.parse(body)).toEqual({ err_no: 0, err_tips: 'success' });
    const user = await recordOf(server, token, user_info.id);
    expect([user.nickname, user.avatar, user.gender, user.is_authorized]).toEqual(['', '', 0, false]);
    expect(Object.keys(user._provider[name]).sort()).toEqual(platform === 'Kuaishou' ? ['openid'] : ['openid', 'unionid']);
    const acts = (await auditOf(server)).filter(({ event }) => event === 'authorization_withdrawn');
    expect(acts).toMatchObject([{ user_id: user_info.id, method: name, operation: `/v1/pushes/${name}/sandbox-${name}` }]);
  });
});

describe('a withdrawal', () => {
  it('of a profile leaves what the user typed, and what another platform says too', async () => {
    const server = await startServer();
    const { token, user_info } = await loginWithProfile(server, 'Wechat', 'larry');
    await loginWithProfile(server, 'Qq', 'larry', token);
    await server.call('updateUser', { token, body: { city: 'Beijing' } });
    await push(server, 'wechat', { person: 'larry', data: 'profile' });
    const user = await recordOf(server, token, user_info.id);
    expect([user.nickname, user.city, user.is_authorized, user.avatar]).toEqual(['Larry。', 'Beijing', true, '']);
  });

  it.each([
    ['nickname', { nickname: '', _phone: '13800138000' }],
    ['phone', { nickname: '拉里', _phone: null, _phone_verified: false }],
  ])('of the %s deletes it, wherever it came from', async (data, left) => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    const { code: phone_code } = await server.granted('phone', 'wechat', 'larry');
    await server.call('updatePhoneWechat', { token, body: { phone_code } });
    await server.call('updateUser', { token, body: { nickname: '拉里' } });
    await push(server, 'wechat', { person: 'larry', data });
    expect(await recordOf(server, token, user_info.id)).toMatchObject(left);
  });

  it('of the picture deletes the file', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    const address = await uploaded(server, token, await jpeg());
    await push(server, 'wechat', { person: 'larry', data: 'avatar' });
    await server.services.background.settled();
    expect([(await recordOf(server, token, user_info.id)).avatar, (await download(address)).status]).toEqual(['', 404]);
  });

  it('of a name and picture that the platform removed deletes both', async () => {
    const server = await startServer();
    const { token, user_info } = await loginWithProfile(server, 'Wechat', 'larry');
    await push(server, 'wechat', { person: 'larry', event: 'modify' });
    expect(await recordOf(server, token, user_info.id)).toMatchObject({ nickname: '', avatar: '', city: 'Huizhou' });
  });

  it('reaches the users of every pool and environment that the platform’s app serves, and no one else', async () => {
    const server = await startServer();
    const staging = { 'X-Hydrogen-Env-ID': 'staging' };
    const { token, user_info } = await loginWithProfile(server, 'Wechat', 'larry');
    const mei = await loginWithProfile(server, 'Wechat', 'mei');
    const code = await server.codeFor('wechat', 'larry');
    const { userInfo, ...grant } = await server.granted('profile', 'wechat', 'larry');
    const { body } = await server.call('authorizedLoginWechat', { headers: staging, body: { code, ...grant } });
    await push(server, 'wechat', { person: 'larry', data: 'profile' });
    const other = await server.call('getUser', { token: body.token, userId: body.user_info.id, headers: staging });
    expect([(await recordOf(server, token, user_info.id)).nickname, other.body.nickname]).toEqual(['', '']);
    expect((await recordOf(server, mei.token, mei.user_info.id)).nickname).toBe('Mei');
  });

  it('of a person whom no one knows is answered, and changes nothing', async () => {
    const server = await startServer();
    expect(await push(server, 'wechat', { person: 'stranger' })).toMatchObject({ status: 200, body: 'success' });
  });
});

describe('the end of an account at the platform', () => {
  it('deletes a user who has no other way to log in', async () => {
    const server = await startServer();
    const { token, user_info } = await loginWithProfile(server, 'Wechat', 'larry');
    await push(server, 'wechat', { person: 'larry', event: 'cancel' });
    expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(401);
    expect(await server.store.selectFrom('users').select('id').execute()).toEqual([]);
    const events = (await auditOf(server)).map(({ event }) => event);
    expect(events).toContain('user_deleted');
  });

  it('unlinks the identity of a user who has another, and leaves the rest', async () => {
    const server = await startServer();
    const { token, user_info } = await loginWithProfile(server, 'Wechat', 'larry');
    await server.call('updateAccount', { token, body: { username: 'larry', new_password: password } });
    await push(server, 'wechat', { person: 'larry', event: 'cancel' });
    expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(401);
    const { status, body } = await server.call('loginByUsername', { body: { username: 'larry', password } });
    expect([status, body.id, body.nickname, body._provider]).toEqual([201, user_info.id, '', {}]);
  });
});
