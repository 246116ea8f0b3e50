import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFakeWx } from '../../compat/fakeWx.ts';
import { runPublishedSdk } from '../../compat/publishedSdk.ts';
import { openMiniprogram } from '../../support/miniprogram.ts';
import { startServer } from '../../support/server.ts';

const example = 'examples/minapp-sdk';

/** The example on the phone of a person. */
async function openExample() {
  const server = await startServer();
  const { wx, globals, requests } = createFakeWx(() => server.codeFor('wechat', 'larry'));
  const evaluate = runPublishedSdk('3.23.6', 'wechat', globals);
  const page = openMiniprogram({
    folder: `${example}/miniprogram`,
    origin: server.origin,
    evaluate,
    packages: { 'minapp-sdk': wx.BaaS },
  });
  return { server, page, requests };
}

describe('the example of the published SDK', () => {
  it('installs the version that it is tested with', () => {
    const versionIn = (file: string) => JSON.parse(readFileSync(file, 'utf8')).version;
    const { dependencies } = JSON.parse(readFileSync(`${example}/package.json`, 'utf8'));
    expect(dependencies).toEqual({ 'minapp-sdk': versionIn('node_modules/minapp-sdk/package.json') });
  });

  it('logs in, takes a name and a number, and logs out', async () => {
    const { server, page } = await openExample();
    await page.login();
    const { user_id: id } = await server.login('wechat', 'larry');
    expect(page.data).toMatchObject({ user: { id }, message: '' });
    await page.enterNickname({ detail: { value: '小明' } });
    expect(page.data).toMatchObject({ user: { id, nickname: '小明' }, message: '' });
    await page.updatePhone({ detail: await server.granted('phone', 'wechat', 'larry') });
    expect(page.data).toMatchObject({ user: { id, _phone: expect.any(String) }, message: '' });
    await page.logout();
    expect(page.data.user).toBeNull();
  });

  it('shows the error of a call without a session', async () => {
    const { page } = await openExample();
    await page.enterNickname({ detail: { value: '小明' } });
    expect(page.data).toMatchObject({ user: null, message: expect.stringMatching(/.+/) });
  });
});
