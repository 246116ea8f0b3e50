import { describe, expect, it } from 'vitest';
import type { OperationId } from '../../../generated/operations.ts';
import { platformNames } from '../../support/platforms.ts';
import { changePerson } from '../../support/sandbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const platforms = platformNames;
const on = (verb: string, platform: string) => `${verb}${platform[0]?.toUpperCase()}${platform.slice(1)}` as OperationId;
const unassigned = { nickname: '', avatar: '', gender: 0, city: '', province: '', country: '' };
const modes = ['setnx', 'overwrite', false] as const;

const change = async (server: TestServer, change: object) => expect((await changePerson(server, 'larry', change)).status).toBe(200);
const grant = async (server: TestServer, platform: string) => ({
  code: await server.codeFor(platform, 'larry'),
  ...(await server.granted('profile', platform, 'larry')),
});
const logIn = async (server: TestServer, platform: string, more: object = {}) => {
  const reply = await server.call(on('authorizedLogin', platform), { body: { ...(await grant(server, platform)), ...more } });
  expect(reply.status).toBe(201);
  return reply.body.user_info;
};

describe.each(platforms)("the placeholder of %s's host", (platform) => {
  it.each(modes)('is not stored as a profile (update_userprofile %s)', async (update_userprofile) => {
    const server = await startServer();
    await change(server, { anonymous: true });
    const user = await logIn(server, platform, { update_userprofile });
    expect(user).toMatchObject({ ...unassigned, is_authorized: false });
    expect(JSON.stringify(user._provider)).not.toMatch(/用户|网友|nick|avatar|headimg|gender|sex|city|province|country/i);
  });

  it.each(modes)('leaves an earlier profile (update_userprofile %s)', async (update_userprofile) => {
    const server = await startServer();
    const known = await logIn(server, platform);
    await change(server, { anonymous: true });
    const user = await logIn(server, platform, { update_userprofile });
    const { nickname, avatar, gender, city, _provider } = known;
    expect(user).toMatchObject({ nickname, avatar, gender, city, _provider, is_authorized: true });
  });

  it('does not prevent a later profile of any platform, with setnx', async () => {
    for (const later of platforms) {
      const server = await startServer();
      await change(server, { anonymous: true });
      const { token } = (await server.call(on('authorizedLogin', platform), { body: await grant(server, platform) })).body;
      await change(server, { anonymous: false });
      if (later === platform) await logIn(server, platform);
      // Baidu's link takes a profile too, of older clients.
      else expect((await server.call(on('link', later), { token, body: await grant(server, later) })).status).toBe(200);
      const { body } = await server.call('getUser', { token, userId: (await server.login(platform, 'larry')).user_info.id });
      expect([later, body]).toMatchObject([
        later,
        { nickname: 'Larry。', avatar: expect.stringMatching(/^https:/), gender: 1, is_authorized: true },
      ]);
    }
  });

  it('is ignored by a link', async () => {
    const server = await startServer();
    const { id, token } = await addUser(server, { nickname: 'Boss' });
    await change(server, { anonymous: true });
    const body = { ...(await grant(server, platform)), update_userprofile: 'overwrite' };
    expect((await server.call(on('link', platform), { token, body })).status).toBe(200);
    expect((await server.call('getUser', { token, userId: id })).body).toMatchObject({
      ...unassigned,
      nickname: 'Boss',
      is_authorized: false,
    });
  });
});

describe("a placeholder that an app wrote into a user's profile", () => {
  it.each([
    { nickname: '微信用户' },
    { nickname: '百度网友' },
    { nickname: '' },
    {
      avatar:
        'https://wx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/0',
    },
    { gender: 0 },
    { city: '', province: '', country: '' },
  ])('%j counts as never assigned', async (written) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    expect((await server.call('updateUser', { token, body: written })).status).toBe(200);
    expect(await logIn(server, 'wechat')).toMatchObject({
      nickname: 'Larry。',
      avatar: expect.stringContaining('larry'),
      gender: 1,
      city: 'Huizhou',
    });
  });

  it("does not, if it is part of the user's text", async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    await server.call('updateUser', { token, body: { nickname: 'Boss', gender: 2 } });
    expect(await logIn(server, 'wechat')).toMatchObject({ nickname: 'Boss', gender: 2, city: 'Huizhou' });
  });
});

describe('a plain profile', () => {
  const placeholder = {
    nickName: '微信用户',
    avatarUrl:
      'https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132',
    gender: 0,
    language: 'zh_CN',
    city: '',
    province: '',
    country: '',
  };

  it.each(modes)('that is a placeholder writes nothing, by v2.5 (update_userprofile %s)', async (update_userprofile) => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    const { status, body } = await server.call('updateProfileWechatV25', { token, body: { ...placeholder, update_userprofile } });
    expect([status, body]).toMatchObject([200, { ...unassigned, is_authorized: false }]);
    await logIn(server, 'wechat');
    const after = await server.call('updateProfileWechatV25', { token, body: { ...placeholder, update_userprofile } });
    expect(after.body).toMatchObject({ id: user_info.id, nickname: 'Larry。', gender: 1, city: 'Huizhou', is_authorized: true });
    expect(after.body._provider.wechat).toMatchObject({ nickName: 'Larry。', gender: 1, city: 'Huizhou' });
  });

  it('that is a placeholder writes nothing, by v2.6', async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    await logIn(server, 'wechat');
    await change(server, { anonymous: true });
    const { status, body } = await server.call('updateProfileWechat', {
      token,
      body: { ...(await grant(server, 'wechat')), update_userprofile: 'overwrite' },
    });
    expect([status, body]).toMatchObject([200, { nickname: 'Larry。', gender: 1, city: 'Huizhou' }]);
  });

  it.each([{ gender: 2 }, { city: '成都' }, { nickName: '小明' }])('with %j sets is_authorized', async (said) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    expect(
      (await server.call('updateProfileWechatV25', { token, body: { ...placeholder, nickName: '', ...said } })).body.is_authorized,
    ).toBe(true);
  });
});

describe('an avatar', { tags: 'fault' }, () => {
  const temporary = [
    'wxfile://tmp_a1.jpg',
    'http://tmp/a1.jpg',
    'http://usr/a1.jpg',
    'https://tmp/a.png',
    'data:image/png;base64,AAAA',
    'blob:https://a.example/1',
    'bdfile://tmp/a.png',
    'kwfile://tmp/a.png',
    'jdfile://tmp_a',
    'qqfile://tmp/a',
    'file:///sdcard/a.png',
    'javascript:alert(1)',
    '/images/a.png',
    'a.png',
    'https://',
    'http://127.0.0.1:8080/a.png',
    'http://192.168.1.7/a.png',
    'http://[::1]/a.png',
    'http://localhost/a.png',
    'http://server.local/a.png',
    'https://mei:secret@pictures.example.com/a.png',
  ];
  it.each(temporary)('at %s, which no one else can open: refused, with advice', async (avatar) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    const say = (path: string) => ({
      status: 400,
      body: { code: 'request_invalid', error_msg: expect.stringMatching(/upload it first/), errors: [{ path }] },
    });
    expect(await server.call('updateUser', { token, body: { avatar } })).toMatchObject(say('/body/avatar'));
    expect(await server.call('updateProfileWechatV25', { token, body: { avatarUrl: avatar } })).toMatchObject(say('/body/avatarUrl'));
    const jd = { code: await server.codeFor('jd', 'larry'), userInfo: { avatarUrl: avatar } };
    expect(await server.call('authorizedLoginJd', { body: jd })).toMatchObject(say('/body/userInfo/avatarUrl'));
    expect(await server.call('linkJd', { token, body: jd })).toMatchObject(say('/body/userInfo/avatarUrl'));
  });

  it.each([
    'https://pictures.example.com/a.png',
    'http://pic.例子.中国:8080/a?b=c#d',
    'https://a.cn',
    '',
  ])('at %j: accepted', async (avatar) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    expect((await server.call('updateUser', { token, body: { avatar } })).body).toMatchObject({ avatar });
  });

  it('without https: in front: accepted, and completed', async () => {
    const server = await startServer();
    const body = { code: await server.codeFor('jd', 'larry'), userInfo: { nickName: 'Larry', avatarUrl: '//storage.360buyimg.com/a.jpg' } };
    expect((await server.call('authorizedLoginJd', { body })).body.user_info.avatar).toBe('https://storage.360buyimg.com/a.jpg');
  });
});
