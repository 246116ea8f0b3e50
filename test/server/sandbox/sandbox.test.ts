import { describe, expect, it } from 'vitest';
import { openFramed } from '../../../server/platforms/sealed.ts';
import { pages } from '../../../server/sandbox/sandbox.ts';
import { createDatabase } from '../../support/database.ts';
import { factsOf, operationOn, platformNames } from '../../support/platforms.ts';
import { startProcess } from '../../support/process.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const send = ({ origin }: TestServer, method: string, path: string, body: object) =>
  fetch(`${origin}/sandbox/${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

describe('the sandbox', () => {
  describe('rotation', () => {
    it.each([
      ['wechat', 'authorizedLoginWechat', true, 400],
      ['wechat', 'authorizedLoginWechat', false, 201],
      ['baidu', 'authorizedLoginBaidu', true, 400],
      ['baidu', 'authorizedLoginBaidu', false, 201],
    ] as const)('on %s decides whether %s works with a profile of before (%s: %i)', async (platform, operation, rotate, status) => {
      const server = await startServer();
      expect((await send(server, 'PUT', `${platform}/rotation`, { rotate })).status).toBe(200);
      const profile = await server.granted('profile', platform, 'larry');
      const body = { ...profile, code: await server.codeFor(platform, 'larry') };
      expect((await server.call(operation, { body })).status).toBe(status);
    });
  });

  describe('a host', () => {
    it.each(platformNames)('on %s gives the fields of a profile, and of a phone number if it has the button', async (platform) => {
      const server = await startServer();
      const { profile, phone } = factsOf(platform);
      expect(Object.keys(await server.granted('profile', platform, 'larry'))).toEqual(profile);
      if (phone) expect(Object.keys(await server.granted('phone', platform, 'larry'))).toEqual(phone);
      else expect((await send(server, 'POST', `${platform}/phone`, { person: 'larry' })).status).toBe(404);
    });

    it('on Baidu seals the number as mobile', async () => {
      const server = await startServer();
      const fields = { code: await server.codeFor('baidu', 'larry'), client_id: 'sandbox-baidu', sk: 'sandbox-secret-of-baidu' };
      const session = (await (await send(server, 'POST', 'baidu/oauth/jscode2sessionkey', fields)).json()) as { session_key: string };
      const { encryptedData, iv } = (await server.granted('phone', 'baidu', 'larry')) as { encryptedData: string; iv: string };
      expect(openFramed({ encryptedData, iv }, session.session_key, 'sandbox-baidu')).toEqual({ mobile: '13800138000' });
    });

    it('knows every name, always as the same person', async () => {
      const server = await startServer();
      const [once, again] = [await server.granted('profile', 'jd', '小明'), await server.granted('profile', 'jd', '小明')];
      expect(once).toEqual(again);
      expect(once.userInfo).toMatchObject({ nickName: '小明' });
    });

    it('explains an invalid request', async () => {
      const server = await startServer();
      for (const [method, path, body] of [
        ['POST', 'wechat/profile', { person: 'two words' }],
        ['POST', 'wechat/phone', { person: 'larry', tamper: 'somehow' }],
        ['PUT', 'wechat/rotation', {}],
        ['PUT', 'person', { person: 'larry', phone: '12345' }],
        ['PUT', 'person', { person: 'larry', nick: 'Lars' }],
      ] as const) {
        expect((await send(server, method, path, body)).status).toBe(400);
      }
    });
  });

  describe('a person', () => {
    it('can be changed permanently, on every platform', async () => {
      const server = await startServer();
      expect((await send(server, 'PUT', 'person', { person: 'larry', nickname: 'Lars', phone: '13700137000' })).status).toBe(200);
      await send(server, 'PUT', 'person', { person: 'larry', city: 'Kunming' });
      for (const platform of ['wechat', 'jd']) {
        expect((await server.granted('profile', platform, 'larry')).userInfo).toMatchObject({ nickName: 'Lars', gender: 1 });
      }
      const grant = await server.granted('phone', 'wechat', 'larry');
      const fields = { ...grant, phone_code: grant.code, code: await server.codeFor('wechat', 'larry') };
      const { body } = await server.call('phoneLoginWechat', { body: fields });
      expect(body.user_info._phone).toBe('13700137000');
    });

    it('can decline dialogs and buttons, and change their mind', async () => {
      const server = await startServer();
      await send(server, 'PUT', 'person', { person: 'larry', declines: true });
      expect(await server.granted('profile', 'qq', 'larry')).toEqual({ errMsg: 'getUserInfo:fail auth deny' });
      expect(await server.granted('phone', 'wechat', 'larry')).toEqual({ errMsg: 'getPhoneNumber:fail auth deny' });
      expect(await server.granted('profile', 'qq', 'mei')).toHaveProperty('userInfo');
      await send(server, 'PUT', 'person', { person: 'larry', declines: false });
      expect(await server.granted('profile', 'qq', 'larry')).toHaveProperty('userInfo');
    });
  });

  describe('WeChat', () => {
    const credentials = { grant_type: 'client_credential', appid: 'sandbox-wechat', secret: 'sandbox-secret-of-wechat' };
    const askToken = async (server: TestServer, fields: object) => {
      const response = await send(server, 'POST', 'wechat/cgi-bin/stable_token', { ...credentials, ...fields });
      return (await response.json()) as Record<string, unknown>;
    };

    it.each([
      [{ appid: 'x' }, 40013],
      [{ secret: 'x' }, 40125],
      [{ grant_type: 'x' }, 40002],
    ])('refuses a token for %j with %i', async (fields, errcode) => {
      expect(await askToken(await startServer(), fields)).toMatchObject({ errcode });
    });

    it('accepts a phone code as JSON only', async () => {
      const server = await startServer();
      const { access_token } = await askToken(server, {});
      const url = `${server.origin}/sandbox/wechat/wxa/business/getuserphonenumber?access_token=${access_token}`;
      const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ code: 'x' }) });
      expect(await response.json()).toMatchObject({ errcode: 47001 });
    });
  });

  it('has a page that explains it', async () => {
    const { origin } = await startServer();
    const response = await fetch(`${origin}/sandbox`);
    expect(response.headers.get('Content-Type')).toContain('text/html');
    expect(await response.text()).toContain('/sandbox/{platform}/login');
  });

  it('refuses a body that is not JSON, without internal details', async () => {
    const { origin } = await startServer();
    const response = await fetch(`${origin}/sandbox/wechat/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{',
    });
    expect([response.status, await response.json()]).toEqual([400, { status: 'error', error_msg: 'The body must be JSON or a form.' }]);
  });

  it.each([
    ['POST', 'wechat/login', {}, 400, 'person: is missing'],
    ['POST', 'wechat/login', { person: 'larry', colour: 'red' }, 400, 'colour: is not a known field'],
    ['POST', 'wechat/login', { person: 'a b' }, 400, 'person: must be 1 to 32 letters, digits, _ or -'],
    [
      'POST',
      'wechat/login',
      { person: 1, app_id: 2 },
      400,
      'person: must be text: put it in quotes; app_id: must be text: put it in quotes',
    ],
    ['POST', 'wechat/login', undefined, 400, 'the body: is missing'],
    ['POST', 'wechat/profile', { person: 'larry', tamper: 'x' }, 400, 'tamper: must be stale_key or wrong_appid or'],
    ['PUT', 'ban', { user: 'mei', banned: true }, 400, 'user: must be a number'],
    ['PUT', 'wechat/fault', { kind: 'fire' }, 400, 'kind: must be none or busy or rate_limited or slow'],
    ['PUT', 'wechat/fault', { kind: 'slow', delay_ms: 1e9 }, 400, 'delay_ms: must be at most 60000'],
    [
      'POST',
      'taobao/login',
      { person: 'larry' },
      404,
      `Nothing is at POST /sandbox/taobao/login: the sandbox simulates ${Object.keys(pages).join(', ')};`,
    ],
  ])('explains in one sentence what is wrong with %s /sandbox/%s %j', async (method, path, body, status, sentence) => {
    const { origin } = await startServer();
    const response = await fetch(`${origin}/sandbox/${path}`, {
      method,
      ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const { error_msg } = (await response.json()) as { error_msg: string };
    expect([response.status, error_msg]).toEqual([status, expect.stringContaining(sentence)]);
    expect(error_msg).not.toMatch(/\n|✖|Invalid/);
  });

  it.each(platformNames)('on %s refuses people whose names begin with blocked, if the platform refuses anyone', async (platform) => {
    const server = await startServer();
    const { status, body } = await server.call(operationOn('silentLogin', platform), {
      body: { code: await server.codeFor(platform, 'blocked-mei') },
    });
    expect([status, body.code]).toEqual(factsOf(platform).blocks ? [403, 'person_blocked'] : [201, undefined]);
  });

  it.each(platformNames)('on %s gives a code that was used before, if asked for one', async (platform) => {
    const server = await startServer();
    const given = await send(server, 'POST', `${platform}/login`, { person: 'larry', used: true });
    const { code } = (await given.json()) as { code: string };
    const { status, body } = await server.call(operationOn('silentLogin', platform), { body: { code } });
    expect([status, body.code]).toEqual([400, factsOf(platform).tellsUsedCodes ? 'code_used' : 'code_invalid']);
  });

  it('bans a user, and ends the ban', async () => {
    const server = await startServer();
    const { token, user_id: user } = (await server.call('registerByUsername', { body: { username: 'mei', password: 'plum-rain-june' } }))
      .body;
    const getMe = async () => (await server.call('getMe', { token })).status;
    for (const [banned, status] of [
      [true, 403],
      [false, 200],
      [false, 200],
    ] as const) {
      expect((await send(server, 'PUT', 'ban', { user, banned })).status).toBe(200);
      expect([banned, await getMe()]).toEqual([banned, status]);
    }
    const unknown = await send(server, 'PUT', 'ban', { user: 1, banned: true });
    expect([unknown.status, await unknown.json()]).toEqual([404, { status: 'error', error_msg: 'The app "sandbox" has no user 1.' }]);
  });

  it('answers an unexpected error like the server, which logs it', async () => {
    const { origin } = await startProcess({ DATABASE_URL: await createDatabase() });
    const response = await fetch(`${origin}/sandbox/sms/%E0%A4%A`);
    const body = await response.json();
    expect(response.status).toBe(500);
    expect(body).toEqual({
      status: 'error',
      error_msg: expect.any(String),
      code: 'internal_error',
      request_id: response.headers.get('X-Request-Id'),
    });
  });
});
