import express from 'express';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { buildFile } from '../../tools/buildClient.ts';
import { password } from '../support/accounts.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';
import { sdkSource } from './publishedSdk.ts';

/** The clients for web pages, which have the same verbs. */
const clients = {
  "the published SDK's web build": async () => sdkSource('3.23.6', 'web'),
  'our web client': () => buildFile('web'),
};

/** A phone's browser inside WeChat. */
const insideWechat = {
  userAgent: 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.50',
  viewport: { width: 390, height: 844 },
};

interface Site {
  server: TestServer;
  tab: Page;
  origin: string;
  /** Runs code of the page, in which `host` is the server's address. */
  run(code: string): Promise<unknown>;
}

/** A team's web site: a page, and an auth page that calls `thirdPartyAuth`. */
async function openSite(script: string, device = {}): Promise<Site> {
  const server = await startServer();
  const site = express();
  const page = (more: string) =>
    `<!doctype html><meta charset="utf-8"><script src="/sdk.js"></script><script>BaaS.init('sandbox', { host: '${server.origin}' }); ${more}</script><body></body>`;
  site.get('/sdk.js', (_request, response) => void response.type('js').send(script));
  site.get('/auth.html', (_request, response) => void response.send(page('BaaS.auth.thirdPartyAuth()')));
  site.get('/', (_request, response) => void response.send(page('')));
  const origin = await listen(site);
  const tab = await openBrowser(device);
  await tab.goto(origin);
  return { server, tab, origin, run: (code) => tab.evaluate(code) };
}

const result = (call: string) => `${call}.then((value) => ({ value }), (error) => ({ code: error.code, message: error.message }))`;
const logIn = (provider: string, options: object) =>
  result(`BaaS.auth.loginWithThirdParty('${provider}', '/auth.html', ${JSON.stringify(options)}).then((user) => user.get('id'))`);

const agree = (page: Page, person = 'larry') => page.getByRole('button', { name: person }).click();

/** Logs in by leaving the page, and reads the result on the way back. */
async function logInByRedirect({ tab, run }: Site, provider: string, options: object = {}): Promise<unknown> {
  await run(`void BaaS.auth.loginWithThirdParty('${provider}', '/auth.html', ${JSON.stringify({ mode: 'redirect', ...options })})`);
  await agree(tab);
  await tab.waitForURL(/auth-result=/);
  return run(result('BaaS.auth.getRedirectResult().then(({ user, ...rest }) => ({ ...rest, nickname: user && user.get("nickname") }))'));
}

const nicknameOf = ({ run }: Site) => run('BaaS.auth.getCurrentUser().then((user) => user.get("nickname"))');

describe.skipIf(!hasBrowser)('WeChat on web pages, in Chromium', () => {
  describe.each(Object.entries(clients))('with %s', (_, load) => {
    it('logs in by a QR code in a window, and reports that the person closed it', async () => {
      const site = await openSite(await load());
      const opened = site.tab.waitForEvent('popup');
      const done = site.run(logIn('oauth-wechat-web', { mode: 'popup-window' }));
      await agree(await opened);
      expect(await done).toEqual({ value: expect.any(Number) });
      expect(await nicknameOf(site)).toBe('Larry。');

      const second = site.tab.waitForEvent('popup');
      const closed = site.run(logIn('oauth-wechat-web', {}));
      const popup = await second;
      await popup.getByRole('button', { name: 'Decline' }).click();
      await popup.getByText(/没有同意|did not agree/).waitFor();
      await popup.close();
      expect(await closed).toMatchObject({ code: 613 });
    });

    it('logs in by a QR code in a frame of the page', async () => {
      const site = await openSite(await load());
      const style = { style: 'black', href: 'https://shop.example.com/qr.css' };
      const done = site.run(logIn('oauth-wechat-web', { mode: 'popup-iframe', wechatIframeContentStyle: style }));
      const frame = site.tab.frameLocator('#auth-iframe__iframe');
      await frame.getByRole('button', { name: 'mei' }).waitFor();
      const address = site.tab
        .frames()
        .map((each) => each.url())
        .find((url) => url.includes('qrconnect'));
      expect(Object.fromEntries(new URL(address ?? '').searchParams)).toMatchObject({ self_redirect: 'true', ...style });
      await frame.getByRole('button', { name: 'mei' }).click();
      expect(await done).toEqual({ value: expect.any(Number) });
      expect(await nicknameOf(site)).toBe('Mei');
    });

    it('logs in by a QR code by leaving the page, and says so if the person declines', async () => {
      const site = await openSite(await load());
      expect(await logInByRedirect(site, 'oauth-wechat-web')).toEqual({
        value: { status: 'success', action: 'login', nickname: 'Larry。' },
      });
      expect(site.tab.url()).not.toMatch(/token|auth-result/);

      await site.run(`void BaaS.auth.loginWithThirdParty('oauth-wechat-web', '/auth.html', { mode: 'redirect' })`);
      await site.tab.getByRole('button', { name: 'Decline' }).click();
      await site.tab.getByRole('link', { name: /返回|Go back/ }).click();
      await site.tab.waitForURL(/auth-result=/);
      expect(await site.run(result('BaaS.auth.getRedirectResult()'))).toEqual({
        value: { status: 'fail', action: 'login', error: 'You did not agree to log in' },
      });
    });

    it('logs in inside WeChat, with consent and silently, as one user', async () => {
      const site = await openSite(await load(), insideWechat);
      expect(await logInByRedirect(site, 'oauth-wechat-mp')).toMatchObject({ value: { status: 'success', nickname: 'Larry。' } });
      const id = await site.run('BaaS.auth.getCurrentUser().then((user) => user.get("id"))');
      await site.run('BaaS.auth.logout()');
      // WeChat knows the person by now, and asks nothing.
      await site.run(`void BaaS.auth.loginWithThirdParty('oauth-wechat-mp', '/auth.html', { mode: 'redirect', silent: true })`);
      await site.tab.waitForURL(/auth-result=/);
      expect(await site.run('BaaS.auth.getRedirectResult().then(({ user }) => user.get("id"))')).toBe(id);
    });

    it('tells a person inside WeChat how to leave the preview mode, on a page as wide as a phone', async () => {
      const { tab, run } = await openSite(await load(), { ...insideWechat, locale: 'zh-CN' });
      await run(`void BaaS.auth.loginWithThirdParty('oauth-wechat-mp', '/auth.html', { mode: 'redirect' })`);
      await tab.getByLabel('in preview mode').check();
      await agree(tab);
      await tab.getByText('使用完整服务').first().waitFor();
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(390);
    });

    it('links WeChat to an account, and refuses the WeChat of another user', async () => {
      const site = await openSite(await load());
      const link = result(
        `BaaS.auth.getCurrentUser().then((user) => user.linkThirdParty('oauth-wechat-web', '/auth.html')).then(({ status, action }) => ({ status, action }))`,
      );
      const linkAs = async (person: string) => {
        const opened = site.tab.waitForEvent('popup');
        const done = site.run(link);
        await agree(await opened, person);
        return done;
      };
      await site.run(`BaaS.auth.register({ username: 'Mei', password: '${password}' })`);
      expect(await linkAs('mei')).toEqual({ value: { status: 'success', action: 'associate' } });
      await site.run('BaaS.auth.logout()');
      await site.run(`BaaS.auth.register({ username: 'Larry', password: '${password}' })`);
      expect(await linkAs('mei')).toEqual({ code: 614, message: expect.stringContaining('belongs to another user') });
    });

    it('creates no user of a new person if the page says so', async () => {
      const site = await openSite(await load());
      const opened = site.tab.waitForEvent('popup');
      const done = site.run(logIn('oauth-wechat-web', { createUser: false }));
      await agree(await opened);
      expect(await done).toMatchObject({ code: 614, message: expect.stringContaining('No user has this platform identity') });
      expect(await site.server.store.selectFrom('users').select('id').execute()).toEqual([]);
    });
  });

  describe('with our web client', () => {
    it("lets WeChat's page in the frame reach the WeChat on the same computer, and can be closed", async () => {
      const site = await openSite(await clients['our web client']());
      const done = site.run(logIn('oauth-wechat-web', { mode: 'popup-iframe' }));
      const frame = site.tab.locator('#auth-iframe__iframe');
      expect(await frame.getAttribute('allow')).toBe('local-network-access');
      await site.tab.getByRole('button', { name: 'close' }).click();
      expect(await done).toMatchObject({ code: 613 });
      expect(await frame.count()).toBe(0);
    });

    it("fault: an attacker's token in the address of the auth page: the person is not logged in", { tags: 'fault' }, async () => {
      const site = await openSite(await clients['our web client']());
      const address = new URL(`${site.origin}/auth.html?provider=oauth-wechat-web&handler=login&mode=redirect&create_user=true`);
      address.searchParams.set('referer', `${site.origin}/`);
      const { body } = await site.server.call('createWebLogin', {
        params: { provider: 'oauth-wechat-web' },
        body: { callback_url: address.href },
      });
      const attacker = await openBrowser();
      await attacker.route(`${site.origin}/auth.html*`, (route) => route.fulfill({ body: '' }));
      await attacker.goto(body.redirect_url);
      await agree(attacker);
      await attacker.waitForURL(/auth\.html.*token=/);
      await site.tab.goto(attacker.url());
      await site.tab.waitForURL(/auth-result=/);
      expect(await site.run(result('BaaS.auth.getRedirectResult()'))).toMatchObject({ value: { status: 'fail' } });
      expect(await site.run(result('BaaS.auth.getCurrentUser()'))).toMatchObject({ code: 604 });
    });

    it('fault: an auth page opened with a page of another site to go back to: does not go there', { tags: 'fault' }, async () => {
      const { tab, origin } = await openSite(await clients['our web client']());
      await tab.goto(`${origin}/auth.html?provider=oauth-wechat-web&handler=login&mode=redirect&referer=https://evil.example/`);
      expect(await tab.evaluate(result('BaaS.auth.thirdPartyAuth()'))).toMatchObject({ code: 614 });
      expect(tab.url()).toContain(origin);
    });
  });
});
