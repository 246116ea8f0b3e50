// @module-tag fault
import { describe, expect, it } from 'vitest';
import type { OperationId } from '../../../generated/operations.ts';
import { sandboxApp } from '../../../server/sandbox/sandbox.ts';
import { createDatabase } from '../../support/database.ts';
import { altering } from '../../support/platformReplies.ts';
import { withSettings } from '../../support/platforms.ts';
import { changePerson } from '../../support/sandbox.ts';
import { forge, frameWith, givingKey, sealWith, sessionKey, signWith } from '../../support/sealing.ts';
import { type Reply, type ServerOptions, startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const number = '13911112222';
const platforms = ['wechat', 'kuaishou'] as const;
type Platform = (typeof platforms)[number];
const named = (kind: string, platform: string) => `${kind}${platform[0]?.toUpperCase()}${platform.slice(1)}` as OperationId;

const stored = ({ store }: TestServer) =>
  Promise.all((['users', 'identities', 'sessions', 'login_names'] as const).map((table) => store.selectFrom(table).selectAll().execute()));

/** The sandbox's app, with sealed numbers worth what a test says. */
const withSealedPhone = (sealed_phone: 'believed' | 'unproven') => (app: ReturnType<typeof sandboxApp>) => ({
  ...app,
  platforms: Object.fromEntries(
    Object.entries(app.platforms).map(([name, entry]) => [
      name,
      (platforms as readonly string[]).includes(name) ? { ...entry, sealed_phone } : entry,
    ]),
  ),
});

/** A server whose logins on a platform all give the session key that the tests know. */
const startKnowing = (platform: string, options: ServerOptions = {}) => startServer({ fetch: givingKey(platform), ...options });

/** A number as the platform seals it. */
function sealedNumber(platform: Platform, { phone = number, at = Math.floor(Date.now() / 1000), ...more }: Record<string, unknown> = {}) {
  const watermark = { timestamp: at, appid: `sandbox-${platform}` };
  const wechat = { phoneNumber: phone, purePhoneNumber: phone, countryCode: '86', watermark };
  return { ...(platform === 'wechat' ? wechat : { phoneNumber: phone, countryCode: '86', watermark }), ...more };
}

/** Logs in with whatever is sealed with the key that the tests know. */
const phoneLogin = async (
  server: TestServer,
  platform: Platform,
  sealed: Parameters<typeof sealWith>[0],
  more: object = {},
  person = 'larry',
) => server.call(named('phoneLogin', platform), { body: { code: await server.codeFor(platform, person), ...sealWith(sealed), ...more } });

describe.each(platforms)('on %s, a profile whose first block is forged into a number', (platform) => {
  /** The nickname is the number that is wanted, at the beginning of a block. */
  const forged = async (server: TestServer) => {
    await changePerson(server, 'mallory', { nickname: `AAA${number}` });
    const code = await server.codeFor(platform, 'mallory');
    const { encryptedData, iv, rawData } = (await server.granted('profile', platform, 'mallory')) as Record<string, string>;
    return { code, ...forge({ encryptedData: encryptedData ?? '', iv: iv ?? '' }, rawData ?? '', '{"phoneNumber":"') };
  };

  it('logs in as the owner of the number: refused, and nothing is stored', async () => {
    const server = await startServer();
    await addUser(server, { phone: number, phone_verified: 1 });
    const before = await stored(server);
    const reply = await server.call(named('phoneLogin', platform), { body: await forged(server) });
    expect(reply).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    expect(await stored(server)).toEqual(before);
  });

  it("sets the number of the session's user: refused", async () => {
    const server = await startServer();
    const { token, user_info } = await server.login(platform, 'mallory');
    const body = await forged(server);
    const reply = await server.call(named('updatePhone', platform), { token, body });
    expect(reply).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    expect(await readUser(server, user_info.id)).toMatchObject({ phone: null, phone_verified: 0 });
  });
});

describe.each(platforms)("on %s, sealed data that is not the platform's number", (platform) => {
  const now = Math.floor(Date.now() / 1000);
  const good = sealedNumber(platform);
  const text = JSON.stringify(good);
  const watermark = { timestamp: now, appid: `sandbox-${platform}` };
  const faults: [string, Parameters<typeof sealWith>][] = [
    ['another key', [text, Buffer.alloc(16, 7).toString('base64')]],
    ['no JSON', ['not JSON']],
    ['nothing', ['']],
    ['no object', ['null']],
    ['a list', [[good]]],
    ['bytes that are no UTF-8', [Buffer.from(`{"x":"\xff",${text.slice(1)}`, 'latin1')]],
    ['bytes that are no UTF-8 in a name', [Buffer.from(text.replace('countryCode', 'country\xc3'), 'latin1')]],
    ['a number named twice', [`{"phoneNumber":"${number}",${text.slice(1)}`]],
    ['a number named twice, once with escapes', [`{"\\u0070hone\\u004eumber":"${number}",${text.slice(1)}`]],
    ['an app named twice', [text.replace('"appid"', '"appid":"another-app","appid"')]],
    ['a control character in a name', [text.replace('countryCode', 'country\u0014Code')]],
    ['a nickname added', [{ ...good, nickName: 'Larry' }]],
    ['an avatar added', [{ ...good, avatarUrl: 'a' }]],
    ['an openId added, as profiles have', [{ ...good, openId: 'o' }]],
    ['an unknown name added', [{ ...good, extra: 1 }]],
    ['a prototype', [`{"__proto__":{"phoneNumber":"${number}"},${text.slice(1)}`]],
    ['another name in the watermark', [{ ...good, watermark: { ...watermark, extra: 1 } }]],
    ['another app', [{ ...good, watermark: { ...watermark, appid: 'another-app' } }]],
    ['a day of ten years ago', [{ ...good, watermark: { ...watermark, timestamp: 1_470_000_000 } }]],
    ['eleven minutes of age', [{ ...good, watermark: { ...watermark, timestamp: now - 660 } }]],
    ['an hour to come', [{ ...good, watermark: { ...watermark, timestamp: now + 3600 } }]],
    ['a time as text', [{ ...good, watermark: { ...watermark, timestamp: String(now) } }]],
    ['no number', [{ ...good, phoneNumber: '' }]],
    ['letters', [{ ...good, phoneNumber: '1391111222x' }]],
    ['digits of another alphabet', [{ ...good, phoneNumber: '１３９１１１１２２２２' }]],
    ['a number of another country', [{ ...good, phoneNumber: `+44${number}` }]],
    ['a pure number that is another', [{ ...good, purePhoneNumber: '13800138000' }]],
    ['a profile', [{ nickName: 'Larry', openId: 'o', watermark }]],
  ];
  const wechatFaults: typeof faults = [
    ['no time', [{ ...good, watermark: { appid: 'sandbox-wechat' } }]],
    ['no watermark', [{ ...good, watermark: undefined }]],
    ['no pure number', [{ ...good, purePhoneNumber: undefined }]],
    ['no country code', [{ ...good, countryCode: undefined }]],
    ['a mobile added', [{ ...good, mobile: number }]],
  ];
  const kuaishouFaults: typeof faults = [
    ['the openid of another person', [{ ...good, open_id: 'another' }]],
    ['a mobile that is another', [{ ...good, mobile: '13800138000' }]],
  ];
  const all = [...faults, ...(platform === 'wechat' ? wechatFaults : kuaishouFaults)];

  /** All that an attacker can see of a refusal, and all that stays of it. */
  const traces = async (server: TestServer, { status, body: { request_id, ...body }, headers }: Reply) => ({
    status,
    body,
    headers: [...headers.keys()],
    stored: await stored(server),
    limits: (
      await server.store.selectFrom('rate_limits').select(['limit_name', 'used']).orderBy('limit_name').orderBy('used').execute()
    ).map(({ limit_name, used }) => `${limit_name} ${used}`),
    audit: await server.store.selectFrom('audit_entries').select(['event', 'user_id', 'method']).execute(),
  });

  it('does not reveal its fault in a login: response, store, limits and audit trail are the same', async () => {
    const server = await startKnowing(platform);
    const seen = new Set<string>();
    for (const [, sealed] of all) {
      const body = { code: await server.codeFor(platform, 'larry'), ...sealWith(...sealed) };
      seen.add(JSON.stringify(await traces(server, await server.call(named('phoneLogin', platform), { body }))));
      await server.store.deleteFrom('rate_limits').execute();
    }
    expect([...seen]).toEqual([expect.stringContaining('"sealed_data_invalid"')]);
  });

  it.each(all)('has %s: an update is refused, and only the log says why', async (_case, sealed) => {
    const server = await startKnowing(platform);
    const { token, user_info } = await server.login(platform, 'larry');
    const reply = await server.call(named('updatePhone', platform), { token, body: sealWith(...sealed) });
    expect(reply).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    expect(await readUser(server, user_info.id)).toMatchObject({ phone: null });
    expect(server.logLines().find(({ error }) => error?.code === 'sealed_data_invalid')?.error.fault).toEqual(expect.any(String));
  });

  it('has none of these faults: accepted', async () => {
    const server = await startKnowing(platform);
    const { status, body } = await phoneLogin(server, platform, good);
    expect([status, body.user_info._phone, body.user_info._phone_verified]).toEqual([201, number, true]);
  });

  it.each([
    ['ciphertext of no whole block', { encryptedData: `${'A'.repeat(28)}` }],
    ['an iv that is too long', { iv: 'A'.repeat(64) }],
    ['an iv that is too short', { iv: 'A'.repeat(22).slice(0, 22).replace(/A$/, '=') }],
  ])('has %s: refused', async (_case, odd) => {
    const server = await startKnowing(platform);
    expect((await phoneLogin(server, platform, good, odd)).status).toBe(400);
  });
});

describe('on Kuaishou, fields that an app adds to a sealed number', () => {
  const configured = (phone_fields: string[]) => withSettings('kuaishou', { phone_fields });

  it('are accepted and ignored', async () => {
    const server = await startKnowing('kuaishou', { configure: configured(['carrier']) });
    expect((await phoneLogin(server, 'kuaishou', sealedNumber('kuaishou', { carrier: 'mobile' }))).status).toBe(201);
    expect((await phoneLogin(server, 'kuaishou', sealedNumber('kuaishou', { nickName: 'Larry' }), {}, 'mei')).status).toBe(400);
  });

  it.each(['nickName', 'avatarUrl', 'openId', 'open_id', 'nick_name'])('must not be %s, which profiles have', async (field) => {
    await expect(startServer({ configure: configured([field]) })).rejects.toThrow('must not pass for numbers');
  });
});

describe('ten failures of one identity', () => {
  const bad = (key = 'A') => ({ encryptedData: key.repeat(64), iv: 'A'.repeat(22) });
  /** How each verb that opens something is tried with data that does not open. */
  const tries: Record<string, (server: TestServer, platform: string, headers?: Record<string, string>) => Promise<Reply>> = {
    phoneLogin: async (server, platform, headers) =>
      server.call(named('phoneLogin', platform), {
        headers: headers ?? {},
        body: { code: await server.codeFor(platform, 'larry'), ...bad() },
      }),
    authorizedLogin: async (server, platform, headers) => {
      const granted = await server.granted('profile', platform, 'larry');
      const code = await server.codeFor(platform, 'larry');
      return server.call(named('authorizedLogin', platform), { headers: headers ?? {}, body: { ...granted, code } });
    },
  };

  it.each([
    ['phoneLogin', 'wechat'],
    ['phoneLogin', 'kuaishou'],
    ['authorizedLogin', 'wechat'],
    ['authorizedLogin', 'qq'],
    ['authorizedLogin', 'kuaishou'],
  ])('of %s on %s: all further data is a 429, including valid data, in other environments and processes', async (verb, platform) => {
    const database = await createDatabase();
    const server = await startServer({ database });
    const attempt = tries[verb] ?? expect.unreachable();
    for (let failure = 0; failure < 5; failure++) {
      expect((await attempt(server, platform)).status).toBe(400);
      expect((await attempt(server, platform, { 'X-Hydrogen-Env-ID': 'staging' })).status).toBe(400);
    }
    expect((await attempt(server, platform)).body.code).toBe('rate_limited');
    expect((await attempt(server, platform, { 'X-Hydrogen-Env-ID': 'staging' })).body.code).toBe('rate_limited');
    const code = await server.codeFor(platform, 'larry');
    const what = verb === 'phoneLogin' ? 'phone' : 'profile';
    const { code: _phone, ...right } = await server.granted(what, platform, 'larry');
    const other = await startServer({
      database,
      fetch: server.services.fetch,
      configure: () => sandboxApp(`${server.origin}/sandbox`),
    });
    const reply = await other.call(named(verb, platform), { body: { ...right, code } });
    expect([reply.status, reply.body.code, reply.headers.has('retry-after')]).toEqual([429, 'rate_limited', true]);
    expect(await stored(server)).toEqual([[], [], [], []]);
  });

  it('are forgotten after a quarter of an hour, and do not count for others', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const attempt = tries.phoneLogin ?? expect.unreachable();
    for (let failure = 0; failure <= 10; failure++) await attempt(server, 'kuaishou');
    expect((await attempt(server, 'kuaishou')).status).toBe(429);
    const mei = { code: await server.codeFor('kuaishou', 'mei'), ...(await server.granted('phone', 'kuaishou', 'mei')) };
    expect((await server.call('phoneLoginKuaishou', { body: mei })).status).toBe(201);
    clock.time += 900;
    expect((await attempt(server, 'kuaishou')).status).toBe(400);
  });

  it('at once are counted like consecutive ones', async () => {
    const server = await startServer();
    const attempt = tries.phoneLogin ?? expect.unreachable();
    const replies = await Promise.all(Array.from({ length: 30 }, () => attempt(server, 'wechat')));
    expect(replies.filter(({ status }) => status === 400)).toHaveLength(10);
  });

  it('of updates in a session count with those of logins', async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    for (let failure = 0; failure < 10; failure++) await server.call('updatePhoneWechatV25', { token, body: bad() });
    expect((await server.call('updatePhoneWechatV25', { token, body: bad() })).status).toBe(429);
    expect((await (tries.phoneLogin ?? expect.unreachable())(server, 'wechat')).status).toBe(429);
  });

  it('that are signatures count like the others', async () => {
    const server = await startServer();
    const attempt = async () => {
      const granted = await server.granted('profile', 'qq', 'larry', { tamper: 'bad_signature' });
      return server.call('authorizedLoginQq', { body: { ...granted, code: await server.codeFor('qq', 'larry') } });
    };
    for (let failure = 0; failure < 10; failure++) expect((await attempt()).body.code).toBe('signature_invalid');
    expect((await attempt()).status).toBe(429);
  });

  it('that find no user count too: with create_user false, at most ten answers reveal whether data opened', async () => {
    const server = await startKnowing('kuaishou');
    const attempt = () => phoneLogin(server, 'kuaishou', sealedNumber('kuaishou'), { create_user: false });
    for (let failure = 0; failure < 10; failure++) expect((await attempt()).body.code).toBe('identity_not_found');
    expect((await attempt()).status).toBe(429);
  });

  it('of many identities at one address are limited to a hundred in all', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, rate_limits: { sealed_ip: { limit: 3 } } }) });
    const attempt = async (who: string) =>
      server.call('phoneLoginKuaishou', { body: { code: await server.codeFor('kuaishou', who), ...bad() } });
    for (const who of ['a', 'b', 'c']) expect((await attempt(who)).status).toBe(400);
    expect((await attempt('d')).body.code).toBe('rate_limited');
  });
});

describe.each(['wechat', 'qq', 'kuaishou'])('on %s, with create_user false and no user', (platform) => {
  it.each([
    'stale_key',
    'garbage',
    'wrong_appid',
    'wrong_openid',
    'bad_signature',
    undefined,
  ] as const)('a profile that is %s: the same 404 as a good one, and nothing was opened', async (tamper) => {
    const server = await startServer();
    const body = {
      code: await server.codeFor(platform, 'larry'),
      ...(await server.granted('profile', platform, 'larry', tamper && { tamper })),
      create_user: false,
    };
    expect(await server.call(named('authorizedLogin', platform), { body })).toMatchObject({
      status: 404,
      body: { code: 'identity_not_found' },
    });
    expect(await stored(server)).toEqual([[], [], [], []]);
  });
});

describe('a profile whose sealed part differs from the signed one', () => {
  it.each([
    ['wechat', 'link'],
    ['qq', 'link'],
    ['kuaishou', 'link'],
    ['wechat', 'updateProfile'],
    ['wechat', 'authorizedLogin'],
    ['qq', 'authorizedLogin'],
    ['kuaishou', 'authorizedLogin'],
  ])('on %s, by %s: refused, and none of it is returned or stored', async (platform, verb) => {
    const server = await startKnowing(platform);
    const session = verb === 'link' ? await addUser(server) : verb === 'updateProfile' ? await server.login(platform, 'larry') : undefined;
    const before = await stored(server);
    const shown = { nickName: 'Larry', gender: 1, avatarUrl: 'https://example.com/a' };
    const watermark = { timestamp: 1, appid: `sandbox-${platform}` };
    const body = {
      code: await server.codeFor(platform, 'larry'),
      ...signWith(shown),
      ...sealWith({ ...shown, avatarUrl: 'hidden-avatar', watermark }),
    };
    const reply = await server.call(named(verb, platform), { token: session?.token, body });
    expect(reply).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    expect(JSON.stringify(reply.body)).not.toContain('hidden-avatar');
    expect(await stored(server)).toEqual(before);
  });
});

describe.each(platforms)('on %s, a number that was opened', (platform) => {
  it('is sent again after its owner has another: refused', async () => {
    const server = await startKnowing(platform);
    const { token, user_info } = await server.login(platform, 'larry');
    const update = (content: object, iv?: Buffer<ArrayBuffer>) =>
      server.call(named('updatePhone', platform), { token, body: sealWith(content, sessionKey, iv) });
    const old = sealedNumber(platform);
    expect((await update(old)).status).toBe(200);
    expect((await update(old)).status).toBe(200);
    expect((await update(sealedNumber(platform, { phone: '13800138000' }))).body._phone).toBe('13800138000');
    for (const again of [old, Object.fromEntries(Object.entries(old).reverse())]) {
      expect(await update(again, Buffer.alloc(16, 9))).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    }
    expect(await phoneLogin(server, platform, old)).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    expect(await readUser(server, user_info.id)).toMatchObject({ phone: '13800138000', phone_verified: 1 });
  });

  it('is sent again under another session key: accepted', async () => {
    let key = sessionKey;
    const server = await startServer({ fetch: givingKey(platform, () => key) });
    const old = sealedNumber(platform);
    expect((await phoneLogin(server, platform, old)).status).toBe(201);
    expect((await phoneLogin(server, platform, sealedNumber(platform, { phone: '13800138000' }))).status).toBe(201);
    key = Buffer.alloc(16, 5).toString('base64');
    const body = { code: await server.codeFor(platform, 'larry'), ...sealWith(old, key) };
    expect((await server.call(named('phoneLogin', platform), { body })).body.user_info?._phone).toBe(number);
  });

  it('is used five times at once: accepted once', async () => {
    const server = await startKnowing(platform);
    const { token, user_info } = await server.login(platform, 'larry');
    const body = sealWith(sealedNumber(platform));
    await Promise.all(Array.from({ length: 5 }, () => server.call(named('updatePhone', platform), { token, body })));
    const { sealed_numbers } = await server.store.selectFrom('identities').select('sealed_numbers').executeTakeFirstOrThrow();
    expect(sealed_numbers?.split(' ')).toHaveLength(2);
    expect(await readUser(server, user_info.id)).toMatchObject({ phone: number, phone_verified: 1 });
  });
});

describe.each(platforms)('on %s, a sealed number in an app that does not believe them', (platform) => {
  const configure = withSealedPhone('unproven');

  it('that another user has verified: 409, and nothing is stored', async () => {
    const server = await startKnowing(platform, { configure });
    await addUser(server, { phone: number, phone_verified: 1 });
    const before = await stored(server);
    expect(await phoneLogin(server, platform, sealedNumber(platform))).toMatchObject({ status: 409, body: { code: 'phone_taken' } });
    expect(await stored(server)).toEqual(before);
  });

  it('that no user has: a claim, and its owner gets a new account by SMS', async () => {
    const server = await startKnowing(platform, { configure });
    const { body } = await phoneLogin(server, platform, sealedNumber(platform));
    expect(body.user_info).toMatchObject({ _phone: number, _phone_verified: false });
    await server.call('sendSmsCode', { body: { phone: number } });
    const owner = await server.call('loginBySmsCode', { body: { phone: number, code: await server.smsCodeTo(number) } });
    expect(owner.body).toMatchObject({ _phone: number, _phone_verified: true });
    expect(owner.body.id).not.toBe(body.user_info.id);
  });

  it('with create_user false: finds no user, whether it opens or not', async () => {
    const server = await startKnowing(platform, { configure });
    await addUser(server, { phone: number, phone_verified: 1 });
    for (const sealed of [sealedNumber(platform), 'garbage']) {
      expect(await phoneLogin(server, platform, sealed, { create_user: false })).toMatchObject({
        status: 404,
        body: { code: 'identity_not_found' },
      });
    }
  });

  it('in an update: a claim, which replaces a verified number only in a recent session', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startKnowing(platform, { configure, now: () => clock.time });
    const { token } = await server.login(platform, 'larry');
    const update = (phone: string) =>
      server.call(named('updatePhone', platform), { token, body: sealWith(sealedNumber(platform, { phone, at: clock.time })) });
    expect((await update(number)).body).toMatchObject({ _phone: number, _phone_verified: false });
    await server.store.updateTable('users').set({ phone_verified: 1 }).execute();
    expect((await update(number)).body).toMatchObject({ _phone: number, _phone_verified: true });
    clock.time += 3601;
    expect(await update('13800138000')).toMatchObject({ status: 401, body: { code: 'login_not_fresh' } });
  });
});

it('sealed numbers without a setting: unproven on WeChat, believed on Kuaishou', async () => {
  const server = await startServer({
    configure: (app) => JSON.parse(JSON.stringify(app, (name, value) => (name === 'sealed_phone' ? undefined : value))),
  });
  expect([server.app.platforms.wechat?.phone?.sealed, server.app.platforms.kuaishou?.phone?.sealed]).toEqual(['unproven', 'believed']);
});

describe('on Baidu, which signs nothing', () => {
  const key = Buffer.alloc(24, 4).toString('base64');
  const fetch = altering('/jscode2sessionkey', (reply) => ({ ...reply, session_key: key }));
  const logIn = async (server: TestServer, sealed: object) =>
    server.call('authorizedLoginBaidu', { body: { code: await server.codeFor('baidu', 'larry'), ...sealed } });

  it.each([
    ['another key', frameWith('{"nickname":"Larry"}', Buffer.alloc(24, 5).toString('base64'))],
    ['another app', frameWith('{"nickname":"Larry"}', key, 'another-app')],
    ['bytes that are no UTF-8', frameWith(Buffer.from('{"nickname":"Larry\xff"}', 'latin1'), key)],
    ['two nicknames', frameWith('{"nickname":"Larry","nickname":"Mei"}', key)],
    ['another person', frameWith('{"nickname":"Larry","openid":"mei"}', key)],
    ['a phone number', frameWith('{"mobile":"13800138000"}', key)],
    ['no frame', { data: sealWith('{}').encryptedData.slice(0, 24), iv: 'A'.repeat(22) }],
  ])('a profile with %s: refused like any other, and counted', async (_case, sealed) => {
    const server = await startServer({ fetch });
    const reply = await logIn(server, sealed);
    expect(reply).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    expect(await stored(server)).toEqual([[], [], [], []]);
    for (let failure = 1; failure < 10; failure++) await logIn(server, sealed);
    expect((await logIn(server, frameWith('{"nickname":"Larry"}', key))).status).toBe(429);
  });

  it('a nickname with raw control characters: accepted without them', async () => {
    const server = await startServer({ fetch });
    expect((await logIn(server, frameWith('\uFEFF{"nickname":"A\u0014\t\nB"}', key))).body.user_info.nickname).toBe('AB');
  });

  it('a unionid in it: ignored', async () => {
    const server = await startServer({ fetch });
    const { body } = await logIn(server, frameWith('{"nickname":"A","unionid":"u","unionId":"u"}', key));
    expect([body.user_info.unionid, JSON.stringify(body).includes('"u"')]).toEqual(['', false]);
  });
});
