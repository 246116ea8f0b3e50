// @module-tag fault
import { writeFileSync } from 'node:fs';
import express from 'express';
import { describe, expect, it } from 'vitest';
import type { PlatformName } from '../../../generated/operations.ts';
import type { ErrorCode } from '../../../server/errors.ts';
import { createLog } from '../../../server/observe/log.ts';
import { sandboxApp } from '../../../server/sandbox/sandbox.ts';
import { createCircuits } from '../../../server/upstream/circuits.ts';
import { admin } from '../../support/admin.ts';
import { createFolder } from '../../support/folder.ts';
import { altering } from '../../support/platformReplies.ts';
import { operationOn, withSettings } from '../../support/platforms.ts';
import { listen, startServer, type TestServer } from '../../support/server.ts';

type Case = [reply: object, code: ErrorCode, check?: RegExp];

/** Errors of every platform: of the configuration, of the platform itself, and unknown ones. */
const wechatCases: Case[] = [
  [{ errcode: 40243, errmsg: 'AppSecret frozen' }, 'app_misconfigured', /frozen/],
  [{ errcode: 40164, errmsg: 'invalid ip 1.2.3.4, not in whitelist' }, 'app_misconfigured', /allow-list/],
  [{ errcode: 61003, errmsg: 'component is not authorized by this account' }, 'app_misconfigured', /authorisation to the third-party/],
  [{ errcode: 61004, errmsg: 'access clientip is not registered' }, 'app_misconfigured', /allow-list/],
  [{ errcode: 50002, errmsg: 'user limited' }, 'app_misconfigured', /frozen/],
  [{ errcode: 50004, errmsg: 'user not allow to use accesstoken, maybe for punishment' }, 'app_misconfigured', /penalised/],
  [{ errcode: 50007, errmsg: 'account frozen' }, 'app_misconfigured', /frozen/],
  [{ errcode: 48001, errmsg: 'api unauthorized' }, 'app_misconfigured', /rights/],
  [{ errcode: 89503, errmsg: 'need confirm' }, 'app_misconfigured', /administrators/],
  [{ errcode: 89506, errmsg: 'refused' }, 'app_misconfigured', /administrators/],
  [{ errcode: 89507, errmsg: 'refused' }, 'app_misconfigured', /administrators/],
  [{ errcode: 40125, errmsg: 'invalid appsecret' }, 'app_misconfigured', /app_secret/],
  [{ errcode: 45009, errmsg: 'reach max api daily quota limit' }, 'platform_rate_limited'],
  [{ errcode: -1, errmsg: 'system error' }, 'platform_busy'],
  [{ errcode: 99999, errmsg: 'unknown' }, 'platform_failed'],
  // As text, as some proxies and older servers write it.
  [{ errcode: '40243', errmsg: 'AppSecret frozen' }, 'app_misconfigured', /frozen/],
  [{ errcode: '-1', errmsg: 'system error' }, 'platform_busy'],
];
const exchangeCases: Case[] = [
  ...wechatCases,
  [{ errcode: 40013, errmsg: 'invalid appid' }, 'app_misconfigured', /app_id/],
  [{ errcode: 40029, errmsg: 'invalid code' }, 'code_invalid'],
  [{ errcode: '40163', errmsg: 'code been used' }, 'code_used'],
  [{ errcode: 40226, errmsg: 'code blocked' }, 'person_blocked'],
];
const oauth = (error: string) => ({ error, error_description: 'why' });
const jdAnswer = (result: object) => ({ jingdong_miniapp_mixUserInfo_responce: { code: '0', result } });

/** The path of each platform's exchange, and its errors; the file of those that signed replies or a token before need. */
const tables: Record<PlatformName, { path: string; cases: Case[] } | 'alipay.test.ts' | 'xiaohongshu.test.ts'> = {
  wechat: { path: '/sns/jscode2session', cases: exchangeCases },
  qq: { path: '/sns/jscode2session', cases: exchangeCases },
  kuaishou: {
    path: '/oauth2/mp/code2session',
    cases: [
      [{ result: 100200101, error_msg: 'unauthorized client' }, 'app_misconfigured', /app_id and app_secret/],
      [{ result: 100200106, error_msg: 'invalid scope' }, 'app_misconfigured', /rights/],
      [{ result: 100200105, error_msg: 'invalid grant' }, 'code_invalid'],
      [{ result: '100200105', error_msg: 'invalid grant' }, 'code_invalid'],
      [{ result: 100200410, error_msg: 'api rate limit' }, 'platform_rate_limited'],
      [{ result: 100200301, error_msg: 'anti spam' }, 'person_blocked'],
      [{ result: 100200500, error_msg: 'server error' }, 'platform_failed'],
      [{ result: 0, error_msg: 'unknown' }, 'platform_failed'],
      [{ result: 42, error: 'unknown' }, 'platform_failed'],
      [{ result: '42' }, 'platform_failed'],
    ],
  },
  baidu: {
    path: '/oauth/jscode2sessionkey',
    cases: [
      [{ error_code: 1, error_msg: 'Unknown error' }, 'platform_failed'],
      [{ error_code: '1', error_msg: 'Unknown error' }, 'platform_failed'],
      [{ error_code: 5, error_msg: 'Unauthorized client IP address' }, 'app_misconfigured', /allow-list/],
      [{ error_code: 6, error_msg: 'No permission to access data' }, 'app_misconfigured', /rights/],
      [{ error_code: 101, error_msg: 'Invalid API key' }, 'app_misconfigured', /App Key/],
      [{ error_code: 18, error_msg: 'Open api qps request limit reached' }, 'platform_rate_limited'],
      [{ errno: 7777, error: 'unknown' }, 'platform_failed'],
      [{ errno: '10010100', error_description: "Key: 'Code2SessionKeyParam.Code' Error" }, 'code_invalid'],
      [{ errno: 10010100, error_description: "Key: 'Code2SessionKeyParam.ClientID' Error" }, 'app_misconfigured', /App Key/],
      [{ errno: 10010100, error_description: 'parameter is invalid' }, 'platform_failed'],
      [oauth('invalid_grant'), 'code_invalid'],
      [oauth('invalid_client'), 'app_misconfigured', /App Key/],
      [oauth('unauthorized_client'), 'app_misconfigured', /rights/],
      [oauth('no one_knows'), 'platform_failed'],
      [oauth('constructor'), 'platform_failed'],
      [oauth('__proto__'), 'platform_failed'],
    ],
  },
  jd: {
    path: '/routerjson',
    cases: [
      [{ error_response: { code: '8', zh_desc: '非法的时间戳参数' } }, 'app_misconfigured', /clock/],
      [{ error_response: { code: 12, zh_desc: '无效签名' } }, 'app_misconfigured', /app_secret/],
      [{ error_response: { code: '21', zh_desc: '无效app_key' } }, 'app_misconfigured', /App Key/],
      [{ error_response: { code: '24', zh_desc: '无权调用API' } }, 'app_misconfigured', /rights/],
      [{ error_response: { code: '19', zh_desc: '无效access_token' } }, 'app_misconfigured', /access token/],
      [{ error_response: { code: '9999', zh_desc: '?' } }, 'platform_failed'],
      [jdAnswer({ code: 10102, error: 'code已过期' }), 'code_invalid'],
      [jdAnswer({ code: '10102', error: 'code已过期' }), 'code_invalid'],
      [jdAnswer({ code: 77, error: '系统异常' }), 'platform_failed'],
    ],
  },
  bytedance: {
    path: '/api/apps/v2/jscode2session',
    cases: [
      [{ err_no: -1, err_tips: 'system error' }, 'platform_busy'],
      [{ err_no: '-1', err_tips: 'system error' }, 'platform_busy'],
      [{ err_no: 40015, err_tips: 'bad appid' }, 'app_misconfigured', /app_id/],
      [{ err_no: 40017, err_tips: 'bad secret' }, 'app_misconfigured', /app_secret/],
      [{ err_no: 40018, err_tips: 'bad code' }, 'code_invalid'],
      [{ err_no: '40018', err_msg: 'bad code' }, 'code_invalid'],
      [{ err_no: 40019, err_tips: 'bad anonymous code' }, 'code_invalid'],
      [{ errcode: 40018, errmsg: 'bad code' }, 'code_invalid'],
      [{ err_no: 99999, err_tips: 'unknown' }, 'platform_failed'],
      [{ err_no: 0, err_tips: 'success', data: null }, 'platform_failed'],
      [{ err_no: 0, data: { openid: '', session_key: '', unionid: '' } }, 'platform_failed'],
    ],
  },
  alipay: 'alipay.test.ts',
  xiaohongshu: 'xiaohongshu.test.ts',
};

const refusals = Object.entries(tables).flatMap(([platform, table]) => {
  if (typeof table === 'string') return [];
  const { path, cases } = table;
  const operation = operationOn('silentLogin', platform);
  return cases.map(([reply, code, check]) => ({ operation, path, reply, code, check, text: JSON.stringify(reply) }));
});

describe("platforms' errors", () => {
  it.each(refusals)('$operation replied with $text: $code', async ({ operation, path, reply, code, check }) => {
    const server = await startServer({ fetch: altering(path, () => ({ ...reply })) });
    const { body } = await server.call(operation, { body: { code: 'any' } });
    expect(body.code).toBe(code);
    expectCheck(server, check);
  });

  /** The log has advice for the operator; no client sees it. */
  function expectCheck(server: TestServer, check: RegExp | undefined) {
    const lines = server.logLines().filter(({ check }) => check !== undefined);
    if (check)
      expect(lines[0]).toMatchObject({
        check: expect.stringMatching(check),
        platform_message: expect.anything(),
        msg: expect.stringMatching(check),
      });
    else expect(lines).toEqual([]);
  }

  describe.each(['/cgi-bin/stable_token', '/wxa/business/getuserphonenumber'])("WeChat's %s", (path) => {
    it.each(
      wechatCases.map(([reply, code, check]) => ({ reply, code, check, text: JSON.stringify(reply) })),
    )('a reply of $text: $code', async ({ reply, code, check }) => {
      const server = await startServer({ fetch: altering(path, () => ({ ...reply })) });
      const login = await server.codeFor('wechat', 'larry');
      const { code: phone_code, ...sealed } = await server.granted('phone', 'wechat', 'larry');
      const { body } = await server.call('phoneLoginWechat', { body: { ...sealed, code: login, phone_code } });
      expect(body.code).toBe(code);
      expectCheck(server, check);
    });
  });

  it('a token whose lifetime is text: accepted', async () => {
    const server = await startServer({
      fetch: altering('/cgi-bin/stable_token', (reply) => ({ ...reply, expires_in: String(reply.expires_in) })),
    });
    const login = await server.codeFor('wechat', 'larry');
    const { code: phone_code, ...sealed } = await server.granted('phone', 'wechat', 'larry');
    expect((await server.call('phoneLoginWechat', { body: { ...sealed, code: login, phone_code } })).status).toBe(201);
  });

  it.each([
    ['silentLoginWechat', '/sns/jscode2session', { errcode: '0' }],
    ['silentLoginQq', '/sns/jscode2session', { errcode: '0' }],
    ['silentLoginKuaishou', '/oauth2/mp/code2session', { result: '1' }],
    ['silentLoginBaidu', '/oauth/jscode2sessionkey', { error_code: '0', errno: '0' }],
    ['silentLoginBytedance', '/api/apps/v2/jscode2session', { err_no: '0' }],
    ['silentLoginXiaohongshu', '/api/rmp/session', { code: '0' }],
  ] as const)('%s whose success is text: logs in', async (operation, path, more) => {
    const server = await startServer({ fetch: altering(path, (reply) => ({ ...reply, ...more })) });
    const code = await server.codeFor(operation.replace('silentLogin', '').toLowerCase(), 'larry');
    expect((await server.call(operation, { body: { code } })).status).toBe(201);
  });

  it("an error in the app's error_codes: takes precedence over the table", async () => {
    const server = await startServer({
      configure: withSettings('jd', { error_codes: { 77: 'code_invalid' } }),
      fetch: altering('/routerjson', () => jdAnswer({ code: 77 })),
    });
    expect((await server.call('silentLoginJd', { body: { code: 'any' } })).body.code).toBe('code_invalid');
  });

  it('errors in a reply, known or unknown: the circuit stays closed', async () => {
    const circuits = createCircuits(createLog('silent'), { failures: 2, pause: 3_600_000 });
    let reply: object | undefined = { result: 100200500, error_msg: 'server error' };
    const telling: typeof fetch = (url, init) => (reply ? Promise.resolve(Response.json(reply)) : fetch(url, init));
    const server = await startServer({ fetch: telling, services: { circuits } });
    for (let n = 0; n < 5; n++) expect((await server.call('silentLoginKuaishou', { body: { code: 'any' } })).status).toBe(502);
    reply = undefined;
    await server.login('kuaishou', 'larry');
  });

  it("an app whose secret is frozen: check-apps reports it with the platform's text and advice", async () => {
    const root = express();
    root.get('/sns/jscode2session', (_request, response) => void response.json({ errcode: 40243, errmsg: 'AppSecret frozen, rid: 1' }));
    const base_url = await listen(root);
    const app = sandboxApp('http://127.0.0.1:9');
    const file = `${createFolder()}/apps.json`;
    writeFileSync(file, JSON.stringify({ apps: [{ ...app, platforms: { wechat: { ...app.platforms.wechat, base_url } } }] }));
    const { code, output } = await admin(['check-apps', '--json'], { APPS_FILE: file });
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject([
      {
        result: 'refused',
        answer: {
          code: 'app_misconfigured',
          platform_code: 40243,
          platform_message: 'AppSecret frozen, rid: 1',
          check: expect.stringMatching(/frozen/),
        },
      },
    ]);
  });
});
