import { expect, it } from 'vitest';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { startServer } from '../../support/server.ts';
import { servePage } from './toolchain.ts';

/** The test of the login page in an app that is built for the web. */
export function itLogsInOnH5(folder: string): void {
  it.skipIf(!hasBrowser)('asks for agreement, shows a wrong code, logs in by SMS, and stays logged in, in Chromium', async () => {
    const server = await startServer();
    const tab = await openBrowser({ viewport: { width: 390, height: 844 } });
    const problems: string[] = [];
    tab.on('pageerror', (error) => problems.push(error.message));
    await tab.goto(await servePage(folder, server.origin));
    const inputs = tab.locator('input:not([type=checkbox])');
    const tap = (text: string) => tab.getByText(text, { exact: true }).click();
    const shows = (text: string | RegExp) => tab.getByText(text).waitFor();

    await tap('登录');
    await shows('请先阅读并同意用户协议和隐私政策');
    await tap('我已阅读并同意');
    await inputs.nth(0).fill('13800138000');
    const sent = tab.waitForResponse((response) => response.url().includes('sms-verification-code'));
    await tap('获取验证码');
    expect((await sent).status()).toBe(200);
    await shows(/^\d+ 秒后重发$/);
    await inputs.nth(1).fill('000000');
    await tap('登录');
    await shows('验证码错误或已失效');
    await inputs.nth(1).fill(await server.smsCodeTo('13800138000'));
    await tap('登录');
    await shows(/^用户 \d+$/);
    await tab.reload();
    await shows(/^用户 \d+$/);
    await tap('退出登录');
    await shows('获取验证码');
    expect(await tab.getByText('手机号一键登录').count()).toBe(0);
    expect(problems).toEqual([]);
  });
}
