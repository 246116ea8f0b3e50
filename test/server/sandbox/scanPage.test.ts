import { describe, expect, it } from 'vitest';
import { sandboxScanLogin } from '../../../server/sandbox/sandbox.ts';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { startServer } from '../../support/server.ts';

/** A person in front of `/sandbox/scan`, with both sides in view. */
async function openScan(width = 1200) {
  const clock = { time: 1_800_000_000 };
  const server = await startServer({
    now: () => clock.time,
    configure: (app) => ({ ...app, scan_login: sandboxScanLogin(app.scan_login.link.replace(/\/scan$/, '')) }),
  });
  const tab = await openBrowser({ viewport: { width, height: 844 } });
  const problems: string[] = [];
  tab.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  tab.on('pageerror', (error) => problems.push(error.message));
  await tab.clock.install();
  await tab.goto(`${server.origin}/sandbox/scan`);
  const [page, phone] = ['The web page', 'The phone'].map((name) => tab.getByRole('region', { name }));
  if (!page || !phone) throw new Error('the page has no sides');
  const tap = (name: string) => tab.getByRole('button', { name }).click();
  return {
    clock,
    server,
    tab,
    page,
    phone,
    problems,
    tap,
    /** Shows a code on the page, and scans it with the phone. */
    async scan() {
      await tap('Show a code');
      await page.getByText('waiting').waitFor();
      await tap('Scan the code');
      await phone.getByText('"app_name"').waitFor();
    },
    /** Waits until the page says something; its next question comes at once instead of after two seconds. */
    async says(text: RegExp) {
      await tab.clock.fastForward(2000);
      await page.getByText(text).waitFor();
    },
    overflow: () => tab.evaluate('document.documentElement.scrollWidth - innerWidth'),
  };
}

describe.skipIf(!hasBrowser)('the page that plays both sides of a scan login, in Chromium', () => {
  it.each([1200, 390])('shows the phone who asks, and the page who logged in, %i pixels wide', async (width) => {
    const { server, tab, page, phone, problems, tap, scan, says, overflow } = await openScan(width);
    await scan();
    const picture = page.locator('img');
    expect(await picture.isVisible()).toBe(true);
    expect(await tab.evaluate('document.images[0].naturalWidth')).toBeGreaterThan(0);
    expect(await page.locator('#digits').textContent()).toMatch(/^\d\d$/);
    const asked = JSON.parse((await phone.locator('#asked').textContent()) ?? '');
    expect(asked).toMatchObject({ site: server.origin, browser: 'Chrome', network: '127.0.0.0/24', same_network: true });
    await says(/scanned/);
    expect(await overflow()).toBeLessThanOrEqual(0);

    await tap('Confirm');
    await phone.getByText('done').waitFor();
    await says(/logged in as user/);
    const { user_id } = await server.login('wechat', 'larry');
    expect(await page.locator('#page').textContent()).toBe(`logged in as user ${user_id}`);
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
  });

  it('shows the page that the person refused, and then logs in with the next code', async () => {
    const { phone, problems, tap, scan, says } = await openScan();
    await scan();
    await tap('Refuse');
    await phone.getByText('done').waitFor();
    await says(/refused/);
    await scan();
    await tap('Confirm');
    await says(/logged in as user/);
    expect(problems).toEqual([]);
  });

  it('shows the page that its code expired, and the phone that it comes too late', async () => {
    const { clock, phone, problems, tap, scan, says } = await openScan();
    await scan();
    clock.time += 120;
    await says(/expired/);
    expect(problems).toEqual([]);
    await tap('Confirm');
    await phone.getByText('scan_login_not_found').waitFor();
  });
});
