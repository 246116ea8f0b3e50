// @module-tag fault
import { beforeEach, describe, expect, it } from 'vitest';
import { perishables, removeWorthless } from '../../../server/process/cleanup.ts';
import { registerUser } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { choose, createBrowser, goToWechat, tokenFrom } from '../../support/webLogin.ts';

const page = 'https://shop.example.com/auth.html?handler=login';
const provider = 'oauth-wechat-web';
const clock = { time: Math.floor(Date.now() / 1000) };
const listed = ['https://shop.example.com', 'https://other.example.com'];
let server: TestServer;
beforeEach(async () => {
  clock.time = Math.floor(Date.now() / 1000);
  server = await startServer({
    now: () => clock.time,
    configure: (app) => ({ ...app, callback_origins: listed }),
    otherApps: (app) => [
      { ...app, client_id: 'sister', pool: 'sandbox', callback_origins: listed },
      { ...app, client_id: 'other', callback_origins: listed },
    ],
  });
});

async function begin(token?: string, headers: Record<string, string> = {}): Promise<string> {
  const options = { params: { provider }, body: { callback_url: page }, headers, ...(token && { token }) };
  const { status, body } = await server.call('createWebLogin', options);
  expect(status).toBe(200);
  return body.redirect_url;
}
const redeem = async (auth_token: string, more: { token?: string; headers?: Record<string, string>; provider?: string } = {}) =>
  server.call('loginOnWeb', { params: { provider: more.provider ?? provider }, body: { auth_token }, ...more });
const link = async (token: string, auth_token: string) => server.call('linkOnWeb', { token, params: { provider }, body: { auth_token } });

const users = async () => (await server.store.selectFrom('users').select('id').execute()).length;

describe('a callback_url of another site', () => {
  it.each([
    'https://shop.example.com.evil.example/auth.html',
    'https://shop.example.comevil.example/',
    'https://evil.example/?https://shop.example.com',
    'https://evil.example/https://shop.example.com/',
    'https://shop.example.com@evil.example/',
    'https://shop.example.com:pw@evil.example/',
    'https://user@shop.example.com/auth.html',
    'https://shop.example.com:8443/',
    'http://shop.example.com/',
    'https://SHOP.example.com.evil.example/',
    'https://evil.example\\@shop.example.com/',
    'https:\\\\evil.example/',
    'https://shop.example.com\\.evil.example/',
    '//evil.example/',
    '/auth.html',
    'javascript:alert(1)//https://shop.example.com',
    'data:text/html,https://shop.example.com',
    'https://shop.example.com/\tauth.html',
    'https://shop.example.com\n.evil.example/',
    'https://sub.shop.example.com/',
    'https://shop.example.com./',
    'null',
    ' https://shop.example.com/',
  ])('%j: refused, and named', async (callback_url) => {
    const { status, body } = await server.call('createWebLogin', { params: { provider }, body: { callback_url } });
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'request_invalid', '/body/callback_url']);
  });

  it('in another letter case, or with the default port: is the same origin', async () => {
    for (const callback_url of ['HTTPS://SHOP.example.COM/auth.html', 'https://shop.example.com:443/auth.html']) {
      expect((await server.call('createWebLogin', { params: { provider }, body: { callback_url } })).status).toBe(200);
    }
  });

  it('on this machine, for an app that lists only its sites: refused', async () => {
    const callback_url = 'http://localhost:8080/';
    expect((await server.call('createWebLogin', { params: { provider }, body: { callback_url } })).status).toBe(400);
  });

  it('after redirect_uri was changed on the way: the way back stays ours', async () => {
    const { location } = await createBrowser().open(`${await begin()}&redirect_uri=https://evil.example/`);
    expect(new URL(location).searchParams.getAll('redirect_uri')).toEqual([`${server.origin}/web-login/callback?app=sandbox`]);
  });
});

describe("another person's login, slipped to a victim", () => {
  it("an attacker's way back from WeChat, opened by the victim's browser: stops at the browser's cookie", async () => {
    const attacker = createBrowser();
    const wayBack = await goToWechat(attacker, await begin(), { person: 'mallory' });
    const victim = createBrowser();
    const without = await victim.open(wayBack);
    expect([without.status, without.location]).toEqual([400, '']);
    await goToWechat(victim, await begin());
    const withAnother = await victim.open(wayBack);
    expect([withAnother.status, withAnother.location]).toEqual([400, '']);
    expect(await users()).toBe(0);
    // The attacker alone can finish it.
    expect((await attacker.open(wayBack)).status).toBe(302);
  });

  it("an attacker's code with the victim's state: is the victim's own login only if the victim went to WeChat", async () => {
    const attacker = createBrowser();
    const wayBack = new URL(await goToWechat(attacker, await begin(), { person: 'mallory' }));
    const victim = createBrowser();
    wayBack.searchParams.set('state', 'f'.repeat(64));
    expect((await victim.open(wayBack.href)).status).toBe(410);
  });

  it('a ticket that was opened by the attacker: is used up, so the victim cannot be led into the same login', async () => {
    const ticket = await begin();
    await createBrowser().open(ticket);
    const victim = await createBrowser().open(ticket);
    expect([victim.status, victim.location]).toEqual([410, '']);
  });

  it("an attacker's token, for the account of a victim with a session: links and logs in nothing", async () => {
    const victim = await registerUser(server);
    const attackers = await registerUser(server, 'Mallory');
    for (const begun of [undefined, attackers.token]) {
      const token = await tokenFrom(await begin(begun), { person: 'mallory' });
      expect((await link(victim.token, token)).body.code).toBe('auth_token_invalid');
      expect((await redeem(token, { token: victim.token })).body.code).toBe('auth_token_invalid');
    }
    const record = await server.call('getUser', { token: victim.token, userId: Number(victim.user_id) });
    expect(record.body._provider).toEqual({});
  });

  it('a session that has ended since: its token is no longer valid', async () => {
    const { token } = await registerUser(server);
    const auth_token = await tokenFrom(await begin(token));
    await server.call('logout', { token });
    expect((await redeem(auth_token)).body.code).toBe('auth_token_invalid');
    expect((await redeem(auth_token, { token })).body.code).toBe('auth_token_invalid');
  });
});

describe('an auth_token', () => {
  it.each([
    ['at another app', { 'X-Hydrogen-Client-ID': 'other' }],
    ['at another app of the pool', { 'X-Hydrogen-Client-ID': 'sister' }],
    ['in another environment', { 'X-Hydrogen-Env-ID': 'staging' }],
    ['from a page of another site that the app lists, too', { Origin: 'https://other.example.com' }],
    ['from a page of an unknown site', { Origin: 'https://evil.example' }],
    ['from a frame without an origin', { Origin: 'null' }],
  ])('%s: refused, and still valid where it belongs', async (_, headers) => {
    const token = await tokenFrom(await begin());
    const { status, body } = await redeem(token, { headers });
    expect([status, body.code]).toEqual([400, 'auth_token_invalid']);
    expect((await redeem(token, { headers: { Origin: 'https://shop.example.com' } })).status).toBe(201);
  });

  it('for another provider: refused', async () => {
    const token = await tokenFrom(await begin());
    expect((await redeem(token, { provider: 'oauth-wechat-mp' })).body.code).toBe('auth_token_invalid');
    expect((await server.call('silentLoginOnWeb', { body: { auth_token: token } })).body.code).toBe('auth_token_invalid');
  });

  it('used twice: logs in once', async () => {
    const token = await tokenFrom(await begin());
    const replies = await Promise.all([redeem(token), redeem(token), redeem(token)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
    expect((await redeem(token)).body.code).toBe('auth_token_invalid');
  });

  it('after five minutes: refused', async () => {
    const token = await tokenFrom(await begin());
    clock.time += 300;
    expect((await redeem(token)).body.code).toBe('auth_token_invalid');
  });

  it('that is a ticket or a state of the same login: refused', async () => {
    const [ticket = ''] = [new URL(await begin()).searchParams.get('ticket') ?? ''];
    expect((await redeem(ticket)).body.code).toBe('auth_token_invalid');
  });
});

describe('a login on its way', () => {
  it('comes back twice, also at the same time: exchanges one code', async () => {
    const browser = createBrowser();
    const wayBack = await goToWechat(browser, await begin());
    const answers = await Promise.all([browser.open(wayBack), browser.open(wayBack), browser.open(wayBack)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([302, 410, 410]);
    expect((await browser.open(wayBack)).status).toBe(410);
  });

  it.each([
    ['its beginning', 0, true],
    ["WeChat's page", 1, true],
    ['its beginning, a second before', 0, false],
  ])('takes ten minutes since %s: has expired then', async (_, step, expired) => {
    const browser = createBrowser();
    const ticket = await begin();
    const wait = () => {
      clock.time += expired ? 600 : 599;
    };
    if (step === 0) wait();
    const { status, location } = await browser.open(ticket);
    if (step === 0) return expect(status).toBe(expired ? 410 : 302);
    const { location: wayBack } = await browser.open(choose(location));
    wait();
    expect((await browser.open(wayBack)).status).toBe(410);
  });

  it('is abandoned: its row is deleted', async () => {
    await begin();
    await tokenFrom(await begin());
    await goToWechat(createBrowser(), await begin());
    const { store, services } = server;
    expect(await store.selectFrom('web_logins').select('stage').orderBy('stage').execute()).toEqual([
      { stage: 'begun' },
      { stage: 'done' },
      { stage: 'sent' },
    ]);
    await removeWorthless(services, perishables({ auditDays: 1 }), clock.time + 600, new AbortController().signal);
    expect(await store.selectFrom('web_logins').select('stage').execute()).toEqual([]);
  });

  it.each(['start', 'callback'])('is looked at by a link preview (%s): stays valid', async (which) => {
    const browser = createBrowser();
    const url = which === 'start' ? await begin() : await goToWechat(browser, await begin());
    expect((await fetch(url, { method: 'HEAD', redirect: 'manual' })).status).toBe(400);
    expect((await browser.open(url)).status).toBe(302);
  });

  it('has odd parameters: is refused with a page, and without an error of the server', async () => {
    const { searchParams } = new URL(await begin());
    const ticket = searchParams.get('ticket') ?? '';
    for (const query of [
      `app=sandbox&ticket=${ticket}&ticket=${ticket}`,
      `app=sandbox&app=sandbox&ticket=${ticket}`,
      `app[]=sandbox&ticket=${ticket}`,
      `app=__proto__&ticket=${ticket}`,
      `app=sandbox/none&ticket=${ticket}`,
      `app=sandbox&ticket[]=${ticket}`,
      `app=sandbox&ticket=%00`,
      `app=sandbox&ticket=${'x'.repeat(5000)}`,
    ]) {
      for (const path of ['start', 'callback']) {
        const { status } = await createBrowser().open(
          `${server.origin}/web-login/${path}?${query.replaceAll('ticket', path === 'start' ? 'ticket' : 'state')}`,
        );
        expect([400, 410]).toContain(status);
      }
    }
  });
});

describe('the address of a login', () => {
  it('with markup in it: is escaped on the page', async () => {
    const callback_url = `${page}&x="><script>alert(1)</script><a href='`;
    const { body } = await server.call('createWebLogin', { params: { provider }, body: { callback_url: encodeURI(callback_url) } });
    const browser = createBrowser();
    const { text } = await browser.open(await goToWechat(browser, body.redirect_url, { deny: true }));
    expect(text).not.toContain('<script');
    expect(text).not.toContain("<a href='");
  });

  it('with a page to go back to on another site: offers no way there', async () => {
    for (const referer of ['https://evil.example/', 'javascript:alert(1)', 'https://other.example.com/', '//evil.example']) {
      const callback_url = `${page}&mode=redirect&referer=${encodeURIComponent(referer)}`;
      const { body } = await server.call('createWebLogin', { params: { provider }, body: { callback_url } });
      const browser = createBrowser();
      const { text } = await browser.open(await goToWechat(browser, body.redirect_url, { deny: true }));
      const targets = [...text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => new URL(href.replaceAll('&amp;', '&')).origin);
      expect(targets).toEqual(['https://shop.example.com']);
    }
  });
});

describe('secrets of a login', () => {
  it('in the log and the database: are not there', async () => {
    const { token } = await registerUser(server);
    const ticket = await begin(token);
    const browser = createBrowser();
    const { location } = await browser.open(ticket);
    const state = new URL(location).searchParams.get('state') ?? '';
    const { location: wayBack } = await browser.open(choose(location));
    const { location: end, headers } = await browser.open(wayBack);
    const code = new URL(wayBack).searchParams.get('code') ?? '';
    const auth_token = new URL(end).searchParams.get('token') ?? '';
    const secrets = [new URL(ticket).searchParams.get('ticket') ?? '', state, code, auth_token];
    expect(secrets.every(({ length }) => length >= 32)).toBe(true);
    const stored = JSON.stringify(await server.store.selectFrom('web_logins').selectAll().execute());
    const { openid } = (await link(token, auth_token)).body;
    for (const secret of secrets) {
      expect(JSON.stringify(server.logLines())).not.toContain(secret);
      expect(stored).not.toContain(secret);
    }
    expect(stored).not.toContain(openid);
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
  });
});

describe('WeChat', () => {
  const outcome = async (reply: object | string, of = '/sns/oauth2/access_token') => {
    server = await startServer({
      fetch: async (input, init) => {
        if (!String(input).includes(of)) return fetch(input, init);
        return typeof reply === 'string' ? new Response(reply) : Response.json(reply);
      },
    });
    const { body } = await server.call('createWebLogin', { params: { provider }, body: { callback_url: 'http://localhost/' } });
    const browser = createBrowser();
    const { status, location } = await browser.open(await goToWechat(browser, body.redirect_url));
    expect([location, await users()]).toEqual(['', 0]);
    return status;
  };

  it.each([
    ['an invalid code', { errcode: 40029 }, 400],
    ['a used code', { errcode: '40163', errmsg: 'code been used' }, 400],
    ['a wrong secret', { errcode: 40125 }, 500],
    ['too many calls', { errcode: 45011 }, 503],
    ['an unknown error', { errcode: 99999 }, 503],
    ['a page of HTML', '<html>Maintenance</html>', 503],
    ['nothing', '', 503],
    ['an empty object', {}, 503],
    ['an openid that is no text', { access_token: 'a', openid: 7 }, 503],
    ['an empty openid', { access_token: 'a', openid: '' }, 503],
  ])('reports %s: the person gets a page, and no one is logged in', async (_, reply, status) => {
    expect(await outcome(reply)).toBe(status);
  });

  it.each([
    ['of another person', { openid: 'oAnother', nickname: 'Mallory' }],
    ['without a person', { nickname: 'Mallory' }],
    ['with a name that is no text', { openid: 'x', nickname: 7 }],
  ])('gives a profile %s: no one is logged in', async (_, reply) => {
    expect(await outcome(reply, '/sns/userinfo')).toBe(503);
  });

  it('refuses the profile to the QR code of an app without the right: no one is logged in', async () => {
    expect(await outcome({ errcode: 48001 }, '/sns/userinfo')).toBe(500);
  });

  it('is busy once at each call: the login succeeds', async () => {
    const failed = new Set<string>();
    server = await startServer({
      fetch: async (input, init) => {
        const { pathname } = new URL(String(input));
        if (failed.has(pathname)) return fetch(input, init);
        failed.add(pathname);
        return Response.json({ errcode: -1, errmsg: 'system error' });
      },
    });
    const { body } = await server.call('createWebLogin', { params: { provider }, body: { callback_url: 'http://localhost/' } });
    expect(await tokenFrom(body.redirect_url)).toHaveLength(43);
    expect(failed.size).toBe(2);
  });
});
