import { describe, expect, it } from 'vitest';
import { verifyLoginName } from '../../../server/accounts/claims.ts';
import { phoneNumberOf } from '../../../server/accounts/phoneNumber.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import { password } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { hooksAt, startHook } from '../../support/hooks.ts';
import { countRows } from '../../support/rows.ts';
import { startServer } from '../../support/server.ts';

async function startHooked(more: object = {}) {
  const hook = await startHook();
  const server = await startServer({ rateLimited: false, configure: (app) => ({ ...app, hooks: hooksAt(hook.url, more) }) });
  return { hook, server };
}
const phone = '13800138000';
const captcha = { decision: 'challenge', challenge: { kind: 'captcha', site_key: 'k1' } };

describe('before_sms', () => {
  it('hears of each code, and lets it be sent', async () => {
    const { hook, server } = await startHooked();
    const headers = { 'User-Agent': 'mini-program', 'X-Challenge-Response': 'solved' };
    expect((await server.call('sendSmsCode', { body: { phone }, headers })).status).toBe(200);
    expect(hook.asked).toMatchObject([
      {
        type: 'before_sms',
        data: {
          client_id: 'sandbox',
          environment: null,
          phone: '13800138000',
          operation: 'sendSmsCode',
          ip: '127.0.0.1',
          user_agent: 'mini-program',
          challenge_response: 'solved',
        },
        headers: { 'webhook-id': expect.stringMatching(/^hook_/) },
      },
    ]);
  });

  it('asks for a captcha, whose answer the client sends with the same request', async () => {
    const { hook, server } = await startHooked();
    hook.decide = ({ data }) => (data.challenge_response === 'solved' ? { decision: 'allow' } : captcha);
    const first = await server.call('sendSmsCode', { body: { phone } });
    expect(first).toMatchObject({ status: 403, body: { code: 'challenge_required', challenge: captcha.challenge } });
    // Nothing was sent, so the number's allowance of one in a minute is not used up.
    expect((await server.call('sendSmsCode', { body: { phone }, headers: { 'X-Challenge-Response': 'solved' } })).status).toBe(200);
    expect(await server.smsCodeTo(phone)).toMatch(/^\d{6}$/);
  });

  it('denies', async () => {
    const { hook, server } = await startHooked();
    hook.decide = () => ({ decision: 'deny' });
    expect(await server.call('sendSmsCode', { body: { phone } })).toMatchObject({ status: 403, body: { code: 'request_denied' } });
  });

  it('is not asked about a country that gets no codes', async () => {
    const { hook, server } = await startHooked();
    server.app.sms_countries = ['86'];
    expect((await server.call('sendSmsCode', { body: { phone: '+447911123456' } })).status).toBe(400);
    expect(hook.asked).toEqual([]);
  });
});

describe('before_register', () => {
  it('hears of each new user, and of no returning one', async () => {
    const { hook, server } = await startHooked();
    for (let n = 0; n < 2; n++) await server.login('wechat', 'larry');
    await server.call('registerByUsername', { body: { username: 'Mei', password } });
    await server.call('loginByUsername', { body: { username: 'Mei', password } });
    await server.call('loginAnonymously');
    const heard = hook.asked.map(({ data: { method, name, openid } }) => [method, name, openid !== null]);
    expect(heard).toEqual([
      ['wechat', null, true],
      ['username', 'Mei', false],
      ['anonymous', null, false],
    ]);
  });

  it.each([
    ['registerByUsername', { username: 'Mei', password }],
    ['registerByEmail', { email: 'mei@example.com', password }],
    ['registerByPhone', { phone, password }],
    ['loginAnonymously', {}],
  ] as const)('that denies %s: 403, no user, and a line in the log alone', async (operation, body) => {
    const { hook, server } = await startHooked();
    hook.decide = () => ({ decision: 'deny' });
    expect(await server.call(operation, { body })).toMatchObject({ status: 403, body: { code: 'request_denied' } });
    expect((await countRows(server)).users).toBe(0);
    expect(await auditOf(server)).toEqual([]);
    expect(server.logLines()).toContainEqual(
      expect.objectContaining({ operation, error: { code: 'request_denied', hook: 'before_register' } }),
    );
  });

  it('that denies platform logins: no user, and returning people still get in', async () => {
    const { hook, server } = await startHooked();
    await server.login('wechat', 'larry');
    hook.decide = () => ({ decision: 'deny' });
    await server.login('wechat', 'larry');
    const silent = await server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'mei') } });
    const code = await server.codeFor('qq', 'mei');
    const authorized = await server.call('authorizedLoginQq', { body: { code, ...(await server.granted('profile', 'qq', 'mei')) } });
    const phoneCode = await server.codeFor('kuaishou', 'ada');
    const granted = await server.granted('phone', 'kuaishou', 'ada');
    const byPhone = await server.call('phoneLoginKuaishou', { body: { code: phoneCode, ...granted } });
    for (const answer of [silent, authorized, byPhone]) expect(answer.body.code).toBe('request_denied');
    expect((await countRows(server)).users).toBe(1);
    const failed = (await auditOf(server)).filter(({ event }) => event === 'login_failed');
    expect(failed.map(({ method, error_code }) => [method, error_code])).toEqual(
      ['wechat', 'qq', 'kuaishou'].map((method) => [method, 'request_denied']),
    );
    const noUser = await server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'mei'), create_user: false } });
    expect(noUser.body.code).toBe('identity_not_found');
  });

  it('is asked about a second account of one phone number', async () => {
    const { hook, server } = await startHooked();
    const { user_info } = await server.login('kuaishou', 'mei');
    await inTransaction(server.tenant, (tx) => verifyLoginName(tx, user_info.id, 'phone', phoneNumberOf(phone)));
    hook.decide = () => ({ decision: 'deny' });
    const body = { code: await server.codeFor('kuaishou', 'larry'), ...(await server.granted('phone', 'kuaishou', 'larry')) };
    expect((await server.call('phoneLoginKuaishou', { body })).body.code).toBe('request_denied');
    expect((await countRows(server)).users).toBe(1);
  });

  it('that challenges a login by SMS: the code stays valid, and a wrong one tells nothing', async () => {
    const { hook, server } = await startHooked();
    await server.call('sendSmsCode', { body: { phone } });
    hook.decide = ({ data }) => (data.challenge_response === 'solved' ? { decision: 'allow' } : captcha);
    const code = await server.smsCodeTo(phone);
    const wrong = code === '000000' ? '000001' : '000000';
    // More often than a code may be tried.
    for (let n = 0; n < 6; n++) {
      expect((await server.call('loginBySmsCode', { body: { phone, code } })).body.code).toBe('challenge_required');
    }
    expect((await server.call('loginBySmsCode', { body: { phone, code: wrong } })).body.code).toBe('sms_code_invalid');
    expect((await server.call('loginBySmsCode', { body: { phone, code } })).body.code).toBe('challenge_required');
    expect(await auditOf(server)).toMatchObject([{ event: 'login_failed', error_code: 'sms_code_invalid' }]);
    const solved = await server.call('loginBySmsCode', { body: { phone, code }, headers: { 'X-Challenge-Response': 'solved' } });
    expect(solved.status).toBe(201);
    expect((await server.call('loginBySmsCode', { body: { phone, code } })).body.code).toBe('sms_code_invalid');
  });
});

describe('a hook that', { tags: 'fault' }, () => {
  it.each([
    ['answers 500', 500, '{}'],
    ['answers HTML', 200, '<html>'],
    ['answers nothing', 200, ''],
    ['decides something else', 200, '{"decision":"maybe"}'],
    ['challenges with nothing', 200, '{"decision":"challenge"}'],
    ['challenges with too much', 200, JSON.stringify({ decision: 'challenge', challenge: { a: 'x'.repeat(5000) } })],
    ['redirects', 302, ''],
  ])('%s: 503, or allowed if it fails open', async (_fault, status, body) => {
    for (const fail_open of [false, true]) {
      const { hook, server } = await startHooked({ fail_open });
      hook.decide = (_asked, response) => void response.writeHead(status, { Location: 'http://127.0.0.1:1/' }).end(body);
      const answer = await server.call('loginAnonymously');
      if (fail_open) expect(answer.status).toBe(201);
      else expect(answer).toMatchObject({ status: 503, body: { code: 'hook_unavailable' } });
    }
  });

  it('never answers: 503 within its timeout', async () => {
    const { hook, server } = await startHooked({ timeout: 100 });
    hook.decide = () => undefined;
    expect((await server.call('loginAnonymously')).body.code).toBe('hook_unavailable');
  });

  it('is down: 503, and after some failures it is left alone for a while', async () => {
    const server = await startServer({
      rateLimited: false,
      configure: (app) => ({ ...app, hooks: hooksAt('http://127.0.0.1:1/decide') }),
    });
    for (let n = 0; n < 11; n++) expect((await server.call('loginAnonymously')).body.code).toBe('hook_unavailable');
    expect(server.logLines().filter(({ msg }) => String(msg).startsWith('circuit opened'))).toHaveLength(1);
  });

  it('has an address that becomes private: 503, and no connection', async () => {
    const { hook, server } = await startHooked();
    const { before_sms, before_register } = server.app.hooks;
    for (const settings of [before_sms, before_register]) if (settings) settings.allow_private = false;
    expect((await server.call('loginAnonymously')).body.code).toBe('hook_unavailable');
    expect(hook.asked).toEqual([]);
  });
});

describe('an answer to a challenge', () => {
  it.each([
    ['of more than 2048 characters', 'x'.repeat(2049)],
    ['that is not ASCII', 'é'],
  ])('%s is a 400', async (_case, response) => {
    const server = await startServer();
    const answer = await server.call('loginAnonymously', { headers: { 'X-Challenge-Response': response } });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: '/headers/x-challenge-response' }] } });
  });
});
