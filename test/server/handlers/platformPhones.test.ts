import { describe, expect, it } from 'vitest';
import type { OperationId } from '../../../generated/operations.ts';
import { claimLoginName, verifyLoginName } from '../../../server/accounts/claims.ts';
import { phoneNumberOf } from '../../../server/accounts/phoneNumber.ts';
import type { ErrorCode } from '../../../server/errors.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import { altering, counting } from '../../support/platformReplies.ts';
import { operationOn } from '../../support/platforms.ts';
import { countRows } from '../../support/rows.ts';
import { changePerson } from '../../support/sandbox.ts';
import { type Grant, startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const larrysNumber = '13800138000';

interface Way {
  name: string;
  platform: string;
  logIn: OperationId;
  update: OperationId;
  /** Whether the client sends WeChat's phone code. */
  byCode: boolean;
  /** Whether the app's own key seals numbers, not the person's session key. */
  byAppKey?: boolean;
}
const ways: Way[] = [
  { name: 'WeChat by code', platform: 'wechat', logIn: 'phoneLoginWechat', update: 'updatePhoneWechat', byCode: true },
  { name: 'WeChat sealed', platform: 'wechat', logIn: 'phoneLoginWechat', update: 'updatePhoneWechat', byCode: false },
  { name: 'WeChat v2.5', platform: 'wechat', logIn: 'phoneLoginWechatV25', update: 'updatePhoneWechatV25', byCode: false },
  { name: 'Kuaishou', platform: 'kuaishou', logIn: 'phoneLoginKuaishou', update: 'updatePhoneKuaishou', byCode: false },
  { name: 'Alipay', platform: 'alipay', logIn: 'phoneLoginAlipay', update: 'updatePhoneAlipay', byCode: false, byAppKey: true },
  { name: 'ByteDance by code', platform: 'bytedance', logIn: 'phoneLoginBytedance', update: 'updatePhoneBytedance', byCode: true },
  { name: 'ByteDance sealed', platform: 'bytedance', logIn: 'phoneLoginBytedance', update: 'updatePhoneBytedance', byCode: false },
  { name: 'Xiaohongshu', platform: 'xiaohongshu', logIn: 'phoneLoginXiaohongshu', update: 'updatePhoneXiaohongshu', byCode: false },
];
const sealedWays = ways.filter(({ byCode }) => !byCode);
const sessionKeyWays = sealedWays.filter(({ byAppKey }) => !byAppKey);

const tap = async (server: TestServer, { platform, byCode }: Way, person: string, how?: Grant) => {
  const { code, ...sealed } = await server.granted('phone', platform, person, how);
  return { ...sealed, ...(byCode && { phone_code: code }) };
};
/** The login first, then the tap, as a client must. */
const grantOf = async (server: TestServer, way: Way, person: string, how?: Grant) => ({
  code: await server.codeFor(way.platform, person),
  ...(await tap(server, way, person, how)),
});
const logIn = async (server: TestServer, way: Way, person: string, more: object = {}) =>
  server.call(way.logIn, { body: { ...(await grantOf(server, way, person)), ...more } });
const update = async (server: TestServer, way: Way, token: string, person: string, more: object = {}) =>
  server.call(way.update, { token, body: { ...(await tap(server, way, person)), ...more } });

/** Gives a user a number, proved or merely claimed. */
const verify = ({ tenant }: TestServer, userId: number, phone = larrysNumber) =>
  inTransaction(tenant, (tx) => verifyLoginName(tx, userId, 'phone', phoneNumberOf(phone)));
const claim = ({ tenant }: TestServer, userId: number) =>
  inTransaction(tenant, (tx) => claimLoginName(tx, userId, 'phone', phoneNumberOf(larrysNumber)));
const phoneOf = async ({ store }: TestServer, userId: number) =>
  store.selectFrom('users').select(['phone', 'phone_verified']).where('id', '=', userId).executeTakeFirst();

describe.each(ways)('phone login, $name', (way) => {
  it('creates a user with the number, verified', async () => {
    const server = await startServer();
    const { status, body } = await logIn(server, way, 'larry');
    expect(status).toBe(201);
    expect(body.user_info).toMatchObject({ _phone: larrysNumber, _phone_verified: true, is_authorized: false });
    expect(await countRows(server)).toEqual({ users: 1, identities: 1, sessions: 1 });
  });

  it('keeps the country code of a foreign number', async () => {
    const server = await startServer();
    expect((await logIn(server, way, 'ada')).body.user_info._phone).toBe('+447911123456');
  });

  it('finds the user by openid and sets the number', async () => {
    const server = await startServer();
    const { user_info } = await server.login(way.platform, 'larry');
    await verify(server, user_info.id, '13000000000');
    const { body } = await logIn(server, way, 'larry', { create_user: false });
    expect(body.user_info).toMatchObject({ id: user_info.id, _phone: larrysNumber, _phone_verified: true });
  });

  it.each([true, false])('links the identity to the user who verified the number (create_user %s)', async (create_user) => {
    const server = await startServer();
    const { user_info } = await server.login('qq', 'larry');
    await verify(server, user_info.id);
    const { body } = await logIn(server, way, 'larry', { create_user });
    expect(body.user_info.id).toBe(user_info.id);
    expect(Object.keys(body.user_info._provider).sort()).toEqual([way.platform, 'qq'].sort());
  });

  it('refuses a stranger if no user may be created, and stores nothing', async () => {
    const server = await startServer();
    const reply = await logIn(server, way, 'larry', { create_user: false });
    expect(reply).toMatchObject({ status: 404, body: { code: 'identity_not_found' } });
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });

  it('takes the number from a user who only claims it, without linking the accounts', async () => {
    const server = await startServer();
    const { user_info: claimant } = await server.login('qq', 'mei');
    await claim(server, claimant.id);
    const { body } = await logIn(server, way, 'larry');
    expect(body.user_info.id).not.toBe(claimant.id);
    expect(await phoneOf(server, claimant.id)).toEqual({ phone: null, phone_verified: 0 });
  });

  it('moves a verified number whose owner has another way to log in', async () => {
    const server = await startServer();
    const { user_info: larry } = await server.login(way.platform, 'larry');
    const { user_info: mei } = await server.login('qq', 'mei');
    await verify(server, mei.id);
    expect((await logIn(server, way, 'larry')).body.user_info.id).toBe(larry.id);
    expect([await phoneOf(server, larry.id), await phoneOf(server, mei.id)]).toEqual([
      { phone: larrysNumber, phone_verified: 1 },
      { phone: null, phone_verified: 0 },
    ]);
  });

  it("refuses a number that is another user's only way to log in, and changes nothing", async () => {
    const server = await startServer();
    const { user_info: larry } = await server.login(way.platform, 'larry');
    const owner = await addUser(server, { phone: larrysNumber, phone_verified: 1 });
    expect(await logIn(server, way, 'larry')).toMatchObject({ status: 409, body: { code: 'phone_sole_login' } });
    expect([await phoneOf(server, larry.id), await phoneOf(server, owner.id)]).toMatchObject([{ phone: null }, { phone: larrysNumber }]);
  });

  it('creates a user for another person of the platform, and moves the number', async () => {
    const server = await startServer();
    const { user_info: mei } = await server.login(way.platform, 'mei');
    await verify(server, mei.id);
    expect(await logIn(server, way, 'larry', { create_user: false })).toMatchObject({ status: 404 });
    const { body } = await logIn(server, way, 'larry');
    expect(body.user_info).toMatchObject({ _phone: larrysNumber, _phone_verified: true, _phone_proved: larrysNumber });
    expect(body.user_info.id).not.toBe(mei.id);
    expect(await phoneOf(server, mei.id)).toEqual({ phone: null, phone_verified: 0 });
  });

  it('creates one user for many simultaneous first logins of one person', async () => {
    const server = await startServer();
    const bodies: object[] = [];
    for (let grant = 0; grant < 10; grant++) bodies.push(await grantOf(server, way, 'larry'));
    const replies = await Promise.all(bodies.map((body) => server.call(way.logIn, { body })));
    expect(new Set(replies.map(({ body }) => body.user_info?.id)).size).toBe(1);
    expect(await countRows(server)).toEqual({ users: 1, identities: 1, sessions: 10 });
  });

  it('leaves no number, code or sealed data in the log', async () => {
    const server = await startServer();
    const body = await grantOf(server, way, 'larry');
    await server.call(way.logIn, { body });
    await server.call(way.logIn, { body });
    const log = JSON.stringify(server.logLines());
    for (const secret of [larrysNumber, ...Object.values(body)]) expect(log).not.toContain(secret);
  });
});

describe.each(sealedWays)('sealed number, $name', (way) => {
  it.each(['stale_key', 'garbage', 'wrong_appid'] as const)('that is %s is a 400 and stores nothing', async (tamper) => {
    const server = await startServer();
    const body = await grantOf(server, way, 'larry', { tamper });
    expect(await server.call(way.logIn, { body })).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });
});

describe.each(sessionKeyWays)('number tapped before the login, $name', (way) => {
  it('does not open, because the login changed the session key', async () => {
    const server = await startServer();
    const tapped = await tap(server, way, 'larry');
    expect(await logIn(server, way, 'larry', tapped)).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
  });
});

describe('phone code', () => {
  const byCode = ways[0] as Way;
  const withCode = async (server: TestServer, phone_code: unknown) => logIn(server, byCode, 'larry', { phone_code });
  const phoneCode = async (server: TestServer, person: string, how?: Grant) => (await server.granted('phone', 'wechat', person, how)).code;

  it('takes precedence over sealed data', async () => {
    const server = await startServer();
    const stale = await server.granted('phone', 'wechat', 'larry', { tamper: 'stale_key' });
    const { encryptedData, iv } = stale;
    expect((await logIn(server, byCode, 'larry', { encryptedData, iv })).status).toBe(201);
  });

  it('is ignored in v2.5', async () => {
    const server = await startServer();
    const { status } = await logIn(server, ways[2] as Way, 'larry', { phone_code: 'neverGiven' });
    expect(status).toBe(201);
  });

  const bad: [string, ErrorCode, (server: TestServer) => Promise<unknown>][] = [
    ['was never given', 'phone_code_invalid', async () => 'neverGiven'],
    ['is a login code', 'phone_code_invalid', (server) => server.codeFor('wechat', 'larry')],
    ['is of another app', 'phone_code_invalid', (server) => phoneCode(server, 'larry', { app_id: 'another-app' })],
    ['is of another person', 'phone_code_invalid', (server) => phoneCode(server, 'mei')],
  ];
  it.each(bad)('that %s is a 400 %s and stores nothing', async (_case, code, give) => {
    const server = await startServer();
    expect(await withCode(server, await give(server))).toMatchObject({ status: 400, body: { code } });
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });

  it('can be used once', async () => {
    const server = await startServer();
    const code = await phoneCode(server, 'larry');
    expect((await withCode(server, code)).status).toBe(201);
    expect(await withCode(server, code)).toMatchObject({ status: 400, body: { code: 'phone_code_invalid' } });
  });

  it('is valid for five minutes', async () => {
    let time = 1_800_000_000;
    const server = await startServer({ now: () => time });
    const code = await phoneCode(server, 'larry');
    time += 300;
    expect(await withCode(server, code)).toMatchObject({ status: 400, body: { code: 'phone_code_invalid' } });
  });

  it('is not a login code', async () => {
    const server = await startServer();
    const reply = await logIn(server, byCode, 'larry', { code: await phoneCode(server, 'larry') });
    expect(reply).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
  });

  it('works if WeChat is busy once', async () => {
    const server = await startServer();
    expect((await withCode(server, await phoneCode(server, 'larry', { fault: { kind: 'busy', times: 1 } }))).status).toBe(201);
  });

  it.each([
    ['hang', 504, 'platform_timeout'],
    ['html', 502, 'platform_failed'],
    ['reset', 502, 'platform_failed'],
    ['server_error', 502, 'platform_failed'],
  ] as const)('is not sent twice if %s may have used it up', async (kind, status, code) => {
    const { fetch, sent } = counting();
    const server = await startServer({ fetch, platformTimeout: 300 });
    expect(await withCode(server, await phoneCode(server, 'larry', { fault: { kind } }))).toMatchObject({ status, body: { code } });
    expect(sent('/getuserphonenumber')).toBe(1);
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });

  it("whose number has another app's watermark is an error of the platform", async () => {
    const watermark = { appid: 'another-app', timestamp: 0 };
    const phone_info = { phoneNumber: larrysNumber, purePhoneNumber: larrysNumber, countryCode: 86, watermark };
    const server = await startServer({ fetch: altering('/getuserphonenumber', () => ({ errcode: 0, errmsg: 'ok', phone_info })) });
    expect(await logIn(server, byCode, 'larry')).toMatchObject({ status: 502, body: { code: 'platform_failed' } });
  });
});

describe.each(ways)('phone update, $name', (way) => {
  it('sets the number, verified', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login(way.platform, 'larry');
    const { status, body } = await update(server, way, token, 'larry');
    expect([status, body.id, body._phone, body._phone_verified]).toEqual([200, user_info.id, larrysNumber, true]);
  });

  it('replaces another number unless overwrite is false', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login(way.platform, 'larry');
    await verify(server, user_info.id, '13000000000');
    const kept = await update(server, way, token, 'larry', { overwrite: false });
    expect(kept).toMatchObject({ status: 400, body: { code: 'phone_already_bound' } });
    expect(await phoneOf(server, user_info.id)).toMatchObject({ phone: '13000000000' });
    expect((await update(server, way, token, 'larry')).body._phone).toBe(larrysNumber);
    expect((await update(server, way, token, 'larry', { overwrite: false })).status).toBe(200);
  });

  it("refuses a number that is another user's only way to log in, and takes one that is claimed, or verified by a user with another way", async () => {
    const server = await startServer();
    const { token } = await server.login(way.platform, 'larry');
    const { user_info: mei } = await server.login('qq', 'mei');
    await claim(server, mei.id);
    expect((await update(server, way, token, 'larry')).status).toBe(200);
    expect(await phoneOf(server, mei.id)).toMatchObject({ phone: null });
    const { user_info: ada } = await server.login('qq', 'ada');
    await verify(server, ada.id, '+447911123456');
    const { token: other } = await server.login(way.platform, 'ada');
    expect((await update(server, way, other, 'ada')).body._phone_proved).toBe('+447911123456');
    expect(await phoneOf(server, ada.id)).toEqual({ phone: null, phone_verified: 0 });
    await server.store.deleteFrom('login_names').execute();
    await server.store.updateTable('users').set({ phone: null, phone_verified: 0 }).execute();
    await addUser(server, { phone: '+447911123456', phone_verified: 1 });
    // Another session key, with which the number has not counted yet; an app's key stays.
    if (way.byAppKey) await server.store.updateTable('identities').set({ sealed_numbers: null }).execute();
    const { token: again } = await server.login(way.platform, 'ada');
    expect(await update(server, way, again, 'ada')).toMatchObject({ status: 409, body: { code: 'phone_sole_login' } });
  });

  it('is not for anonymous users', async () => {
    const server = await startServer();
    const { token } = await server.login(way.platform, 'larry');
    await server.store.updateTable('users').set({ is_anonymous: 1 }).execute();
    expect(await update(server, way, token, 'larry')).toMatchObject({ status: 403, body: { code: 'anonymous_forbidden' } });
  });

  it.each([
    ['none', {}, 'session_required'],
    ['an unknown one', { Authorization: 'Hydrogen-r1 x' }, 'session_invalid'],
  ])('needs a session, and has %s', async (_case, headers, code) => {
    const server = await startServer();
    const reply = await server.call(way.update, { headers, body: await tap(server, way, 'larry') });
    // Published clients turn exactly these statuses into their 604.
    if (way.platform === 'kuaishou') expect(reply).toMatchObject({ status: 403, body: { code: 'session_forbidden' } });
    else expect(reply).toMatchObject({ status: 401, body: { code } });
  });

  it('is refused if the app has no entry for the platform', async () => {
    const server = await startServer({
      configure: (app) => ({ ...app, content_check: 'off', platforms: { ...app.platforms, [way.platform]: undefined } }),
    });
    const { token } = await server.login('qq', 'larry');
    expect(await update(server, way, token, 'larry')).toMatchObject({ status: 405, body: { code: 'login_method_disabled' } });
  });
});

describe.each(sessionKeyWays)('sealed phone update, $name', (way) => {
  it('does not open after a newer login changed the session key, and does once the server has seen that login', async () => {
    const server = await startServer();
    const { token } = await server.login(way.platform, 'larry');
    const code = await server.codeFor(way.platform, 'larry');
    expect(await update(server, way, token, 'larry')).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    await server.call(operationOn('silentLogin', way.platform), { body: { code } });
    expect((await update(server, way, token, 'larry')).status).toBe(200);
  });

  it('does not open for a user without an identity of the platform', async () => {
    const server = await startServer();
    const { token } = await server.login('qq', 'larry');
    expect(await update(server, way, token, 'larry')).toMatchObject({ status: 400, body: { code: 'session_key_expired' } });
  });

  it('does not open if the session key was sealed with an earlier secret key', async () => {
    const server = await startServer();
    const { token } = await server.login(way.platform, 'larry');
    await server.store.updateTable('identities').set({ session_key: 'earlier.sealed' }).execute();
    expect(await update(server, way, token, 'larry')).toMatchObject({ status: 400, body: { code: 'session_key_expired' } });
  });
});

describe("phone update by the app's key", () => {
  it('is refused for a user without an identity of the platform', async () => {
    const server = await startServer();
    const { token } = await server.login('qq', 'larry');
    const body = await server.granted('phone', 'alipay', 'larry');
    expect(await server.call('updatePhoneAlipay', { token, body })).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
  });

  it('takes a number that was tapped before the login', async () => {
    const server = await startServer();
    const body = await server.granted('phone', 'alipay', 'larry');
    const { token } = await server.login('alipay', 'larry');
    expect(await server.call('updatePhoneAlipay', { token, body })).toMatchObject({ status: 200, body: { _phone: larrysNumber } });
  });

  it('gives a number that moved to another user back only by SMS', async () => {
    const server = await startServer();
    const body = await server.granted('phone', 'alipay', 'larry');
    const { token } = await server.login('alipay', 'larry');
    expect((await server.call('updatePhoneAlipay', { token, body })).status).toBe(200);
    expect((await server.call('updatePhoneAlipay', { token, body })).status).toBe(200);
    await changePerson(server, 'mei', { phone: larrysNumber });
    const { token: other, user_info: mei } = await server.login('kuaishou', 'mei');
    expect((await update(server, ways[3] as Way, other, 'mei')).status).toBe(200);
    expect(await server.call('updatePhoneAlipay', { token, body })).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
    expect(await phoneOf(server, mei.id)).toEqual({ phone: larrysNumber, phone_verified: 1 });
  });
});

describe('phone update by code', () => {
  const byCode = ways[0] as Way;

  it('needs no WeChat identity', async () => {
    const server = await startServer();
    const { token } = await server.login('qq', 'larry');
    expect((await update(server, byCode, token, 'larry')).body._phone).toBe(larrysNumber);
  });

  it('refuses the code of another person than the user’s WeChat identity', async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    expect(await update(server, byCode, token, 'mei')).toMatchObject({ status: 400, body: { code: 'phone_code_invalid' } });
  });
});
