// @module-tag fault
import { describe, expect, it } from 'vitest';
import type { OperationId } from '../../../generated/operations.ts';
import { altering, counting } from '../../support/platformReplies.ts';
import { changePerson } from '../../support/sandbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const larrysNumber = '13800138000';
const phoneCode = async (server: TestServer, person = 'larry') => (await server.granted('phone', 'wechat', person)).code;
const named = (kind: string, platform: string) => `${kind}${platform[0]?.toUpperCase()}${platform.slice(1)}` as OperationId;

describe('a phone code alone, without anything sealed', () => {
  it('logs in with a login code', async () => {
    const server = await startServer();
    const body = { code: await server.codeFor('wechat', 'larry'), phone_code: await phoneCode(server) };
    const reply = await server.call('phoneLoginWechat', { body });
    expect([reply.status, reply.body.user_info._phone, reply.body.user_info._phone_verified]).toEqual([201, larrysNumber, true]);
  });

  it('updates the number', async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    const { body } = await server.call('updatePhoneWechat', { token, body: { phone_code: await phoneCode(server) } });
    expect(body).toMatchObject({ _phone: larrysNumber, _phone_verified: true });
  });

  it("logs the session's user in without a login code, and asks WeChat for its owner", async () => {
    const asked: unknown[] = [];
    const server = await startServer({
      fetch(input, init) {
        if (String(input).includes('getuserphonenumber')) asked.push(JSON.parse(String(init?.body)).openid);
        return fetch(input, init);
      },
    });
    const { token, user_info } = await server.login('wechat', 'larry');
    const reply = await server.call('phoneLoginWechat', { token, body: { phone_code: await phoneCode(server) } });
    expect(reply).toMatchObject({ status: 201, body: { user_info: { id: user_info.id, _phone: larrysNumber, _phone_verified: true } } });
    expect(reply.body.token).not.toBe(token);
    expect(asked).toEqual([user_info.openid]);
  });

  it.each([
    ['no session', async () => undefined],
    ['an unknown session', async () => 'x'.repeat(43)],
    ['an anonymous session', async (server: TestServer) => (await server.call('loginAnonymously')).body.token],
  ])('needs a login code with %s: an error that names it, and the phone code is not used', async (_case, openSession) => {
    const { fetch, sent } = counting();
    const server = await startServer({ fetch });
    const body = { phone_code: await phoneCode(server) };
    const reply = await server.call('phoneLoginWechat', { token: await openSession(server), body });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ path: '/body/code' }] } });
    expect(sent('/getuserphonenumber')).toBe(0);
  });

  it('of another person, in a session: refused, and no number is set', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    for (const operation of ['phoneLoginWechat', 'updatePhoneWechat'] as const) {
      const reply = await server.call(operation, { token, body: { phone_code: await phoneCode(server, 'mei') } });
      expect(reply).toMatchObject({ status: 400, body: { code: 'phone_code_invalid' } });
    }
    expect(await readUser(server, user_info.id)).toMatchObject({ phone: null });
  });

  it.each([
    {},
    { code: 'any' },
    { encryptedData: 'A'.repeat(24) },
    { code: 'any', iv: 'A'.repeat(24) },
    { code: 'any', encryptedData: 'A'.repeat(24) },
  ])('is missing, and so is a part of its replacement: an error that names %j', async (body) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    for (const operation of ['phoneLoginWechat', 'updatePhoneWechat'] as const) {
      const reply = await server.call(operation, { token, body });
      expect(reply).toMatchObject({
        status: 400,
        body: { code: 'request_invalid', errors: [{ message: 'is missing' }] },
      });
    }
  });

  it('is ignored by the older versions, which require sealed data', async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    for (const operation of ['phoneLoginWechatV25', 'updatePhoneWechatV25'] as const) {
      const reply = await server.call(operation, { token, body: { code: 'any', phone_code: await phoneCode(server) } });
      expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
    }
  });
});

describe("WeChat's unusual reply to a phone code: an error of the platform, not the client's", () => {
  const good = {
    phoneNumber: larrysNumber,
    purePhoneNumber: larrysNumber,
    countryCode: '86',
    watermark: { appid: 'sandbox-wechat', timestamp: 0 },
  };
  it.each([
    ['names another app', { ...good, watermark: { ...good.watermark, appid: 'another-app' } }],
    ['has no number', { ...good, phoneNumber: '', purePhoneNumber: '' }],
    ['says two numbers', { ...good, purePhoneNumber: '13900139000' }],
    ['is of another country', { ...good, countryCode: '44' }],
    ['lacks the pure number', { ...good, purePhoneNumber: undefined }],
    ['has no watermark', { ...good, watermark: undefined }],
  ])('%s', async (_case, phone_info) => {
    const server = await startServer({ fetch: altering('/getuserphonenumber', () => ({ errcode: 0, errmsg: 'ok', phone_info })) });
    const body = { code: await server.codeFor('wechat', 'larry'), phone_code: await phoneCode(server) };
    expect(await server.call('phoneLoginWechat', { body })).toMatchObject({ status: 502, body: { code: 'platform_failed' } });
  });
});

describe.each(['wechat', 'kuaishou'])('on %s, a fresh login code with a number that was sealed after it', (platform) => {
  const update = async (server: TestServer, token: string, code: unknown, person = 'larry') => {
    const { encryptedData, iv } = await server.granted('phone', platform, person);
    return server.call(named('updatePhone', platform), { token, body: { code, encryptedData, iv } });
  };

  it('opens the number, and the session stays', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login(platform, 'larry');
    const code = await server.codeFor(platform, 'larry');
    expect((await update(server, token, undefined)).body.code).toBe('sealed_data_invalid');
    expect(await update(server, token, code)).toMatchObject({
      status: 200,
      body: { id: user_info.id, _phone: larrysNumber, _phone_verified: true },
    });
    expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(200);
    // Its key is the one of now.
    expect((await update(server, token, undefined)).status).toBe(200);
  });

  it.each(['mei', 'a-stranger'])('of %s: refused, and nothing is stored', async (person) => {
    const server = await startServer();
    await server.login(platform, 'mei');
    const { token, user_info } = await server.login(platform, 'larry');
    const before = await server.store.selectFrom('identities').selectAll().execute();
    const reply = await update(server, token, await server.codeFor(platform, person), person);
    expect(reply).toMatchObject({ status: 400, body: { code: 'code_foreign' } });
    expect(await server.store.selectFrom('identities').selectAll().execute()).toEqual(before);
    expect(await readUser(server, user_info.id)).toMatchObject({ phone: null });
  });

  it('that is invalid: refused', async () => {
    const server = await startServer();
    const { token } = await server.login(platform, 'larry');
    expect(await update(server, token, 'neverGiven')).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
  });
});

describe('an old session', () => {
  const startOld = async (platform: string) => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const { token, user_info } = await server.login(platform, 'larry');
    await server.store.updateTable('users').set({ email: 'larry@example.com', email_verified: 1 }).execute();
    clock.time += 3601;
    return { server, token, id: user_info.id };
  };

  it('of a WeChat user accepts a number that WeChat vouches for', async () => {
    const { server, token } = await startOld('wechat');
    expect((await server.call('updatePhoneWechat', { token, body: { phone_code: await phoneCode(server) } })).status).toBe(200);
    expect((await server.call('phoneLoginWechat', { token, body: { phone_code: await phoneCode(server) } })).status).toBe(201);
  });

  it("of a Kuaishou user accepts a believed number that the user's key opens", async () => {
    const { server, token } = await startOld('kuaishou');
    expect((await server.call('updatePhoneKuaishou', { token, body: await server.granted('phone', 'kuaishou', 'larry') })).status).toBe(
      200,
    );
  });

  it.each([
    'updatePhoneWechat',
    'phoneLoginWechat',
  ] as const)('of a user without WeChat takes no number by %s: 401, and the code is not used up', async (operation) => {
    const { server, token, id } = await startOld('qq');
    const phone_code = await phoneCode(server, 'mallory');
    expect(await server.call(operation, { token, body: { phone_code } })).toMatchObject({ status: 401, body: { code: 'login_not_fresh' } });
    expect(await readUser(server, id)).toMatchObject({ phone: null });
    const code = await server.codeFor('wechat', 'mallory');
    expect((await server.call('phoneLoginWechat', { body: { code, phone_code } })).status).toBe(201);
  });
});

describe('overwrite false', () => {
  it.each(['wechat', 'kuaishou'])('in two concurrent requests on %s: one number is set, and the other refused', async (platform) => {
    for (let round = 0; round < 5; round++) {
      const server = await startServer();
      const { token } = await server.login(platform, 'larry');
      const tap = async (phone: string) => {
        await changePerson(server, 'larry', { phone });
        const { encryptedData, iv } = await server.granted('phone', platform, 'larry');
        return { encryptedData, iv, overwrite: false };
      };
      const bodies = [await tap('13800138001'), await tap('13800138002')];
      const replies = await Promise.all(bodies.map((body) => server.call(named('updatePhone', platform), { token, body })));
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 400]);
    }
  });
});

it('a number that another user has verified, in an old session: refused', async () => {
  const server = await startServer();
  await addUser(server, { phone: larrysNumber, phone_verified: 1 });
  const { token } = await server.login('wechat', 'larry');
  const reply = await server.call('phoneLoginWechat', { token, body: { phone_code: await phoneCode(server) } });
  expect(reply.status).toBe(409);
});
