import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPrivateKey } from '../../../server/platforms/rsaKeys.ts';
import { sandboxPrivateKey } from '../../../server/sandbox/bytedanceKey.ts';
import { password } from '../../support/accounts.ts';
import { altering, counting } from '../../support/platformReplies.ts';
import { withSettings } from '../../support/platforms.ts';
import { countRows } from '../../support/rows.ts';
import { askSandbox } from '../../support/sandbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const configured = (settings: object) => withSettings('bytedance', settings);

/** The codes of `tt.login` in a host app. */
async function codesIn(server: TestServer, person: string, more: object = {}): Promise<{ code?: string; anonymousCode: string }> {
  const response = await askSandbox(server, 'bytedance/login', { person, ...more });
  return (await response.json()) as { code?: string; anonymousCode: string };
}

async function logInOn(server: TestServer, host_app: string, app_name: string | undefined, person = 'larry', headers = {}) {
  const { code } = await codesIn(server, person, host_app === 'douyin' ? {} : { host_app });
  return server.call('silentLoginBytedance', { body: { code, ...(app_name !== undefined && { app_name }) }, headers });
}

describe('host apps of ByteDance', () => {
  it('have one identity each, which the unionid joins to one user; each login answers its own openid', async () => {
    const server = await startServer();
    const douyin = (await logInOn(server, 'douyin', 'Douyin')).body;
    const there = (await logInOn(server, 'toutiao', 'toutiao')).body;
    expect(there.user_id).toBe(douyin.user_id);
    expect([there.openid === douyin.openid, there.unionid]).toEqual([false, douyin.unionid]);
    expect(there.user_info._provider.bytedance).toMatchObject({ openid: there.openid, app_name: 'toutiao' });
    expect((await logInOn(server, 'douyin', 'douyin')).body).toMatchObject({ user_id: douyin.user_id, openid: douyin.openid });
    const { body } = await server.call('listIdentities', { token: there.token });
    expect(body.objects.map(({ app_id }: { app_id: string }) => app_id).sort()).toEqual([
      'sandbox-bytedance/douyin',
      'sandbox-bytedance/toutiao',
    ]);
  });

  it('may be unnamed, or named otherwise: a known openid is the same identity', async () => {
    const server = await startServer();
    const first = (await logInOn(server, 'douyin', 'douyin')).body;
    for (const name of [undefined, '', 'a-third', 'x'.repeat(64)]) {
      expect((await logInOn(server, 'douyin', name)).body).toMatchObject({ user_id: first.user_id, openid: first.openid });
    }
    expect(await countRows(server)).toMatchObject({ users: 1, identities: 1 });
  });

  it('that no client names are two identities of one user, too', async () => {
    const server = await startServer();
    const first = (await logInOn(server, 'douyin', undefined)).body;
    const second = (await logInOn(server, 'toutiao', undefined)).body;
    expect([second.user_id, second.openid === first.openid]).toEqual([first.user_id, false]);
    expect((await logInOn(server, 'toutiao', 'toutiao')).body.user_id).toBe(first.user_id);
    expect(await countRows(server)).toMatchObject({ users: 1, identities: 2 });
  });

  it('can be linked to one account, one after the other, but not two people of the same', async () => {
    const server = await startServer();
    const { body: mei } = await server.call('registerByUsername', { body: { username: 'mei', password } });
    const link = async (person: string, host_app: string | undefined, app_name: string) => {
      const { code } = await codesIn(server, person, { host_app });
      return server.call('linkBytedance', { token: mei.token, body: { code, app_name } });
    };
    expect((await link('mei', undefined, 'douyin')).status).toBe(200);
    expect((await link('mei', 'toutiao', 'toutiao')).status).toBe(200);
    expect(await link('larry', 'toutiao', 'toutiao')).toMatchObject({ status: 409, body: { code: 'platform_already_linked' } });
  });

  it('each have a session key: sealed numbers open with that of the named one', async () => {
    const server = await startServer();
    const { token } = (await logInOn(server, 'toutiao', 'toutiao', 'mei')).body;
    const { encryptedData, iv } = await server.granted('phone', 'bytedance', 'mei');
    const reply = await server.call('updatePhoneBytedance', { token, body: { encryptedData, iv, app_name: 'Toutiao' } });
    expect(reply).toMatchObject({ status: 200, body: { _phone: '13900139000', _phone_verified: true } });
  });

  it('first logins at once that name different host apps: one user, with one identity', { tags: 'fault' }, async () => {
    const server = await startServer();
    const replies = await Promise.all(['douyin', 'toutiao', 'douyin_lite'].map((app_name) => logInOn(server, 'douyin', app_name)));
    expect(new Set(replies.map(({ body }) => body.user_info.id)).size).toBe(1);
    expect(await countRows(server)).toMatchObject({ users: 1, identities: 1 });
  });

  it('have long or strange names, which fit; a number is refused by its field', async () => {
    const server = await startServer();
    expect((await logInOn(server, 'douyin', ' 今日头条 / Lite ')).status).toBe(201);
    const { code } = await codesIn(server, 'mei');
    const reply = await server.call('silentLoginBytedance', { body: { code, app_name: 1 } });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: '/body/app_name' }] } });
  });
});

describe('a person who is signed out of the host app', () => {
  async function logInDevice(server: TestServer, person = 'larry') {
    const { code, anonymousCode } = await codesIn(server, person, { signed_out: true });
    expect(code).toBeUndefined();
    return server.call('silentLoginBytedance', { body: { anonymous_code: anonymousCode, app_name: 'douyin' } });
  }

  it('gets the anonymous user of the device', async () => {
    const server = await startServer();
    const { status, body } = await logInDevice(server);
    expect([status, body.user_info._anonymous]).toEqual([201, true]);
    expect((await logInDevice(server)).body.user_id).toBe(body.user_id);
    const { code } = await codesIn(server, 'larry');
    const link = await server.call('linkBytedance', { token: body.token, body: { code } });
    expect(link).toMatchObject({ status: 403, body: { code: 'anonymous_forbidden' } });
  });

  it('registers and keeps the user, whom the device no longer logs in to', async () => {
    const server = await startServer();
    const { token, user_id } = (await logInDevice(server)).body;
    const { body } = await server.call('registerByUsername', { token, body: { username: 'larry', password } });
    expect(body.user_id).toBe(user_id);
    expect((await logInDevice(server)).body.user_id).not.toBe(user_id);
  });

  it('needs one of the codes', async () => {
    const server = await startServer();
    const reply = await server.call('silentLoginBytedance', { body: { app_name: 'douyin' } });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ path: '/body/code' }] } });
    const used = { body: { anonymous_code: 'unknown' } };
    expect(await server.call('silentLoginBytedance', used)).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
  });

  it('may have signed in since: both codes are exchanged, and the code decides', async () => {
    const server = await startServer();
    const { code, anonymousCode } = await codesIn(server, 'larry');
    const { body } = await server.call('silentLoginBytedance', { body: { code, anonymous_code: anonymousCode } });
    expect(body.user_info._anonymous).toBe(false);
    expect((await logInOn(server, 'douyin', undefined)).body.user_id).toBe(body.user_id);
  });
});

describe("ByteDance's exchanges", () => {
  it.each(['v1', 'mini_game'])('%s finds the same person as v2, and reports a wrong code', async (exchange) => {
    const server = await startServer({
      configure: configured({ exchange }),
      otherApps: (app) => [{ ...app, client_id: 'other', pool: 'other', content_check: 'off' }],
    });
    const older = await server.login('bytedance', 'larry');
    const newer = await logInOn(server, 'douyin', undefined, 'larry', { 'X-Hydrogen-Client-ID': 'other' });
    expect(newer.body.openid).toBe(older.openid);
    const wrong = await server.call('silentLoginBytedance', { body: { code: 'wrong' } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
  });

  it('go to the documented address of each, with the fields in the body or the query', async () => {
    const sent: string[] = [];
    for (const exchange of ['v2', 'mini_game']) {
      const server = await startServer({
        configure: configured({ exchange, base_url: undefined }),
        fetch: async (input, init) => {
          sent.push(`${init?.method ?? 'GET'} ${String(input).split('?')[0]} ${init?.body ?? ''}`);
          return Response.json({ err_no: 0, error: 0, data: { openid: 'o1', session_key: 'k' }, openid: 'o1', session_key: 'k' });
        },
      });
      expect((await server.call('silentLoginBytedance', { body: { code: 'c', anonymous_code: 'a' } })).status).toBe(201);
    }
    expect(sent).toEqual([
      'POST https://developer.toutiao.com/api/apps/v2/jscode2session {"appid":"sandbox-bytedance","secret":"sandbox-secret-of-bytedance","code":"c","anonymous_code":"a"}',
      'GET https://minigame.zijieapi.com/mgplatform/api/apps/jscode2session ',
    ]);
  });
});

describe("ByteDance's sealed profile", () => {
  it('names no person: the code alone decides, and the watermark names the app', async () => {
    const server = await startServer();
    const code = await server.codeFor('bytedance', 'larry');
    const { userInfo, ...grant } = await server.granted('profile', 'bytedance', 'larry');
    expect(JSON.parse(String(grant.rawData))).not.toHaveProperty('openId');
    const { status, body } = await server.call('authorizedLoginBytedance', { body: { code, app_name: 'douyin', ...grant } });
    expect([status, body.user_info.nickname]).toEqual([201, 'Larry。']);
    const again = await server.codeFor('bytedance', 'larry');
    const { userInfo: _shown, ...foreign } = await server.granted('profile', 'bytedance', 'larry', { tamper: 'wrong_appid' });
    const refused = await server.call('authorizedLoginBytedance', { body: { code: again, ...foreign } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
  });
});

describe("ByteDance's phone codes", () => {
  const tokens = ['/oauth/stable_client_token/', '/oauth/client_token/'];
  const info = '/api/apps/v1/get_phonenumber_info/';
  async function logInByPhone(server: TestServer, person = 'larry', more: object = {}) {
    const code = await server.codeFor('bytedance', person);
    const { code: phone_code } = await server.granted('phone', 'bytedance', person);
    return server.call('phoneLoginBytedance', { body: { code, phone_code, ...more } });
  }

  it.each(['stable', 'classic'])('are exchanged with one %s token for all calls', async (client_token) => {
    const { fetch, sent } = counting();
    const server = await startServer({ configure: configured({ client_token }), fetch });
    for (const person of ['larry', 'mei']) expect((await logInByPhone(server, person)).body.user_info._phone_verified).toBe(true);
    expect([...tokens.map(sent), sent(info)]).toEqual([...(client_token === 'stable' ? [1, 0] : [0, 1]), 2]);
  });

  it('with a refused token are sent again with a new one', async () => {
    const { fetch: send, sent } = counting();
    let refusals = 1;
    const server = await startServer({
      fetch: async (input, init) => {
        if (new URL(String(input)).pathname.endsWith(info) && refusals-- > 0)
          return Response.json({ err_no: 28001008, err_msg: 'expired' });
        return send(input, init);
      },
    });
    expect((await logInByPhone(server)).status).toBe(201);
    expect(tokens.map(sent)).toEqual([2, 1]);
  });

  it('are believed: a foreign number keeps its country code', async () => {
    const server = await startServer({ configure: configured({ sealed_phone: 'unproven' }) });
    expect((await logInByPhone(server, 'ada')).body.user_info).toMatchObject({ _phone: '+447911123456', _phone_verified: true });
  });

  it('of an app without a private key give way to the sealed number, or say what is missing', async () => {
    const server = await startServer({ configure: configured({ private_key: undefined }) });
    const code = await server.codeFor('bytedance', 'larry');
    const { code: phone_code, ...sealed } = await server.granted('phone', 'bytedance', 'larry');
    expect(sealed).toMatchObject({ encryptedData: expect.any(String), iv: expect.any(String) });
    const { body } = await server.call('phoneLoginBytedance', { body: { code, phone_code, ...sealed } });
    expect(body.user_info._phone_verified).toBe(true);
    expect(await logInByPhone(server, 'mei')).toMatchObject({ status: 500, body: { code: 'app_misconfigured' } });
    expect(server.logLines().find(({ check }) => check)).toMatchObject({ check: expect.stringMatching(/^private_key/) });
  });

  it('do not add a number to an account in an old session, because nothing says whose code it is', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const { token } = await server.login('bytedance', 'larry');
    await server.call('updateAccount', { token, body: { username: 'larry', new_password: password } });
    clock.time += 3601;
    const { code: phone_code } = await server.granted('phone', 'bytedance', 'larry');
    const reply = await server.call('updatePhoneBytedance', { token, body: { phone_code } });
    expect(reply).toMatchObject({ status: 401, body: { code: 'login_not_fresh' } });
  });

  const { privateKey: another } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

  it.each([
    ['another key in APPS_FILE', { configure: configured({ private_key: another }) }, 'app_misconfigured'],
    ['no base64', { fetch: altering(info, (reply) => ({ ...reply, data: '<html>' })) }, 'app_misconfigured'],
    ['no data', { fetch: altering(info, (reply) => ({ ...reply, data: {} })) }, 'platform_failed'],
    ['a quota', { fetch: altering(info, () => ({ err_no: '28003017', err_msg: 'quota' })) }, 'platform_rate_limited'],
    ['an expired code', { fetch: altering(info, () => ({ err_no: 28005187 })) }, 'phone_code_invalid'],
    ['an unknown number', { fetch: altering(info, () => ({ err_no: 1 })) }, 'platform_failed'],
    [
      'a wrong secret',
      { fetch: altering(tokens[0] ?? '', () => ({ data: { error_code: 10013, description: '?' } })) },
      'app_misconfigured',
    ],
    ['too many tokens', { fetch: altering(tokens[0] ?? '', () => ({ data: { error_code: 10020 } })) }, 'platform_rate_limited'],
    ['a token of a wrong type', { fetch: altering(tokens[0] ?? '', () => ({ data: { access_token: 1 } })) }, 'platform_failed'],
  ] as const)('%s: the declared error', { tags: 'fault' }, async (_case, options, code) => {
    expect((await logInByPhone(await startServer(options))).body.code).toBe(code);
  });
});

describe("ByteDance's private_key", () => {
  const key = readPrivateKey(sandboxPrivateKey);
  const der = (type: 'pkcs1' | 'pkcs8') => key?.export({ type, format: 'der' }).toString('base64') ?? '';
  const pem = (type: 'pkcs1' | 'pkcs8') => String(key?.export({ type, format: 'pem' }));

  it.each([
    ['PKCS#8 in PEM', pem('pkcs8')],
    ['PKCS#1 in PEM', pem('pkcs1')],
    ['PKCS#8 in base64', der('pkcs8')],
    ['PKCS#1 in base64', der('pkcs1')],
  ])('may be %s', (_case, text) => {
    expect(readPrivateKey(text)?.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  it.each(['key', '-----BEGIN PRIVATE KEY-----', '…'])('must not be %s', { tags: 'fault' }, async (private_key) => {
    await expect(startServer({ configure: configured({ private_key }) })).rejects.toThrow(/private_key/);
  });
});
