import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as messages from '../../../client/messages.ts';
import { type FakeHost, startApp } from '../../support/fakeHost.ts';
import { openMiniprogram } from '../../support/miniprogram.ts';
import { jpeg } from '../../support/pictures.ts';
import { startServer } from '../../support/server.ts';

const example = 'examples/wechat';
/** The example on the phone of a person. */
async function openExample() {
  const server = await startServer();
  const host = await startApp(server, 'wechat', { person: 'larry', init: null });
  const packages = { 'miniprogram-login-client/wechat': { BaaS: host.BaaS }, 'miniprogram-login-client/messages': messages };
  const page = openMiniprogram({ folder: `${example}/miniprogram`, origin: server.origin, evaluate: host.run, packages });
  return { server, host, page };
}

/** A tap on the phone button with the person's answer. */
async function tapPhone(host: FakeHost, allows: boolean) {
  host.allows = allows;
  return host.tapPhoneButton();
}

describe('the example for WeChat', () => {
  it('binds handlers that its page has', async () => {
    const { page } = await openExample();
    const bound = [...readFileSync(`${example}/miniprogram/pages/index/index.wxml`, 'utf8').matchAll(/bind\w+="(\w+)"/g)];
    expect(bound.map(([, handler = '']) => typeof page[handler])).toEqual(bound.map(() => 'function'));
    expect(bound.map(([binding]) => binding)).toContain('bindchooseavatar="chooseAvatar"');
  });

  it('logs in, takes a picture, a name and a number, and logs out', async () => {
    const { server, host, page } = await openExample();
    await page.login();
    const { user_id: id } = await server.login('wechat', 'larry');
    expect(page.data).toMatchObject({ user: { id, phone: null }, message: '' });

    host.files.set('wxfile://tmp_1.jpg', new Blob([Uint8Array.from(await jpeg())]));
    await page.chooseAvatar({ detail: { avatarUrl: 'wxfile://tmp_1.jpg' } });
    await page.enterNickname({ detail: { value: '小明' } });
    expect(page.data.user).toMatchObject({ nickname: '小明', avatar: expect.stringContaining('/v1/avatars/') });
    const calls = host.calls.length;
    await page.enterNickname({ detail: { value: '小明' } });
    expect(host.calls.length).toBe(calls);

    await page.updatePhone(await tapPhone(host, true));
    expect(page.data.user).toMatchObject({ id, phone: expect.stringMatching(/^\+?\d{11,}$/) });
    await page.logout();
    expect(page.data.user).toBeNull();
  });

  it('logs in by the phone button, and shows that the person declined', async () => {
    const { server, host, page } = await openExample();
    await page.loginWithPhone(await tapPhone(host, false));
    expect(page.data).toMatchObject({ user: null, message: '你取消了授权' });
    expect(host.calls.filter((call) => call.includes('/idp/'))).toEqual([]);
    await page.loginWithPhone(await tapPhone(host, true));
    const { user_id: id } = await server.login('wechat', 'larry');
    expect(page.data).toMatchObject({ user: { id, phone: expect.any(String) }, message: '' });
  });

  it('shows errors as the person can understand them', async () => {
    const { host, page } = await openExample();
    host.offline = true;
    await page.login();
    expect(page.data).toMatchObject({ user: null, message: '网络连接失败，请检查网络' });
  });

  it('lets a page log in whose code it scans, unless the person refuses or does not scan', async () => {
    const { server, host, page } = await openExample();
    await page.login();
    const scan = async (confirm: boolean) => {
      const { link, poll_token } = (await server.call('createScanLogin', { body: {} })).body;
      host.namespace.scanCode = async () => ({ result: link });
      host.namespace.showModal = async () => ({ confirm });
      await page.scanWebLogin();
      return (await server.call('pollScanLogin', { body: { poll_token } })).body;
    };
    expect(await scan(true)).toMatchObject({ status: 'confirmed', session: { user_id: (page.data.user as { id: number }).id } });
    expect(await scan(false)).toMatchObject({ status: 'refused' });
    host.namespace.scanCode = () => Promise.reject({ errMsg: 'scanCode:fail cancel' });
    await page.scanWebLogin();
    expect(page.data.message).toBe('');
  });
});
