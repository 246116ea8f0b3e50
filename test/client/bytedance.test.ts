import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { startApp } from '../support/fakeHost.ts';

let server: Backend;
beforeEach(async () => {
  server = await startBackend();
});

const password = 'correct horse';
const toutiao = { getSystemInfoSync: () => ({ appName: 'Toutiao' }) };

describe('tt.BaaS', () => {
  it('names the host app in every request of a login and a link, in lower case', async () => {
    const app = await startApp(server, 'bytedance');
    Object.assign(app.namespace, toutiao);
    const user = await app.BaaS.auth.loginWithTt();
    await app.BaaS.auth.loginWithTt({ forceLogin: true });
    await user.linkTt();
    const posted = app.requests.filter(({ url }) => url.includes('/idp/bytedance/'));
    expect(posted.map(({ data }) => Object(data).app_name)).toEqual(['toutiao', 'toutiao', 'toutiao']);
  });

  it('names no host app if the host does not report one', async () => {
    const app = await startApp(server, 'bytedance');
    app.namespace.getSystemInfoSync = () => {
      throw new Error('not allowed');
    };
    await app.BaaS.auth.loginWithTt();
    expect(app.requests[0]?.data).not.toHaveProperty('app_name');
  });

  itRemembers('links with the profile of a dialog if forced to, in one options object', async () => {
    const app = await startApp(server, 'bytedance', { person: 'larry' });
    const user = await app.BaaS.auth.register({ username: 'larry', password });
    app.calls.length = 0;
    await user.linkTt({ forceLogin: true, syncUserProfile: 'overwrite' });
    expect(app.calls.slice(0, 2)).toEqual(['login', 'getUserInfo']);
    expect((await app.BaaS.auth.getCurrentUser()).nickname).toBe('Larry。');
    app.allows = false;
    await expect(user.linkTt({ forceLogin: true })).rejects.toMatchObject({ code: 603, id: user.id });
  });

  itRemembers('asks with tt.getUserProfile() if the host has it, and with the older call outside a tap', async () => {
    const app = await startApp(server, 'bytedance', { person: 'larry' });
    const { getUserInfo } = app.namespace;
    const asked: string[] = [];
    app.namespace.getUserProfile = (options: object) => {
      asked.push('getUserProfile');
      getUserInfo(options);
    };
    expect(await app.BaaS.auth.loginWithTt({ forceLogin: true })).toMatchObject({ nickname: 'Larry。' });
    app.namespace.getUserProfile = ({ fail }: { fail(failure: object): void }) =>
      fail({ errMsg: 'getUserProfile:fail must be invoked by user tap gesture' });
    expect(await app.BaaS.auth.loginWithTt({ forceLogin: true })).toMatchObject({ nickname: 'Larry。' });
    const { length } = app.calls.filter((call) => call === 'getUserInfo');
    app.namespace.getUserProfile = ({ fail }: { fail(failure: object): void }) => fail({ errMsg: 'getUserProfile:fail auth deny' });
    await expect(app.BaaS.auth.loginWithTt({ forceLogin: true })).rejects.toMatchObject({ code: 603 });
    expect([asked, app.calls.filter((call) => call === 'getUserInfo').length]).toEqual([['getUserProfile'], length]);
  });

  itRemembers('sends the phone code and the sealed number, so that a server without the key for codes can use the latter', async () => {
    const app = await startApp(server, 'bytedance');
    const code: string = await app.run('new Promise((resolve) => tt.login({ success: (result) => resolve(result.code) }))');
    await app.BaaS.auth.loginWithTt(await app.tapPhoneButton(), { code });
    const fields = { phone_code: expect.any(String), encryptedData: expect.any(String), iv: expect.any(String) };
    expect(app.requests.at(-1)?.data).toMatchObject({ code, ...fields });
  });
});
