import jsqr from 'jsqr';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { startServer } from '../../support/server.ts';
import { install, runScript, servePage } from './toolchain.ts';

const example = 'examples/web';
const { default: readCode } = jsqr;

/** The text of the QR code in a picture, as a camera reads it. */
async function scanned(picture: Buffer): Promise<string | undefined> {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return readCode(new Uint8ClampedArray(data), info.width, info.height)?.data;
}

/** The built page in a browser, and the phone of a person. */
async function openPage() {
  const server = await startServer();
  const tab = await openBrowser();
  const problems: string[] = [];
  tab.on('pageerror', (error) => problems.push(error.message));
  await tab.clock.install();
  const shows = tab.waitForResponse((response) => response.url().endsWith('/v1/scan-logins'));
  await tab.goto(await servePage(`${example}/dist`, server.origin));
  const { ticket } = await (await shows).json();
  const { token } = await server.login('wechat', 'larry');
  const tap = (name: string) => tab.getByRole('button', { name, exact: true }).click();
  return {
    server,
    tab,
    problems,
    ticket,
    tap,
    message: tab.getByRole('alert'),
    onPhone: (operation: 'openScanLogin' | 'confirmScanLogin' | 'refuseScanLogin') => server.call(operation, { token, body: { ticket } }),
    /** Waits for a text, and lets the page ask the server at once instead of after two seconds. */
    async reads(text: string | RegExp) {
      await tab.clock.fastForward(2000);
      await tab.getByText(text).waitFor();
    },
    async fillIn(username: string, password: string) {
      await tap('密码登录');
      await tab.getByLabel('用户名').fill(username);
      await tab.getByLabel('密码').fill(password);
    },
  };
}

describe.skipIf(!hasBrowser)('the example for web pages, in Chromium', () => {
  beforeAll(async () => {
    await install(example);
    await runScript(example, 'build');
  }, 300_000);

  it('shows a code, and logs in the person whose phone confirms it', async () => {
    const { server, tab, problems, ticket, onPhone, reads } = await openPage();
    const code = tab.getByAltText('登录二维码');
    await code.waitFor();
    expect(await scanned(await tab.screenshot())).toBe(`${server.origin}/sandbox/scan?scene=${ticket}`);
    expect(await tab.locator('#digits').textContent()).toMatch(/^\d\d$/);
    expect((await onPhone('openScanLogin')).body).toMatchObject({ app_name: 'Sandbox', browser: 'Chrome' });
    await reads('已扫码，请在手机上确认');
    await onPhone('confirmScanLogin');
    await reads('已登录');
    const { user_id: id } = await server.login('wechat', 'larry');
    expect(await tab.locator('#user').textContent()).toContain(String(id));
    expect(problems).toEqual([]);
  });

  it('offers a new code after the person has refused', async () => {
    const { tab, tap, onPhone, reads } = await openPage();
    await onPhone('openScanLogin');
    await onPhone('refuseScanLogin');
    await reads('你取消了授权');
    const next = tab.waitForResponse((response) => response.url().endsWith('/v1/scan-logins'));
    await tap('刷新二维码');
    expect((await next).status()).toBe(201);
  });

  it('registers with a password, stays logged in, logs out, and shows a wrong password', async () => {
    const { tab, tap, message, fillIn, reads } = await openPage();
    await fillIn('ada', 'correct horse');
    await tap('登录');
    await message.getByText('账号或密码错误').waitFor();
    await tap('注册');
    await reads(/用户 ada \d+/);
    await tab.reload();
    await reads('已登录');
    await tap('退出登录');
    await fillIn('ada', 'correct horse');
    await tap('登录');
    await reads('已登录');
    expect(await message.textContent()).toBe('');
  });
});
