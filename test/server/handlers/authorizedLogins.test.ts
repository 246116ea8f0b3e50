import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { OperationId, PlatformName } from '../../../generated/operations.ts';
import type { ErrorCode } from '../../../server/errors.ts';
import type { Tamper } from '../../../server/sandbox/tap.ts';
import { altering } from '../../support/platformReplies.ts';
import { platformNames, sealingPlatforms, signingPlatforms, unionidPlatforms } from '../../support/platforms.ts';
import { countRows } from '../../support/rows.ts';
import { type Grant, startServer, type TestServer } from '../../support/server.ts';

const authorizedLoginOn = (platform: string) => `authorizedLogin${platform[0]?.toUpperCase()}${platform.slice(1)}` as OperationId;

/** A code, then the profile, as a client must ask for them. */
const grantOf = async (server: TestServer, platform: string, person: string, how?: Grant) => ({
  code: await server.codeFor(platform, person),
  ...(await server.granted('profile', platform, person, how)),
});
const logIn = async (server: TestServer, platform: string, person: string, more: object = {}) =>
  server.call(authorizedLoginOn(platform), { body: { ...(await grantOf(server, platform, person)), ...more } });

/** In each platform's own names; Alipay's are the contract's. */
const originals: Record<PlatformName, object> = {
  wechat: { nickName: 'Larry。', gender: 1, language: 'zh_CN', city: 'Huizhou', province: 'Guangdong', country: 'China' },
  qq: { nickName: 'Larry。', gender: 1, language: 'zh_CN', city: 'Huizhou', province: 'Guangdong', country: 'China' },
  baidu: { nickname: 'Larry。', sex: 1, headimgurl: expect.stringContaining('larry') },
  kuaishou: { nickName: 'Larry。', gender: 1, avatarUrl: expect.stringContaining('larry') },
  jd: { nickName: 'Larry。', gender: 1, language: 'zh_CN', xId: expect.any(String) },
  bytedance: { nickName: 'Larry。', gender: 1, city: 'Huizhou', province: 'Guangdong', country: 'China' },
  alipay: {},
  xiaohongshu: { nickName: 'Larry。', gender: 1, avatarUrl: expect.stringContaining('larry') },
};

describe.each(platformNames)('authorised login on %s', (platform) => {
  it('creates a user with the profile', async () => {
    const server = await startServer();
    const { status, body } = await logIn(server, platform, 'larry');
    expect(status).toBe(201);
    const { openid } = body.user_info;
    expect(body.user_info).toMatchObject({ nickname: 'Larry。', avatar: expect.stringContaining('larry'), gender: 1, is_authorized: true });
    expect(body.user_info._provider[platform]).toMatchObject({ openid, ...originals[platform] });
    expect(JSON.stringify(body)).not.toMatch(/watermark|openId|session/);
    expect(await countRows(server)).toEqual({ users: 1, identities: 1, sessions: 1 });
  });

  it('writes the profile of a person who logged in silently before', async () => {
    const server = await startServer();
    const before = await server.login(platform, 'larry');
    const { body } = await logIn(server, platform, 'larry', { create_user: false });
    expect(body.user_info).toMatchObject({ id: before.user_info.id, nickname: 'Larry。', is_authorized: true });
    expect((await server.login(platform, 'larry')).user_info._provider[platform]).toMatchObject(originals[platform] ?? {});
  });

  it('refuses a stranger if no user may be created, and stores nothing', async () => {
    const server = await startServer();
    const reply = await logIn(server, platform, 'larry', { create_user: false });
    expect(reply).toMatchObject({ status: 404, body: { code: 'identity_not_found' } });
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });

  it('creates one user for many simultaneous first logins of one person', async () => {
    const server = await startServer();
    const bodies: object[] = [];
    for (let grant = 0; grant < 10; grant++) bodies.push(await grantOf(server, platform, 'larry'));
    const replies = await Promise.all(bodies.map((body) => server.call(authorizedLoginOn(platform), { body })));
    expect(new Set(replies.map(({ body }) => body.user_info.id)).size).toBe(1);
    expect(await countRows(server)).toEqual({ users: 1, identities: 1, sessions: 10 });
  });

  it('is rolled back completely', async () => {
    const server = await startServer();
    await server.store.schema.dropTable('sessions').execute();
    expect((await logIn(server, platform, 'larry')).status).toBe(500);
    expect(await server.store.selectFrom('users').selectAll().execute()).toEqual([]);
    expect(await server.store.selectFrom('identities').selectAll().execute()).toEqual([]);
  });
});

const bad: Record<Tamper, ErrorCode> = {
  stale_key: 'signature_invalid',
  bad_signature: 'signature_invalid',
  wrong_appid: 'sealed_data_invalid',
  wrong_openid: 'sealed_data_invalid',
  garbage: 'sealed_data_invalid',
};
const signed = signingPlatforms.flatMap((platform) =>
  Object.entries(bad).map(([tamper, code]) => ({ platform, tamper: tamper as Tamper, code })),
);
/** Platforms that seal profiles and sign none. */
const framed = sealingPlatforms
  .filter((platform) => !signingPlatforms.includes(platform))
  .flatMap((platform) =>
    (['stale_key', 'wrong_appid', 'wrong_openid', 'garbage'] as const).map((tamper) => ({ platform, tamper, code: 'sealed_data_invalid' })),
  );

describe('a profile that cannot be trusted', () => {
  it.each([...signed, ...framed])('$platform $tamper is a 400 $code and stores nothing', async ({ platform, tamper, code }) => {
    const server = await startServer();
    const body = await grantOf(server, platform, 'larry', { tamper });
    expect(await server.call(authorizedLoginOn(platform), { body })).toMatchObject({ status: 400, body: { code } });
    expect(await countRows(server)).toEqual({ users: 0, identities: 0, sessions: 0 });
  });

  it.each(signingPlatforms)('on %s was sealed with another key than it was signed with', async (platform) => {
    const server = await startServer();
    const { encryptedData, iv } = await server.granted('profile', platform, 'larry', { tamper: 'stale_key' });
    const reply = await logIn(server, platform, 'larry', { encryptedData, iv });
    expect(reply).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
  });

  it.each([
    ['wechat', { iv: 'A'.repeat(28) }],
    ['wechat', { encryptedData: 'A'.repeat(28) }],
    ['baidu', { iv: 'A'.repeat(28) }],
    ['baidu', { data: 'A'.repeat(28) }],
  ])('on %s has %j of an invalid length', async (platform, odd) => {
    const server = await startServer();
    expect(await logIn(server, platform, 'larry', odd)).toMatchObject({ status: 400, body: { code: 'sealed_data_invalid' } });
  });

  it('came before the login that changed the session key', async () => {
    const server = await startServer();
    const profile = await server.granted('profile', 'wechat', 'larry');
    const body = { ...profile, code: await server.codeFor('wechat', 'larry') };
    expect(await server.call('authorizedLoginWechat', { body })).toMatchObject({ status: 400, body: { code: 'signature_invalid' } });
  });
});

it('a profile of before the login on Baidu is accepted, because the published client requests it in that order', async () => {
  const server = await startServer();
  const profile = await server.granted('profile', 'baidu', 'larry');
  const body = { ...profile, code: await server.codeFor('baidu', 'larry') };
  expect((await server.call('authorizedLoginBaidu', { body })).status).toBe(201);
});

describe('update_userprofile', () => {
  /** Larry, whose app gave him a nickname and an empty city, and no more. */
  const startWithLarry = async () => {
    const server = await startServer();
    await server.login('wechat', 'larry');
    await server.store.updateTable('users').set({ nickname: 'Boss', city: '' }).execute();
    return server;
  };
  const platformFields = {
    avatar: expect.stringContaining('larry'),
    gender: 1,
    language: 'zh_CN',
    province: 'Guangdong',
    country: 'China',
  };
  const unassigned = { avatar: '', gender: 0, language: '', province: '', country: '' };

  it.each([
    ['is setnx by default, to which an empty text is none', {}, { nickname: 'Boss', city: 'Huizhou', ...platformFields }],
    ['fills what was never assigned', { update_userprofile: 'setnx' }, { nickname: 'Boss', city: 'Huizhou', ...platformFields }],
    ['overwrites', { update_userprofile: 'overwrite' }, { nickname: 'Larry。', city: 'Huizhou', ...platformFields }],
    ['leaves all as a string', { update_userprofile: 'false' }, { nickname: 'Boss', city: '', ...unassigned }],
    ['leaves all as a boolean', { update_userprofile: false }, { nickname: 'Boss', city: '', ...unassigned }],
  ])('%s', async (_case, more, fields) => {
    const server = await startWithLarry();
    const { body } = await logIn(server, 'wechat', 'larry', more);
    expect(body.user_info).toMatchObject({ ...fields, is_authorized: true });
    expect(body.user_info._provider.wechat).toMatchObject({ nickName: 'Larry。', city: 'Huizhou' });
  });

  it('overwrites nothing without a value from the platform', async () => {
    const server = await startServer();
    await server.login('kuaishou', 'larry');
    await server.store.updateTable('users').set({ city: 'Shenzhen' }).execute();
    const { body } = await logIn(server, 'kuaishou', 'larry', { update_userprofile: 'overwrite' });
    expect(body.user_info).toMatchObject({ nickname: 'Larry。', city: 'Shenzhen' });
  });

  it('must be one of these', async () => {
    const server = await startServer();
    const reply = await logIn(server, 'wechat', 'larry', { update_userprofile: 'always' });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ path: '/body/update_userprofile' }] } });
  });
});

describe('a unionid that only the sealed part of a profile holds', { tags: 'fault' }, () => {
  const platforms = unionidPlatforms.filter((platform) => signingPlatforms.includes(platform));
  // Every reply, because each platform has another path.
  const withoutUnionid = altering('', ({ unionid: _none, data, ...reply }) => ({
    ...reply,
    ...(data !== undefined && { data: { ...Object(data), unionid: '' } }),
  }));

  it.each(platforms)('finds no user, links none and is not stored on %s', async (platform) => {
    const server = await startServer({ fetch: withoutUnionid });
    const { body } = await logIn(server, platform, 'larry');
    expect(body.user_info.unionid).toBe('');
    expect(await server.store.selectFrom('identities').select('unionid').execute()).toEqual([{ unionid: null }]);
  });

  it.each(platforms)("is no conflict on %s if it is another user's", async (platform) => {
    const server = await startServer();
    const known = await server.login(platform, 'larry');
    await server.store.updateTable('identities').set({ openid: 'an-earlier-one' }).execute();
    const unaware = await startServer({ fetch: withoutUnionid });
    const { status, body } = await logIn(unaware, platform, 'larry');
    expect([status, body.user_info.id === known.user_info.id, body.user_info.unionid]).toEqual([201, false, '']);
  });
});

describe('a profile on JD', () => {
  const sessionKey = Buffer.alloc(16, 9).toString('base64');
  const withSessionKey = altering('/routerjson', (reply) =>
    JSON.parse(JSON.stringify(reply).replace('"openId"', `"session_key":"${sessionKey}","openId"`)),
  );
  const seal = (content: object, key = sessionKey) => {
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), Buffer.alloc(16));
    const data = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]).toString('base64');
    return { data, iv: Buffer.alloc(16).toString('base64') };
  };

  it('that is sealed is opened if JD returned a session key', async () => {
    const server = await startServer({ fetch: withSessionKey });
    const { body } = await logIn(server, 'jd', 'larry', seal({ nickName: 'Sealed' }));
    expect(body.user_info.nickname).toBe('Sealed');
  });

  it.each([
    ['another key', seal({ nickName: 'Sealed' }, Buffer.alloc(16, 8).toString('base64')), 'sealed_data_invalid'],
    ['another person', seal({ nickName: 'Sealed', openId: 'mei' }), 'sealed_data_invalid'],
  ])('one of %s is refused', async (_case, sealed, code) => {
    const server = await startServer({ fetch: withSessionKey });
    expect(await logIn(server, 'jd', 'larry', sealed)).toMatchObject({ status: 400, body: { code } });
  });

  it('that is sealed is ignored if JD returned none', async () => {
    const server = await startServer();
    const { body } = await logIn(server, 'jd', 'larry', seal({ nickName: 'Sealed' }));
    expect(body.user_info.nickname).toBe('Larry。');
  });

  it('that is plain influences no decision', async () => {
    const server = await startServer();
    const { user_info: mei } = await server.login('jd', 'mei');
    const userInfo = { nickName: 'Mei', openId: mei.openid, unionId: 'u', id: mei.id };
    const { body } = await logIn(server, 'jd', 'larry', { userInfo });
    expect(body.user_info.id).not.toBe(mei.id);
    expect(body.user_info._provider.jd).not.toMatchObject({ openId: mei.openid });
  });
});
