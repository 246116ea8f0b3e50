import { expect } from 'vitest';
import { seed } from './seed.ts';

const document = seed('002-wechat', 'wechat');
/** Ids in the first generation of calls: of any person, and of one who granted the profile. */
const ids = { id: expect.any(Number), openid: expect.stringMatching(/^\w+$/), unionid: expect.any(String) };
const userInfo = {
  ...ids,
  avatarUrl: expect.any(String),
  city: expect.any(String),
  country: expect.any(String),
  gender: expect.any(Number),
  language: 'zh_CN',
  nickName: 'Larry。',
  province: expect.any(String),
};

for (const heading of ['登录', '静默登录'])
  document(heading, 'logs in without a dialog, and tells id, openid and unionid', async ({ run, app, outcomeOf }) => {
    await run();
    expect((await outcomeOf('login')).value).toEqual(ids);
    expect(app.calls).not.toContain('getUserInfo');
    for (const [key, name] of [
      ['uid', 'id'],
      ['openid', 'openid'],
      ['unionid', 'unionid'],
    ] as const)
      expect(app.BaaS.storage.get(key)).toEqual(ids[name]);
  });

document(
  '登录',
  'says that the app is set up wrongly',
  async ({ run, outcomeOf }) => {
    await run();
    expect((await outcomeOf('login')).reason).toMatchObject({ code: 401, message: '认证失败，请检查 AppID、ClientID 配置' });
  },
  { clientID: 'unknown', prefer: 'code=401, example=client_unknown' },
);

document('请求用户授权', 'tells the profile when the person grants it, logged in or not', async ({ run, page, app, outcomeOf }) => {
  run();
  page.userInfoHandler?.(await app.tapProfileButton());
  expect((await outcomeOf('handleUserInfo')).value).toEqual(userInfo);
});
document(
  '请求用户授权',
  'rejects with id, openid and unionid, not an error, when the person declines',
  async ({ run, page, app, outcomeOf }) => {
    await app.BaaS.login(false);
    run();
    app.allows = false;
    page.userInfoHandler?.(await app.tapProfileButton());
    expect((await outcomeOf('handleUserInfo')).reason).toEqual(ids);
  },
);

document('登录并请求用户授权', 'asks the person after the login, and keeps the profile', async ({ run, app, outcomeOf }) => {
  await run();
  expect((await outcomeOf('login')).value).toEqual(userInfo);
  expect(app.BaaS.storage.get('userinfo')).toEqual(userInfo);
  expect(app.calls.slice(0, 2)).toEqual(['login', expect.stringContaining('silent-login')]);
});
document('登录并请求用户授权: 判断错误', 'logs the profile', async ({ run, app }) => {
  await run();
  expect(app.logged).toEqual([userInfo]);
});
document('登录并请求用户授权: 判断错误', 'tells a decline from an error', async ({ run, app }) => {
  app.allows = false;
  await run();
  expect(app.logged).toEqual(['用户拒绝授权', '用户基本信息', ids]);
});
document('登录并请求用户授权: 判断错误', 'reports that the network is down', async ({ run, app }) => {
  app.offline = true;
  await run();
  expect(app.logged).toEqual(['网络已断开']);
});

document('登出', 'empties what the client keeps, any number of times', async ({ run, app, outcomeOf }) => {
  await app.BaaS.login(false);
  await run();
  expect((await outcomeOf('logout')).reason).toBeUndefined();
  expect([...app.storage.values()].filter(Boolean)).toEqual([]);
  await run();
});
