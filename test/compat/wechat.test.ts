import { expect, it } from 'vitest';
import { startServer } from '../support/server.ts';
import { createFakeWx, loadPublishedSdk } from './fakeWx.ts';
import { startApp } from './startApp.ts';

it('logs in silently, reads the current user, logs out, and is then without a session', async () => {
  const server = await startServer();
  const { BaaS, storage } = startApp(server);

  const user = await BaaS.auth.loginWithWechat();
  expect(user.toJSON()).toMatchObject({ id: user.id, _anonymous: false, is_authorized: false });
  expect(user.openid).toBe(storage.get('ifx_baas_openid'));
  expect(storage.get('ifx_baas_uid')).toBe(user.id);
  expect(user.session_expires_at).toBeGreaterThan(Date.now() / 1000 + 2_591_000);

  expect((await BaaS.auth.getCurrentUser()).id).toBe(user.id);

  await BaaS.auth.logout();
  await expect(BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
});

it('logs in again as the same user', async () => {
  const server = await startServer();
  const first = await startApp(server).BaaS.auth.loginWithWechat();
  const second = await startApp(server).BaaS.auth.loginWithWechat();
  expect(second.id).toBe(first.id);
});

it('gives a stranger 404 when no user may be created', async () => {
  const server = await startServer();
  const { BaaS } = startApp(server);
  await expect(BaaS.auth.loginWithWechat(null, { createUser: false })).rejects.toMatchObject({ code: 404 });
});

it('logs in in the first generation of calls (seed 002)', async () => {
  const server = await startServer();
  const { BaaS, storage } = startApp(server);
  expect(await BaaS.login(false)).toMatchObject({ id: storage.get('ifx_baas_uid'), openid: storage.get('ifx_baas_openid') });
  await BaaS.logout();
});

it('tells the developer of a wrong client id', async () => {
  const server = await startServer();
  const { BaaS } = startApp(server);
  BaaS._config.CLIENT_ID = 'nobody';
  await expect(BaaS.auth.loginWithWechat()).rejects.toMatchObject({ code: 401, message: '401: 认证失败，请检查 AppID、ClientID 配置' });
});

it('logs in by itself before a call that needs a session', async () => {
  const server = await startServer();
  const { user_info: mei } = await server.login('wechat', 'mei');
  const fake = createFakeWx(() => server.codeFor('wechat', 'larry'));
  const BaaS = loadPublishedSdk(fake);
  BaaS.init('sandbox', { host: server.origin, autoLogin: true });
  expect((await new BaaS.User().get(mei.id)).data).toEqual({ id: mei.id, nickname: '', avatar: '' });
  expect(fake.requests[0]).toBe('POST /hserve/v2.5/idp/wechat/silent-login/');
});

it('reads the server time', async () => {
  const server = await startServer();
  const { BaaS } = startApp(server);
  expect(Date.parse((await BaaS.getServerDate()).data.time)).toBeGreaterThan(1_790_000_000_000);
});
