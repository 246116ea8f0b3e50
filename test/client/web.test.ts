import express from 'express';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildFile } from '../../tools/buildClient.ts';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { listen, startServer } from '../support/server.ts';
import { openWebPage } from '../support/webPage.ts';

let server: Backend;
describe('the web client', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  const openPage = (init: object = { host: server.origin }) => openWebPage(init);

  itRemembers('registers, is the current user after a reload, changes the account and logs out', async () => {
    const { BaaS, stored } = await openPage();
    const user = await BaaS.auth.register({ username: 'Larry', password });
    expect(stored.get('ifx_baas_uid')).toBe(String(user.id));
    expect(BaaS.storage.get('userinfo')).toEqual({ id: user.id, openid: '', unionid: '' });
    expect((await BaaS.auth.getCurrentUser()).id).toBe(user.id);
    expect((await user.set('nickname', 'Larry').update()).data.nickname).toBe('Larry');
    expect((await user.setEmail('larry@example.com'))._email).toBe('larry@example.com');
    await BaaS.auth.logout();
    await expect(BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
    expect((await BaaS.auth.login({ email: 'larry@example.com', password })).id).toBe(user.id);
  });

  it('has no verbs that need a platform', async () => {
    const { BaaS } = await openPage();
    const refused = async () => {
      await expect(BaaS.auth.loginWithWechat()).rejects.toMatchObject({ code: 611 });
      await expect(BaaS.auth.updatePhoneNumber({ detail: {} }, { code: 'any' })).rejects.toMatchObject({ code: 611 });
      await expect(BaaS.auth.refreshSession()).rejects.toMatchObject({ code: 611 });
    };
    await expect(BaaS.auth.silentLogin()).rejects.toMatchObject({ code: 611 });
    await expect(BaaS.auth.silentLogin({ code: 'any' })).rejects.toMatchObject({ code: 611 });
    await refused();
    const user = await BaaS.auth.register({ username: 'Mei', password });
    await refused();
    await expect(user.linkWechat()).rejects.toMatchObject({ code: 611 });
  });

  itRemembers('stays in an anonymous session: there is no platform to log in with', async () => {
    const { BaaS } = await openPage();
    const anonymous = await BaaS.auth.anonymousLogin();
    expect((await BaaS.auth.silentLogin()).id).toBe(anonymous.id);
  });

  itRemembers('requires a login if the session has ended, with autoLogin on or off', async () => {
    const { BaaS } = await openPage({ host: server.origin, autoLogin: true });
    await BaaS.auth.register({ username: 'Ada', password });
    await server.call('logout', { token: BaaS.storage.get('auth_token') });
    await expect(BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 401, error_code: 'session_invalid' });
  });

  it('aborts a fetch that never answers, and reports other errors of fetch', async () => {
    const { BaaS, window } = await openPage({ host: server.origin, timeout: 5 });
    const { fetch: pageFetch } = window;
    window.fetch = () => new Promise(() => undefined);
    await expect(BaaS.getServerDate()).rejects.toMatchObject({ code: 601 });
    window.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(BaaS.getServerDate()).rejects.toMatchObject({ code: 601, errMsg: 'Failed to fetch' });
    window.fetch = pageFetch;
    BaaS.init('sandbox', { host: server.origin });
    expect((await BaaS.getServerDate()).statusCode).toBe(200);
  });

  it('rejects with 601 without an answer, and 600 offline', async () => {
    const { BaaS, window } = await openPage({ host: 'http://127.0.0.1:1' });
    await expect(BaaS.getServerDate()).rejects.toMatchObject({ code: 601 });
    window.navigator.onLine = false;
    await expect(BaaS.getServerDate()).rejects.toMatchObject({ code: 600 });
  });

  describe.skipIf(!hasBrowser)('a page in a browser, on another origin', () => {
    /** Result of a client's call in the page's script. @param cors_origins the sandbox's own if absent */
    async function callFromPage(cors_origins: ((page: string) => string[]) | undefined, call: string): Promise<unknown> {
      const site = express();
      const page = await listen(site);
      const { origin } = await startServer({
        configure: (app) => ({ ...app, ...(cors_origins && { cors_origins: cors_origins(page) }) }),
      });
      site.get('/web.js', async (_request, response) => void response.type('js').send(await buildFile('web')));
      site.get('/', (_request, response) => void response.send('<!doctype html><script src="/web.js"></script>'));
      const tab = await openBrowser();
      await tab.goto(page);
      return tab.evaluate(`var host = '${origin}'; BaaS.init('sandbox', { host }); ${call}.then((user) => user.id, (error) => error.code)`);
    }

    it('is a person of the sandbox if init says so', async () => {
      const asLarry = "(BaaS.init({ host, sandbox: 'larry' }), BaaS.auth.loginWithProfile())";
      const both = `${asLarry}.then((one) => BaaS.auth.login().then((same) => ({ id: [one.id === same.id, same.nickname] })))`;
      expect(await callFromPage(undefined, both)).toEqual([true, 'Larry。']);
    });

    it("logs in to the sandbox's app from a local origin, without any setting", async () => {
      expect(await callFromPage(undefined, `BaaS.auth.register({ username: 'Larry', password: '${password}' })`)).toEqual(
        expect.any(Number),
      );
      const code = `fetch(host + '/sandbox/wechat/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"person":"larry"}' })`;
      expect(await callFromPage(undefined, `${code}.then((answer) => answer.json()).then(({ code }) => ({ id: code.length }))`)).toBe(32);
    });

    it('registers, logs in and reads an error from an origin that the app lists', async () => {
      const register = `BaaS.auth.register({ username: 'Larry', password: '${password}' })`;
      const again = `BaaS.auth.login({ username: 'Larry', password: '${password}' })`;
      const wrong = `BaaS.auth.login({ username: 'Larry', password: 'wrong' })`;
      expect(await callFromPage((page) => [page], `${register}.then(() => ${again})`)).toEqual(expect.any(Number));
      expect(await callFromPage((page) => [page], wrong)).toBe(400);
    });

    it('can read nothing from an origin that the app does not list', async () => {
      expect(await callFromPage(() => [], 'BaaS.getServerDate()')).toBe(601);
      expect(await callFromPage(() => ['https://shop.example.com'], 'BaaS.getServerDate()')).toBe(601);
    });
  });
});
