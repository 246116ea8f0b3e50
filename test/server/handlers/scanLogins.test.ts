import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { farIp, nearIp, scanSides } from '../../support/scanLogins.ts';
import { type ServerOptions, startServer } from '../../support/server.ts';

/** A server with a clock to turn, and larry's phone. */
async function startScan(options: ServerOptions = {}) {
  const clock = { time: 1_800_000_000 };
  const configure: ServerOptions['configure'] = (app) => ({ ...app, scan_login: { ...app.scan_login, picture: 'wechat' } });
  const server = await startServer({ trustProxy: 1, now: () => clock.time, configure, ...options });
  const { token, user_info } = await server.login('wechat', 'larry');
  return { clock, server, token, id: user_info.id, ...scanSides(server) };
}
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

describe('a scan login', () => {
  it('lets the page in once, as the person who confirmed', async () => {
    const { server, token, id, create, open, confirm, poll } = await startScan();
    const { status, body: login } = await create({ headers: { Origin: 'http://localhost:5173', 'User-Agent': windows } });
    expect(status).toBe(201);
    expect(login).toMatchObject({ expires_in: 120, poll_seconds: 2, link: expect.stringMatching(new RegExp(`\\?scene=${login.ticket}$`)) });
    expect(login.picture).toMatch(/^data:image\/png;base64,/);
    expect((await poll(login.poll_token)).body).toEqual({ status: 'waiting', expires_in: 120 });

    const asked = await open(token, { ticket: login.ticket });
    expect(asked.body).toEqual({
      app_name: 'Sandbox',
      site: 'http://localhost:5173',
      browser: 'Chrome',
      system: 'Windows',
      network: '203.0.113.0/24',
      same_network: true,
      needs_check_code: false,
      expires_in: 120,
    });
    expect((await poll(login.poll_token)).body.status).toBe('scanned');
    expect((await confirm(token, { ticket: login.ticket })).status).toBe(200);

    const { body } = await poll(login.poll_token);
    expect(body).toMatchObject({ status: 'confirmed', session: { user_id: id, openid: expect.stringMatching(/./) } });
    expect((await server.call('getMe', { token: body.session.token })).body.id).toBe(id);
    expect((await poll(login.poll_token)).body.code).toBe('scan_login_not_found');
    expect((await confirm(token, { ticket: login.ticket })).body.code).toBe('scan_login_not_found');
    const entries = await auditOf(server);
    expect(entries).toContainEqual(expect.objectContaining({ event: 'scan_login_confirmed', user_id: id, operation: 'confirmScanLogin' }));
    expect(entries).toContainEqual(expect.objectContaining({ event: 'login', method: 'scan', user_id: id, operation: 'pollScanLogin' }));
  });

  it('that is refused keeps the page out', async () => {
    const { server, token, id, create, open, refuse, confirm, poll } = await startScan();
    const { body: login } = await create();
    await open(token, { ticket: login.ticket });
    expect((await refuse(token, { ticket: login.ticket })).status).toBe(200);
    expect((await poll(login.poll_token)).body.status).toBe('refused');
    expect((await confirm(token, { ticket: login.ticket })).body.code).toBe('scan_login_not_found');
    expect(await auditOf(server)).toContainEqual(expect.objectContaining({ event: 'scan_login_refused', user_id: id }));
  });

  it('expires after 120 seconds, also once it is confirmed', async () => {
    const { clock, token, create, open, confirm, poll } = await startScan();
    const [{ body: waiting }, { body: confirmed }] = [await create(), await create()];
    await confirm(token, { ticket: confirmed.ticket });
    clock.time += 120;
    for (const { poll_token } of [waiting, confirmed]) expect((await poll(poll_token)).body).toEqual({ status: 'expired', expires_in: 0 });
    expect((await open(token, { ticket: waiting.ticket })).body.code).toBe('scan_login_not_found');
    expect((await confirm(token, { ticket: waiting.ticket })).body.code).toBe('scan_login_not_found');
  });

  it('in another network needs the digits of the page', async () => {
    const { token, id, create, open, confirm, poll } = await startScan();
    const { body: login } = await create();
    const { ticket, check_code } = login;
    expect((await open(token, { ticket }, farIp)).body).toMatchObject({ same_network: false, needs_check_code: true });
    expect(await confirm(token, { ticket }, farIp)).toMatchObject({ status: 403, body: { code: 'check_code_needed' } });
    expect((await confirm(token, { ticket, check_code }, farIp)).status).toBe(200);
    expect((await poll(login.poll_token)).body.session.user_id).toBe(id);
  });

  it.each([
    ['any', 200],
    ['same', 403],
  ] as const)('in another network, if scan_login_networks is %s: %i', async (scan_login_networks, status) => {
    const { token, create, open, confirm } = await startScan({ configure: (app) => ({ ...app, scan_login_networks }) });
    const { ticket, check_code } = (await create()).body;
    expect((await open(token, { ticket }, farIp)).body).toMatchObject({ same_network: false, needs_check_code: false });
    const answer = await confirm(token, { ticket, check_code }, farIp);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.code).toBe('scan_login_elsewhere');
    expect((await confirm(token, { ticket: (await create()).body.ticket }, nearIp)).status).toBe(200);
  });

  it('names no site that the app does not list', async () => {
    const { token, create, open } = await startScan();
    const { ticket } = (await create({ headers: { Origin: 'https://evil.example', 'User-Agent': 'You are safe here' } })).body;
    expect((await open(token, { ticket })).body).toMatchObject({ site: null, browser: 'other', system: 'other' });
  });

  it('of an app without scan_login is a 405', async () => {
    const { create } = await startScan({ configure: ({ scan_login, ...app }) => app });
    expect(await create()).toMatchObject({ status: 405, body: { code: 'login_method_disabled' } });
  });
});

describe('the session of a scan login', () => {
  it('counts as opened with the one that confirmed it, ends no later, and has its platform', async () => {
    const { clock, server, token, create, confirm, poll } = await startScan();
    clock.time += 86_400;
    const { body: login } = await create();
    await confirm(token, { ticket: login.ticket });
    const { session } = (await poll(login.poll_token)).body;
    expect(session.expires_in).toBe(2_592_000 - 86_400);
    const { objects } = (await server.call('listSessions', { token: session.token })).body;
    expect(objects).toHaveLength(2);
    for (const { platform, created_at } of objects) expect([platform, created_at]).toEqual(['wechat', 1_800_000_000]);
  });

  it('of an account without a platform has none', async () => {
    const { server, create, confirm, poll } = await startScan();
    const { token, id } = await registerUser(server);
    const { body: login } = await create();
    await confirm(token, { ticket: login.ticket });
    expect((await poll(login.poll_token)).body.session).toMatchObject({ user_id: id, openid: '' });
  });
});

describe('the code of a scan login', () => {
  const answering = (reply: () => Response): ServerOptions => ({
    fetch: (input, init) => (String(input).includes('getwxacodeunlimit') ? Promise.resolve(reply()) : fetch(input, init)),
  });
  const json = (body: unknown) => () => new Response(typeof body === 'string' ? body : JSON.stringify(body));
  const withoutLink: ServerOptions['configure'] = (app) => ({ ...app, scan_login: { picture: 'wechat' } });

  it('asks WeChat for the page, the version and the width that the app sets', async () => {
    const asked: unknown[] = [];
    const { create } = await startScan({
      configure: (app) => {
        const scan_login = { ...app.scan_login, picture: 'wechat' };
        const scan_code = { page: 'pages/other/index', check_path: false, env_version: 'trial', width: 280 };
        return { ...app, scan_login, platforms: { ...app.platforms, wechat: { ...app.platforms.wechat, scan_code } } };
      },
      fetch: (input, init) => {
        if (String(input).includes('getwxacodeunlimit')) asked.push(JSON.parse(String(init?.body)));
        return fetch(input, init);
      },
    });
    const { ticket, picture } = (await create()).body;
    expect(asked).toEqual([{ scene: ticket, page: 'pages/other/index', check_path: false, env_version: 'trial', width: 280 }]);
    expect(picture).toMatch(/^data:image\//);
  });

  it.each([
    ['fails', json('<html>busy</html>'), 502, 'platform_failed'],
    ['sends JSON without an error', json({}), 502, 'platform_failed'],
    ['knows no such page', json({ errcode: 41030, errmsg: 'invalid page' }), 500, 'app_misconfigured'],
    ['sends its code as text', json({ errcode: '45009', errmsg: 'reach max api daily quota limit' }), 429, 'platform_rate_limited'],
    ['is busy', json({ errcode: -1, errmsg: 'system error' }), 503, 'platform_busy'],
    ['is down', () => new Response('', { status: 500 }), 502, 'platform_failed'],
    ['sends too much', () => new Response('x'.repeat(600_000)), 502, 'platform_failed'],
  ])('WeChat %s: the link remains, or it is the declared error', { tags: 'fault' }, async (_fault, reply, status, code) => {
    const { create } = await startScan(answering(reply));
    expect(await create()).toMatchObject({ status: 201, body: { picture: null, link: expect.stringContaining('scene=') } });
    const alone = await startScan({ ...answering(reply), configure: withoutLink });
    expect(await alone.create()).toMatchObject({ status, body: { code } });
  });

  it('is the link alone if the app has no picture', async () => {
    const { create } = await startScan({
      configure: (app) => ({ ...app, scan_login: { link: 'https://shop.example.com/scan?from=web' } }),
    });
    const { ticket, picture, link } = (await create()).body;
    expect([picture, link]).toEqual([null, `https://shop.example.com/scan?from=web&scene=${ticket}`]);
  });
});
