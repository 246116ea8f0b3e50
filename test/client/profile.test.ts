import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { type FakeHost, miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { jpeg } from '../support/pictures.ts';

let server: Backend;
beforeEach(async () => {
  server = await startBackend();
});

const avatarPath = 'wxfile://tmp_a1b2c3.jpg';

/** An app whose person has chosen a picture. */
async function startWithPicture(platform: (typeof miniprogramPlatforms)[number], init = {}): Promise<FakeHost> {
  const app = await startApp(server, platform, { init });
  app.files.set(avatarPath, new Blob([Uint8Array.from(await jpeg())]));
  return app;
}

describe.each(miniprogramPlatforms)('setProfile on %s', (platform) => {
  const { login } = verbs[platform];

  it('uploads the picture by the host, then sets the name', async () => {
    const app = await startWithPicture(platform);
    await app.BaaS.auth[login]();
    app.calls.length = 0;
    const user = await app.BaaS.auth.setProfile({ avatarPath, nickname: 'Mei' });
    expect(app.calls).toEqual(['UPLOAD /v1/me/avatar', expect.stringMatching(/^(PUT|POST) \/hserve\/v2\.5\/user\/info\/$/)]);
    expect(user.id).toEqual(expect.any(Number));
  });

  itRemembers('makes both the record’s own', async () => {
    const app = await startWithPicture(platform);
    const user = await app.BaaS.auth[login]();
    await app.BaaS.auth.setProfile({ avatarPath, nickname: '小梅' });
    const { nickname, avatar, id } = await app.BaaS.auth.getCurrentUser();
    expect([id, nickname, avatar]).toEqual([user.id, '小梅', expect.stringMatching(/\/v1\/avatars\/[0-9a-f]{64}\.jpg$/)]);
  });

  it.each([
    ['nothing', {}],
    ['the address of a picture', { avatarPath: 'https://thirdwx.qlogo.cn/mmopen/vi_32/x/132', nickname: 'Mei' }],
    ['an address without a scheme', { avatarPath: '//thirdwx.qlogo.cn/x' }],
    ['an empty path', { avatarPath: '' }],
    ['a blank name', { avatarPath, nickname: ' ' }],
    ['a name that is not a text', { nickname: 7 }],
  ])('rejects %s with 605, and sends nothing', async (_case, profile) => {
    const app = await startWithPicture(platform);
    await app.BaaS.auth[login]();
    app.calls.length = 0;
    await expect(app.BaaS.auth.setProfile(profile)).rejects.toMatchObject({ code: 605 });
    expect(app.calls).toEqual([]);
  });

  it('rejects with the host’s message if the file does not exist', async () => {
    const app = await startWithPicture(platform);
    await app.BaaS.auth[login]();
    await expect(app.BaaS.auth.setProfile({ avatarPath: 'wxfile://gone' })).rejects.toMatchObject({
      code: 601,
      errMsg: expect.stringContaining('file not found'),
    });
  });
});

describe('setProfile', () => {
  it.each([
    'http://tmp/a.jpg',
    'http://usr/a.jpg',
    'http://127.0.0.1:42577/__tmp__/a.jpg',
    'bdfile://tmp_a',
  ])('accepts %s as a file, as hosts and developer tools return it', async (path) => {
    const app = await startWithPicture('wechat');
    app.files.set(path, new Blob([Uint8Array.from(await jpeg())]));
    await app.BaaS.auth.loginWithWechat();
    await app.BaaS.auth.setProfile({ avatarPath: path });
    expect(app.calls.at(-1)).toBe('UPLOAD /v1/me/avatar');
  });

  it('rejects with 604 without a session, and with 612 in an anonymous one', async () => {
    const app = await startWithPicture('qq');
    await expect(app.BaaS.auth.setProfile({ avatarPath })).rejects.toMatchObject({ code: 604 });
    await app.BaaS.auth.anonymousLogin();
    await expect(app.BaaS.auth.setProfile({ avatarPath })).rejects.toMatchObject({ code: 612 });
    expect(app.calls.filter((call) => call.startsWith('UPLOAD'))).toEqual([]);
  });

  it('rejects with the server’s error', async () => {
    const app = await startWithPicture('wechat');
    await app.BaaS.auth.loginWithWechat();
    app.files.set(avatarPath, new Blob(['<svg/>']));
    app.prefer = 'code=400, example=picture_invalid';
    await expect(app.BaaS.auth.setProfile({ avatarPath })).rejects.toMatchObject({ code: 400, error_code: 'picture_invalid' });
  });

  itRemembers('logs in again once if the session has ended', async () => {
    const app = await startWithPicture('wechat', { autoLogin: true });
    const { id } = await app.BaaS.auth.loginWithWechat();
    await server.call('logout', { token: app.storage.get('ifx_baas_auth_token') as string });
    expect((await app.BaaS.auth.setProfile({ avatarPath })).id).toBe(id);
  });

  it('ends with 601 if the host never calls back', async () => {
    const app = await startWithPicture('wechat');
    await app.BaaS.auth.loginWithWechat();
    app.silent.push('uploadFile');
    const attempt = expect(app.BaaS.auth.setProfile({ avatarPath })).rejects.toMatchObject({ code: 601 });
    await app.timeIsUp();
    await attempt;
  });
});
