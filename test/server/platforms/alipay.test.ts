import { createCipheriv, createPrivateKey, createPublicKey } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { readPrivateKey } from '../../../server/platforms/rsaKeys.ts';
import { sandboxKeys } from '../../../server/sandbox/alipayKeys.ts';
import { certificates, serials } from '../../support/alipayCertificates.ts';
import { errorOf, type GatewayServer, isSignedByApp, replyOf, signedByAlipay, startGateway, tokenOf } from '../../support/alipayGateway.ts';
import { countRows } from '../../support/rows.ts';
import { askSandbox } from '../../support/sandbox.ts';
import { startServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const tokenMethod = 'alipay.system.oauth.token';
const openid = '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5';
const userId = '2088102150477652';
const unionid = 'o1W8UTk-kX6wcAnXpEP3wSgn0lu5sGNt';

let server: GatewayServer;
const logIn = (code = 'a-code', more: object = {}) => server.call('silentLoginAlipay', { body: { code, ...more } });
/** Logs in a person of whom Alipay reports these ids. */
async function logInAs(ids: object) {
  server.answer(() => tokenOf(ids));
  const { status, body } = await logIn();
  expect(status).toBe(201);
  return body;
}

describe("the gateway's call", () => {
  beforeEach(async () => {
    server = await startGateway({}, { now: () => 1_795_255_200 });
  });

  it('is signed with the app’s key, and has its parameters in the URL and those of the method in the body', async () => {
    expect((await logIn('code-1')).status).toBe(201);
    const [call] = server.calls;
    expect(call?.url).toEqual({
      app_id: '2021000000000001',
      method: tokenMethod,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2026-11-21 18:00:00',
      version: '1.0',
      sign: expect.any(String),
    });
    expect(call?.form).toEqual({ grant_type: 'authorization_code', code: 'code-1' });
    expect(call && isSignedByApp(call)).toBe(true);
  });

  it.each([
    ['braces and quotes in text', `{"note":"}],\\"sign\\":\\"x\\"{[","open_id":"${openid}" , "access_token":"a"}`],
    ['white space', ` {\n "open_id" : "${openid}"\n} `],
    ['escaped characters', `{"open_id":"\\u0030${openid.slice(1)}","nick":"\\\\\\"}"}`],
    ['a code of success', `{"code":"10000","msg":"Success","open_id":"${openid}"}`],
    ['numbers for text', `{"code":10000,"user_id":2088102150477652,"open_id":"${openid}","union_id":""}`],
  ])('accepts a reply with %s, whose signature is over its text', async (_case, text) => {
    server.answer(() => replyOf(tokenMethod, text.trim()).replace(text.trim(), text));
    expect((await logIn()).body).toMatchObject({ openid, unionid: '' });
  });

  it('accepts a reply whose slashes were escaped after it was signed', async () => {
    const text = `{"open_id":"${openid}","url":"https:\\/\\/a"}`;
    server.answer(() => `{"alipay_system_oauth_token_response":${text},"sign":"${signedByAlipay(text.replaceAll('\\/', '/'))}"}`);
    expect((await logIn()).status).toBe(201);
  });
});

describe('a reply that cannot be trusted', { tags: 'fault' }, () => {
  beforeEach(async () => {
    server = await startGateway();
  });
  const value = `{"open_id":"${openid}"}`;
  const key = 'alipay_system_oauth_token_response';

  it.each([
    ['unsigned', `{"${key}":${value}}`, /unsigned/],
    ['signed with an empty text', `{"${key}":${value},"sign":""}`, /unsigned/],
    ['signed wrongly', `{"${key}":${value},"sign":"${signedByAlipay(`${value} `)}"}`, /wrong signature/],
    ['signed for another value', `{"${key}":{"open_id":"x"},"sign":"${signedByAlipay(value)}"}`, /wrong signature/],
    [
      'an error that is signed wrongly',
      `{"error_response":{"code":"40002","sub_code":"isv.code-invalid"},"sign":"AAAA"}`,
      /wrong signature/,
    ],
    ['an unsigned error within the answer that claims success', `{"${key}":{"code":"10000","open_id":"x"}}`, /unsigned/],
    ['two values', `{"${key}":${value},"${key}":{"open_id":"x"},"sign":"${signedByAlipay(value)}"}`, /not a JSON object/],
    ['HTML', '<html>busy</html>', /not a JSON object/],
    ['empty', '', /not a JSON object/],
    ['a list', `[${value}]`, /not a JSON object/],
    ['another method', replyOf('alipay.user.info.share', value), /no answer/],
    ['a value of the wrong type', replyOf(tokenMethod, '"text"'), /undocumented shape/],
    ['no id', replyOf(tokenMethod, '{"access_token":"a","open_id":"","user_id":null}'), /neither/],
    ['an id that no database keeps', replyOf(tokenMethod, '{"open_id":"a\\u0000"}'), /undocumented shape/],
    ['an id of half a character', replyOf(tokenMethod, '{"open_id":"a\\ud83d"}'), /undocumented shape/],
  ])('%s: 502 platform_failed, and nothing is stored', async (_case, reply, fault) => {
    server.answer(() => reply);
    expect(await logIn()).toMatchObject({ status: 502, body: { code: 'platform_failed' } });
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
    expect(JSON.stringify(server.logLines())).toMatch(fault);
  });
});

describe("Alipay's refusals", { tags: 'fault' }, () => {
  beforeEach(async () => {
    server = await startGateway({ error_codes: { 'isv.own-code': 'person_blocked' } });
  });

  it.each([
    ['40002', 'isv.code-invalid', 400, 'code_invalid', undefined],
    ['40002', 'isv.invalid-signature', 500, 'app_misconfigured', /private_key/],
    ['40002', 'isv.invalid-app-id', 500, 'app_misconfigured', /app_id/],
    ['40002', 'isv.invalid-timestamp', 500, 'app_misconfigured', /clock/],
    ['20001', 'aop.invalid-app-auth-token', 500, 'app_misconfigured', /rights/],
    ['40006', 'isv.insufficient-isv-permissions', 500, 'app_misconfigured', /rights/],
    ['40005', 'isv.app-call-limited', 429, 'platform_rate_limited', undefined],
    ['40005', 'isv.anything', 429, 'platform_rate_limited', undefined],
    ['20000', 'isp.unknow-error', 503, 'platform_busy', undefined],
    ['20000', 'aop.anything', 503, 'platform_busy', undefined],
    ['40004', 'isv.own-code', 403, 'person_blocked', undefined],
    ['40004', 'constructor', 502, 'platform_failed', undefined],
    [40002, undefined, 502, 'platform_failed', undefined],
  ] as const)('%s %s: %i %s', async (code, sub_code, status, expected, check) => {
    server.answer(() => errorOf({ code, msg: 'no', sub_code, sub_msg: 'why' }));
    expect(await logIn()).toMatchObject({ status, body: { code: expected } });
    const log = JSON.stringify(server.logLines());
    expect(log).toContain(sub_code ?? '40002');
    if (check) expect(log).toMatch(check);
  });

  it("may be under the method's key, and unsigned", async () => {
    const error = { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.code-invalid', sub_msg: '无效' };
    for (const reply of [replyOf(tokenMethod, JSON.stringify(error)), JSON.stringify({ error_response: error })]) {
      server.answer(() => reply);
      expect(await logIn()).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
    }
  });
});

describe('certificate mode', () => {
  const mode = { ...certificates, alipay_public_key: undefined };
  const reply = (more: object) => () => replyOf(tokenMethod, `{"open_id":"${openid}"}`, more);

  it('names the certificates in the call, and accepts a reply that names the one of the settings', async () => {
    server = await startGateway(mode);
    server.answer(reply({ alipay_cert_sn: serials.alipay_cert_sn }));
    expect((await logIn()).status).toBe(201);
    const { app_cert_sn, alipay_root_cert_sn } = serials;
    expect(server.calls[0]?.url).toMatchObject({ app_cert_sn, alipay_root_cert_sn });
    expect(server.calls[0] && isSignedByApp(server.calls[0])).toBe(true);
  });

  it.each([
    ['no certificate', {}],
    ['another certificate', { alipay_cert_sn: serials.app_cert_sn }],
  ])('%s in the reply: 502 platform_failed', { tags: 'fault' }, async (_case, more) => {
    server = await startGateway(mode);
    server.answer(reply(more));
    expect(await logIn()).toMatchObject({ status: 502, body: { code: 'platform_failed' } });
    expect(JSON.stringify(server.logLines())).toContain('alipay_cert');
  });
});

describe('settings', () => {
  const own = createPrivateKey({ key: Buffer.from(sandboxKeys.app.private, 'base64'), format: 'der', type: 'pkcs8' });
  const alipayKey = createPublicKey({ key: Buffer.from(sandboxKeys.alipay.public, 'base64'), format: 'der', type: 'spki' });
  const der = (bytes: Buffer) => bytes.toString('base64');

  it.each([
    ['PKCS#8 PEM', String(own.export({ format: 'pem', type: 'pkcs8' }))],
    ['PKCS#1 PEM', String(own.export({ format: 'pem', type: 'pkcs1' }))],
    ['PKCS#1 base64', der(own.export({ format: 'der', type: 'pkcs1' }))],
    ['base64 in lines', sandboxKeys.app.private.replaceAll(/.{64}/g, '$&\n')],
  ])('take the private key as %s', (_case, text) => {
    expect(readPrivateKey(text)?.equals(own)).toBe(true);
  });

  it.each([
    ['PEM', String(alipayKey.export({ format: 'pem', type: 'spki' }))],
    ['PKCS#1 PEM', String(alipayKey.export({ format: 'pem', type: 'pkcs1' }))],
    ['PKCS#1 base64', der(alipayKey.export({ format: 'der', type: 'pkcs1' }))],
  ])("take Alipay's public key as %s", async (_case, alipay_public_key) => {
    server = await startGateway({ alipay_public_key });
    expect((await logIn()).status).toBe(201);
  });

  it.each([
    [{ private_key: 'nonsense' }, 'private_key', 'must be an RSA private key'],
    [{ private_key: sandboxKeys.app.public }, 'private_key', 'must be an RSA private key'],
    [{ alipay_public_key: String(own.export({ format: 'pem', type: 'pkcs8' })) }, 'alipay_public_key', "must be Alipay's RSA public key"],
    [{ alipay_public_key: undefined }, 'alipay_public_key', 'is missing'],
    [{ app_cert: certificates.app_cert }, 'alipay_root_cert', 'is missing: certificate mode needs'],
    [{ alipay_cert: 'nonsense' }, 'alipay_cert', 'must be a certificate'],
    [{ aes_key: 'c2hvcnQ=' }, 'aes_key', 'must be the base64 of 16 bytes'],
  ])('%#: are refused with the name of the field', { tags: 'fault' }, async (settings, field, message) => {
    const issue = { path: ['apps', 0, 'platforms', 'alipay', field], message: expect.stringContaining(message) };
    await expect(startGateway(settings)).rejects.toMatchObject({
      issues: expect.arrayContaining([expect.objectContaining(issue)]),
    });
  });

  it('take the whole address of the gateway', async () => {
    server = await startGateway({ base_url: 'https://openapi.example.com/gateway.do' });
    expect((await logIn()).status).toBe(201);
  });
});

describe("a person's ids", () => {
  beforeEach(async () => {
    server = await startGateway();
  });
  const both = { open_id: openid, user_id: userId };

  it('are open_id as the openid, or else user_id, and both are in _provider', async () => {
    const first = await logInAs({ user_id: userId });
    expect(first).toMatchObject({ openid: userId, user_info: { _provider: { alipay: { openid: userId, user_id: userId } } } });
    const second = await logInAs({ open_id: 'another' });
    expect(second.user_id).not.toBe(first.user_id);
    expect(second.user_info._provider.alipay).toEqual({ openid: 'another', open_id: 'another' });
  });

  it.each([
    ['user_id, both, open_id', [{ user_id: userId }, both, { open_id: openid }, { user_id: userId }, both]],
    ['open_id, both, user_id', [{ open_id: openid }, both, { user_id: userId }, { open_id: openid }]],
    ['both, user_id, open_id', [both, { user_id: userId }, { open_id: openid }]],
    [
      'user_id, open_id, with a union_id',
      [{ user_id: userId, union_id: unionid }, { open_id: openid, union_id: unionid }, { user_id: userId }, both],
    ],
    [
      'open_id, user_id, with a union_id',
      [{ open_id: openid, union_id: unionid }, { user_id: userId, union_id: unionid }, { open_id: openid }, both],
    ],
  ])('find the same user while the app switches: %s', async (_case, steps) => {
    const [first = {}, ...later] = steps;
    const { user_id } = await logInAs(first);
    for (const ids of later) expect((await logInAs(ids)).user_id, JSON.stringify(ids)).toBe(user_id);
    const last = await logInAs({ open_id: openid });
    expect(last).toMatchObject({ user_id, openid, user_info: { _provider: { alipay: { openid, user_id: userId, open_id: openid } } } });
    expect(await countRows(server)).toMatchObject({ users: 1, identities: 1 });
  });

  it('create one user for simultaneous first logins with one or both of them', async () => {
    let turn = 0;
    const replies = [{ user_id: userId }, both, { user_id: userId, union_id: unionid }, { ...both, union_id: unionid }];
    server.answer(() => tokenOf(replies[turn++ % replies.length] ?? both));
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => logIn(`code-${index}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(201));
    expect(new Set(answers.map(({ body }) => body.user_id)).size).toBe(1);
    expect(await countRows(server)).toMatchObject({ users: 1, identities: 1 });
  });

  it('find the user if none may be created', async () => {
    const { user_id } = await logInAs({ user_id: userId, union_id: unionid });
    for (const ids of [both, { open_id: 'o2', union_id: unionid }]) {
      server.answer(({ url }) =>
        url.method === tokenMethod ? tokenOf(ids) : replyOf('alipay.user.info.share', '{"code":"10000","nick_name":"Larry"}'),
      );
      expect((await logIn('c', { create_user: false })).body.user_id).toBe(user_id);
      const granted = await server.call('authorizedLoginAlipay', { body: { code: 'c', create_user: false } });
      expect(granted.body).toMatchObject({ user_id });
    }
  });

  describe('that belong to different users', () => {
    let first: number;
    let second: number;
    beforeEach(async () => {
      first = (await logInAs({ user_id: userId })).user_id;
      second = (await logInAs({ open_id: openid })).user_id;
      server.answer(({ url }) => (url.method === tokenMethod ? tokenOf(both) : replyOf('alipay.user.info.share', '{"code":"10000"}')));
    });

    it('are a conflict that names both, and nothing is changed', { tags: 'fault' }, async () => {
      const before = await server.store.selectFrom('identities').select(['openid', 'former_openid', 'user_id']).orderBy('openid').execute();
      for (const operation of ['silentLoginAlipay', 'authorizedLoginAlipay'] as const) {
        const { status, body } = await server.call(operation, { body: { code: 'c' } });
        expect([status, body.code]).toEqual([409, 'identity_conflict']);
        for (const id of [first, second]) expect(body.error_msg).toContain(String(id));
      }
      const after = await server.store.selectFrom('identities').select(['openid', 'former_openid', 'user_id']).orderBy('openid').execute();
      expect(after).toEqual(before);
    });

    it('are a conflict for a link of neither, which names no one', { tags: 'fault' }, async () => {
      const { token } = await addUser(server);
      const { status, body } = await server.call('linkAlipay', { token, body: { code: 'c' } });
      expect([status, body.code]).toEqual([409, 'identity_conflict']);
      expect(body.error_msg).not.toContain(String(first));
    });

    it('can be merged by one of them, and then both find the survivor', async () => {
      const { token } = await logInAs({ open_id: openid });
      server.answer(() => tokenOf(both));
      const ticket = await server.call('createMergeTicket', { token, body: { platform: 'alipay', code: 'c' } });
      expect(ticket.status).toBe(201);
      const { merge_ticket } = ticket.body;
      const { body: preview } = await server.call('previewMerge', { token, body: { merge_ticket } });
      const choices = Object.fromEntries(preview.conflicts.map((field: string) => [field, 'mine']));
      expect((await server.call('mergeAccounts', { token, body: { merge_ticket, choices } })).status).toBe(200);
      expect((await logInAs(both)).user_id).toBe(second);
      expect((await logInAs({ user_id: userId })).user_id).toBe(second);
    });
  });

  it('are linked with the answer that the published SDK reads', async () => {
    const { id, token } = await addUser(server);
    server.answer(() => tokenOf({ ...both, union_id: unionid }));
    const { status, body } = await server.call('linkAlipay', { token, body: { code: 'c', authorized: false } });
    expect([status, body]).toEqual([
      200,
      { status: 'ok', message: 'User associated.', openid, unionid, alipay_user_id: userId, user_id: id },
    ]);
    expect((await server.call('linkAlipay', { token, body: { code: 'c' } })).status).toBe(200);
    const other = await addUser(server);
    server.answer(() => tokenOf({ user_id: userId }));
    expect(await server.call('linkAlipay', { token: other.token, body: { code: 'c' } })).toMatchObject({
      status: 409,
      body: { code: 'identity_taken' },
    });
  });
});

describe('the profile', () => {
  beforeEach(async () => {
    server = await startGateway();
  });
  const share = 'alipay.user.info.share';
  const granted = (reply: string) => {
    server.answer(({ url }) => (url.method === share ? reply : tokenOf({ open_id: openid, user_id: userId })));
    return server.call('authorizedLoginAlipay', { body: { code: 'c' } });
  };

  it('is fetched with the access token of the exchange', async () => {
    const { body } = await granted(
      replyOf(
        share,
        `{"code":"10000","open_id":"${openid}","nick_name":"Larry","avatar":"https://tfs.alipayobjects.com/a.jpg","gender":"m"}`,
      ),
    );
    expect(server.calls[1]?.form).toEqual({ auth_token: 'authusB1' });
    expect(body.user_info).toMatchObject({ nickname: 'Larry', gender: 1, is_authorized: true });
    expect(body.user_info._provider.alipay).toMatchObject({ nick_name: 'Larry', user_id: userId, open_id: openid });
  });

  it('that is empty leaves the user unauthorised', async () => {
    const { body } = await granted(replyOf(share, '{"code":"10000","nick_name":"","avatar":"","gender":""}'));
    expect(body.user_info).toMatchObject({ nickname: '', avatar: '', is_authorized: false });
  });

  it.each([
    ['refused', errorOf({ code: '40006', msg: 'no', sub_code: 'isv.insufficient-isv-permissions' })],
    ['unsigned', '{"alipay_user_info_share_response":{"code":"10000","nick_name":"Mallory"}}'],
    ['of another person', replyOf(share, '{"code":"10000","open_id":"another","nick_name":"Mallory"}')],
    ['HTML', '<html>'],
  ])('that is %s: the login succeeds without it, and the log says why', { tags: 'fault' }, async (_case, reply) => {
    const { status, body } = await granted(reply);
    expect([status, body.user_info.nickname, body.user_info.is_authorized]).toEqual([201, '', false]);
    expect(server.logLines()).toContainEqual(expect.objectContaining({ msg: expect.stringContaining('could not fetch the profile') }));
  });
});

describe('a phone number', () => {
  const encrypt = (content: object, key = sandboxKeys.aes) => {
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), Buffer.alloc(16));
    return Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]).toString('base64');
  };
  const number = (mobile: string) => encrypt({ code: '10000', msg: 'Success', mobile });
  const logInWith = (response: string, sign?: string) =>
    server.call('phoneLoginAlipay', { body: { code: 'c', response, ...(sign && { sign }) } });
  const signed = (response: string) => signedByAlipay(`"${response}"`);

  it.each([
    ['13800138000', '13800138000'],
    ['44-7911123456', '+447911123456'],
  ])('%s is opened with the key of the app', async (mobile, stored) => {
    server = await startGateway();
    const response = number(mobile);
    const host = JSON.stringify({ response, sign: signed(response), sign_type: 'RSA2', encrypt_type: 'AES', charset: 'UTF-8' });
    for (const answer of [await logInWith(host), await logInWith(response, signed(response))]) {
      expect(answer).toMatchObject({ status: 201, body: { user_info: { _phone: stored, _phone_verified: true } } });
    }
  });

  it.each([
    ['is unsigned', () => [number('13800138000')]],
    ['is signed without the quotes', () => [number('13800138000'), signedByAlipay(number('13800138000'))]],
    ['is signed by the app', () => [number('13800138000'), 'AAAA']],
    [
      'is encrypted with another key',
      () => {
        const text = encrypt({ code: '10000', mobile: '13800138000' }, 'AAAAAAAAAAAAAAAAAAAAAA==');
        return [text, signed(text)];
      },
    ],
    [
      "is Alipay's refusal",
      () => {
        const text = encrypt({ code: '40003', msg: 'Insufficient Conditions', subCode: 'isv.invalid-auth-relations' });
        return [text, signed(text)];
      },
    ],
    ['is in plain text', () => ['{"response":"{\\"code\\":\\"10000\\",\\"mobile\\":\\"13800138000\\"}","sign":"AAAA"}']],
    ['is a plain refusal', () => ['{"code":"40001","msg":"Missing","subCode":"isv.missing-encrypt-key"}']],
    ['is no JSON', () => ['{"response":"no closing brace}']],
    [
      'is no number',
      () => {
        const text = number('not a number');
        return [text, signed(text)];
      },
    ],
  ] as [string, () => [string, string?]][])(
    'that %s: 400 sealed_data_invalid, and nothing is stored',
    { tags: 'fault' },
    async (_case, make) => {
      server = await startGateway();
      expect(await logInWith(...make())).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
      expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
    },
  );

  it('without a signature is accepted in an app that says so', async () => {
    server = await startGateway({ unsigned_phone: true });
    expect((await logInWith(number('13800138000'))).body.user_info).toMatchObject({ _phone: '13800138000' });
  });

  it('is only a claim in an app that does not trust it', async () => {
    server = await startGateway({ sealed_phone: 'unproven' });
    const response = number('13800138000');
    expect((await logInWith(response, signed(response))).body.user_info).toMatchObject({ _phone: '13800138000', _phone_verified: false });
  });

  it('is refused in an app without a key, which keeps the code', { tags: 'fault' }, async () => {
    server = await startGateway({ aes_key: undefined });
    expect(await logInWith(number('13800138000'))).toMatchObject({ status: 405, body: { code: 'login_method_disabled' } });
    expect(server.calls).toEqual([]);
  });

  it('is kept while Alipay switches the ids of the app', async () => {
    server = await startGateway();
    const response = number('13800138000');
    server.answer(() => tokenOf({ open_id: openid, user_id: userId }));
    const { body } = await logInWith(response, signed(response));
    server.answer(() => tokenOf({ user_id: userId }));
    const again = await logInWith(response, signed(response));
    expect([again.status, again.body.user_id]).toEqual([201, body.user_id]);
    const update = { code: 'c', response, sign: signed(response) };
    expect((await server.call('updatePhoneAlipay', { token: body.token, body: update })).status).toBe(200);
  });
});

describe('the sandbox', () => {
  it('switches the ids that it reports', async () => {
    const sandbox = await startServer();
    const report = (ids: string[]) => askSandbox(sandbox, 'alipay/ids', { ids }, 'PUT');
    expect((await report(['user_id'])).status).toBe(200);
    const before = await sandbox.login('alipay', 'larry');
    expect(before.openid).toMatch(/^2088\d{12}$/);
    await report(['open_id', 'user_id']);
    const after = await sandbox.login('alipay', 'larry');
    await report(['open_id']);
    const last = await sandbox.login('alipay', 'larry');
    expect([after.user_id, last.user_id, last.openid]).toEqual([before.user_id, before.user_id, after.openid]);
    expect((await report(['openid'])).status).toBe(400);
  });
});
