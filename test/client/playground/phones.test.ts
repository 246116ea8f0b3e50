import jsqr from 'jsqr';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { violationsIn } from '../../support/axe.ts';
import { hasBrowser } from '../../support/browser.ts';
import { openPlayground } from './openPlayground.ts';

const phoneIn = (page: Page, name: string): Locator => page.getByRole('article', { name: `${name} phone` });

/** Presses a button of a phone, and waits for the phone's message. */
async function press(phone: Locator, name: string, message: string): Promise<void> {
  await phone.getByRole('button', { name, exact: true }).click();
  await phone.getByRole('status').getByText(message).waitFor();
}

const { default: readCode } = jsqr;
const rowsIn = async (page: Page) => (await page.locator('tbody tr').allTextContents()).length;

describe.skipIf(!hasBrowser)('the phones of the playground, in Chromium', () => {
  it('show a login: the account, the exchange up to the platform, and the code for it', async () => {
    const { page, server, problems } = await openPlayground();
    await press(phoneIn(page, 'WeChat'), 'Log in', 'Logged in');
    const [user] = await server.store.selectFrom('users').select('id').execute();
    expect(await page.getByRole('rowheader').textContent()).toBe(String(user?.id));

    const panel = page.getByRole('region', { name: 'What just happened' });
    await panel.getByText('GET /sns/jscode2session').click();
    expect(await panel.getByText('"session_key":').isVisible()).toBe(true);
    await panel.getByText('POST /hserve/v2.5/idp/wechat/silent-login/').click();
    expect(await panel.getByText('X-Hydrogen-Client-Platform: WECHAT').isVisible()).toBe(true);
    expect(await violationsIn(page)).toEqual([]);

    const show = async (tab: string) => {
      await panel.getByRole('tab', { name: tab }).click();
      return (await panel.locator('pre').textContent()) ?? '';
    };
    expect(await show('App code')).toContain('wx.BaaS.auth.loginWithWechat()');
    expect(await show('TypeScript')).toContain('client.operations.silentLoginWechat({\n  body: {\n    code: "');
    expect(await show('curl')).toMatch(/^curl -si 'http\S+\/silent-login\/' \\\n.*--json '\{"code":"[\w-]+",.*\}'$/s);
    await page.keyboard.press('ArrowRight');
    expect(problems).toEqual([]);
  });

  it('link each request to its operation in the reference', async () => {
    const { page, server, problems } = await openPlayground();
    const phone = phoneIn(page, 'QQ');
    await press(phone, 'Log in', 'Logged in');
    await phone.getByText('More').click();
    await press(phone, 'Close the account', 'Closes in seven days');
    const link = page.getByRole('link', { name: 'requestClosure', exact: true });
    await expect.poll(() => link.getAttribute('href')).toBe('../docs#tag/my-account/POST/v1/me/closure');
    // The reference names a neighbour in the address when it has scrolled.
    const arrived = page.waitForURL(`${server.origin}/docs#tag/my-account/POST/v1/me/closure`);
    await link.click();
    await arrived;
    await page.getByRole('heading', { name: 'Schedule' }).or(page.getByText('requestClosure')).first().waitFor();
    expect(problems).toEqual([]);
  });

  it('ask the person, who answers with the keyboard and stays on the phone', async () => {
    const { page, problems } = await openPlayground();
    const phone = phoneIn(page, 'Kuaishou');
    const ask = async (key: string) => {
      await phone.getByRole('button', { name: 'Share profile' }).focus();
      await page.keyboard.press('Enter');
      await phone.getByRole('dialog', { name: 'would like your nickname and picture' }).waitFor();
      expect(await violationsIn(page)).toEqual([]);
      await page.keyboard.press('Tab');
      if (key === 'Allow') await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
    };
    await ask('Decline');
    await phone.getByText('You did not give permission.').waitFor();
    expect(await phone.getByText('Not logged in').isVisible()).toBe(true);
    await ask('Allow');
    await phone.getByText('Profile saved').waitFor();
    expect(await phone.getByText('Larry', { exact: true }).first().isVisible()).toBe(true);
    await expect.poll(() => phone.locator(':focus').count()).toBe(1);
    expect(problems).toEqual([]);
  });

  it('are chosen by their whole names on a narrow screen', async () => {
    const { page } = await openPlayground(undefined, { viewport: { width: 390, height: 900 } });
    const cut = `[...document.querySelectorAll('fieldset span')].filter((name) => name.scrollWidth > name.clientWidth).length`;
    expect(await page.evaluate(cut)).toBe(0);
    await page.getByRole('button', { name: 'Alipay', exact: true }).click();
    await phoneIn(page, 'Alipay').getByText('Not logged in').waitFor();
  });

  it('log in without a profile that the person declines to share', async () => {
    const { page, problems } = await openPlayground();
    const phone = phoneIn(page, 'Alipay');
    await phone.getByRole('button', { name: 'Share profile' }).click();
    await phone.getByRole('button', { name: 'Decline' }).click();
    await phone.getByText('Logged in', { exact: true }).waitFor();
    expect(await phone.getByText('Profile saved').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('merge two accounts after asking which value to keep', async () => {
    const { page, problems } = await openPlayground();
    const [wechat, qq] = [phoneIn(page, 'WeChat'), phoneIn(page, 'QQ')];
    await qq.getByLabel('Held by').selectOption('Mei');
    for (const phone of [wechat, qq]) {
      await phone.getByRole('button', { name: 'Share profile' }).click();
      await phone.getByRole('button', { name: 'Allow' }).click();
      await phone.getByText('Profile saved').waitFor();
    }
    expect(await rowsIn(page)).toBe(2);
    await qq.getByRole('button', { name: 'Link with WeChat' }).click();
    const sheet = qq.getByRole('dialog', { name: 'You have two accounts' });
    expect(await sheet.waitFor().then(() => violationsIn(page))).toEqual([]);
    await sheet.getByLabel('nickname').selectOption('The other one');
    await sheet.getByRole('button', { name: 'Merge' }).click();
    await qq.getByText('Linked').waitFor();
    expect(await rowsIn(page)).toBe(1);
    expect(await page.getByRole('cell', { name: 'Mei' }).isVisible()).toBe(true);
    await wechat.getByText('Mei').first().waitFor();
    expect(problems).toEqual([]);
  });

  it('scan the code of the web page, and decide whether it may log in', async () => {
    const { page, server, problems, refusals } = await openPlayground();
    await page.clock.install();
    const [phone, web] = [phoneIn(page, 'Kuaishou'), page.getByRole('article', { name: 'Web page' })];
    await press(phone, 'Log in', 'Logged in');
    const scan = async (answer: string) => {
      await web.getByRole('button', { name: 'Log in by QR code' }).click();
      const code = web.getByRole('img', { name: 'Scan with one of the phones' });
      const { data, info } = await sharp(await code.screenshot())
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(readCode(new Uint8ClampedArray(data), info.width, info.height)?.data).toMatch(`${server.origin}/sandbox/scan?`);
      await phone.getByRole('button', { name: 'Scan the code' }).click();
      const dialog = phone.getByRole('dialog', { name: 'Log in on the web page?' });
      await dialog.getByText('Sandbox, Chrome').waitFor();
      expect(await violationsIn(page)).toEqual([]);
      await dialog.getByRole('button', { name: answer }).click();
      await phone.getByText('The page has the answer').waitFor();
      await page.clock.fastForward(2000);
    };
    await scan('Refuse');
    await web.getByText('You did not give permission.').waitFor();
    await scan('Log in');
    await web.getByText('Logged in by QR code').waitFor();
    expect(await page.locator('output').textContent()).toBe('2 logins, 1 account');

    await web.getByText('More').click();
    await press(web, 'End the other sessions', 'The other sessions ended');
    await phone.getByText('Outside the app').click();
    await press(phone, 'An operator bans the user', 'The operator has banned the user');
    expect(await page.getByRole('cell', { name: 'banned' }).isVisible()).toBe(true);
    expect([problems, refusals]).toEqual([[], []]);
  });

  it('show what the person sees and what the app gets when something goes wrong', async () => {
    const { page, problems } = await openPlayground();
    const phone = phoneIn(page, 'QQ');
    await phone.getByLabel('What goes wrong').selectOption('The platform is busy');
    await press(phone, 'Log in', 'The service is busy. Please try again later.');
    expect(await page.getByText('503 platform_busy').isVisible()).toBe(true);
    await phone.getByLabel('What goes wrong').selectOption('Nothing');
    await press(phone, 'Log in', 'Logged in');
    expect(problems).toEqual([]);
  });

  it('start anew with another story, whatever the last one waits for', async () => {
    const { page, problems } = await openPlayground('?lang=en#story=phone-trouble&pace=0');
    await page.getByText('One moment').first().waitFor();
    await page.evaluate("location.hash = 'story=stay&pace=0'");
    await page.locator('[data-status="done"]').getByText('Log in, and stay logged in').waitFor();
    const presses = await page.locator('#exchange ~ label option').allTextContents();
    expect(presses.map((text) => text.split(' · ')[1])).toEqual(['Log in', 'Log out', 'Refresh session', 'Log in']);
    expect(problems).toEqual([]);
  });

  it('pause a story after the running step, and continue with the next', async () => {
    const { page, problems } = await openPlayground();
    await page.clock.install();
    await page.evaluate("location.hash = 'story=stay&pace=5000'");
    await page.getByText('Step 2 of 4').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.clock.fastForward(5000);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Step 3 of 4').waitFor();
    expect(await page.locator('#exchange ~ label option').count()).toBe(2);
    expect(problems).toEqual([]);
  });

  it('survive a server that is away', async () => {
    const { page } = await openPlayground();
    await page.route('**/sandbox/**', (route) => route.abort());
    const phone = phoneIn(page, 'Baidu');
    await press(phone, 'Log in', 'Something went wrong. Please try again later.');
    await page.unroute('**/sandbox/**');
    await press(phone, 'Log in', 'Logged in');
  });

  it('receive mails, whose links work', async () => {
    const { page, problems } = await openPlayground('?lang=en#story=mail&pace=0');
    await page.getByText('The end.').waitFor();
    await page.getByRole('region', { name: 'Inbox' }).locator('summary').click();
    const opening = page.waitForEvent('popup');
    await page.getByRole('region', { name: 'Inbox' }).getByRole('link').first().click();
    const landing = await opening;
    await landing.getByRole('button').click();
    await landing.waitForLoadState();
    const phone = phoneIn(page, 'Baidu');
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await phone.getByText('More').click();
    await press(phone, 'Refresh session', 'Session refreshed');
    expect(problems).toEqual([]);
  });

  it('can be shared by a link, which replays the presses', async () => {
    const { page, problems } = await openPlayground();
    const phone = phoneIn(page, 'Xiaohongshu');
    await phone.getByRole('button', { name: 'Share profile' }).click();
    await phone.getByRole('button', { name: 'Decline' }).click();
    await phone.getByText('You did not give permission.').waitFor();
    await phone.getByLabel('Held by').selectOption('Mei');
    await press(phone, 'Log in', 'Logged in');
    await page.getByRole('button', { name: 'Copy link to this' }).click();
    const link = page.url();
    expect(link).toContain('#steps=');
    await page.goto('about:blank');
    await page.goto(`${link}&pace=0`);
    await page.getByText('The end.').waitFor();
    const presses = await page.locator('#exchange ~ label option').allTextContents();
    expect(presses).toEqual(['Xiaohongshu · Log in · Mei ✓', 'Xiaohongshu · Share profile · Larry 603']);
    await page.goto(link.replace(/steps=.*/, 'steps=broken'));
    expect(await page.getByRole('alert').textContent()).toContain('names no story');
    expect(problems).toEqual([]);
  });

  it('keep the language and the colours that the reader chose', async () => {
    const { page, server, problems } = await openPlayground('', { locale: 'en-GB' });
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByLabel('配色').selectOption('深色');
    await page.goto(`${server.origin}/playground/`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('一个人，所有平台，一个账号');
    expect(await page.evaluate('[document.documentElement.lang, getComputedStyle(document.body).colorScheme]')).toEqual(['zh-CN', 'dark']);
    expect(problems).toEqual([]);
  });
});
