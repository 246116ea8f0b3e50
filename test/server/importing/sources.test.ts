import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { hash as bcryptHash } from '@node-rs/bcrypt';
import { describe, expect, it } from 'vitest';
import { createPasswords } from '../../../server/accounts/passwords.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { command, exportOf, importFile } from '../../support/importing.ts';
import { mergeAnother, mergeWith, ticketFor } from '../../support/merging.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { keyWith } from '../../support/serverKeys.ts';
import { addUser } from '../../support/users.ts';
import { tokenFrom } from '../../support/webLogin.ts';

async function start(app: object = {}) {
  const database = await createDatabase();
  const options = { database, rateLimited: false, passwords: createPasswords() };
  return { database, server: await startServer({ ...options, configure: (sandbox) => ({ ...sandbox, ...app }) }) };
}

const userOf = ({ store }: TestServer, legacyId: string) =>
  store.selectFrom('users').selectAll().where('legacy_id', '=', legacyId).executeTakeFirst();
const identitiesOf = ({ store }: TestServer) =>
  store.selectFrom('identities').select(['platform', 'platform_app_id', 'openid', 'unionid', 'profile']).orderBy('openid').execute();
const logIn = (server: TestServer, username: string, password: string) => server.call('loginByUsername', { body: { username, password } });

/** LeanCloud's published vector: the hash of `password`. */
const knownHash = {
  password: 'tA7BLW+NK0UeARng0693gCaVnljkglCB9snqlpCSUKjx2RgYp8VZZOQt0S5iUtlDrkJXfT3gknS4rRqjYsd/Ug==',
  salt: 'h60d8x797d3oa0naxybxxv9bn7xpt2yiowz68mpiwou7gwr2',
};

describe('import mincloud', () => {
  const row = (id: number, more: object) => ({ id, created_at: 1_516_118_400, updated_at: 1_516_118_401, is_authorized: true, ...more });
  const apps = ['wechat=wx1', 'qq=qq1', 'jd=jd1'].flatMap((app) => ['--platform-app', app]);

  it('keeps the ids that business rows hold, and reads the names of its platforms', async () => {
    const { database, server } = await start();
    const rows = [
      row(36_619_032_033_212, {
        _phone: '13800000000',
        _phone_verified: true,
        nickname: 'li',
        level: 7,
        openid: 'oXX',
        _provider: {
          wechat: { openid: 'oXX', unionid: 'oUU', nickName: 'Li' },
          qq_miniapp: { openid: 'E1' },
          jd_miniapp: { openid: 'J1' },
        },
      }),
      row(36_619_032_033_213, { openid: 'oOLD', unionid: 'oOLDU' }),
    ];
    const { report } = await importFile(database, 'mincloud', exportOf(rows, 'userprofile.json'), ...apps);
    expect(report).toMatchObject({ imported: true, new: 2, with: { phone_verified: 1, 'qq qq1': 1, 'wechat wx1': 2 } });
    expect(await userOf(server, '36619032033212')).toMatchObject({
      id: 36_619_032_033_212,
      nickname: 'li',
      fields: '{"level":7}',
      is_authorized: 1,
    });
    expect(await identitiesOf(server)).toEqual([
      { platform: 'qq', platform_app_id: 'qq1', openid: 'E1', unionid: null, profile: '{}' },
      { platform: 'jd', platform_app_id: 'jd1', openid: 'J1', unionid: null, profile: '{}' },
      { platform: 'wechat', platform_app_id: 'wx1', openid: 'oOLD', unionid: 'oOLDU', profile: '{}' },
      { platform: 'wechat', platform_app_id: 'wx1', openid: 'oXX', unionid: 'oUU', profile: '{"nickName":"Li"}' },
    ]);
  });

  it('lists the pairs that could not be merged, with a suggestion, and merges none', async () => {
    const { database } = await start();
    const rows = [
      row(2, { created_at: 1_600_000_000, _provider: { wechat: { openid: 'oTWO', unionid: 'oSAME' } } }),
      row(1, { _provider: { wechat: { openid: 'oONE' }, wechat_unionid: { unionid: 'oSAME' } } }),
    ];
    const { code, report } = await importFile(database, 'mincloud', exportOf(rows, 'users.json'), ...apps);
    expect({ code, report }).toMatchObject({ code: 0, report: { new: 2, pairs: 1 } });
    expect(JSON.parse(readFileSync(report.pairs_file, 'utf8'))).toEqual({
      by: 'unionid wechat oSAME',
      accounts: ['record mincloud 1', 'record mincloud 2'],
      suggestion: { keep: 'record mincloud 1', merge: 'record mincloud 2' },
    });
  });

  it('gives a user another id only if the operator says so', async () => {
    const { database, server } = await start();
    const { user_info } = await server.login('wechat', 'larry');
    const file = exportOf([row(user_info.id, { openid: 'oXX' })], 'users.json');
    expect(await importFile(database, 'mincloud', file, ...apps)).toMatchObject({
      code: 1,
      report: { problems: { 'id is the id of another user': 1 } },
    });
    expect((await importFile(database, 'mincloud', file, ...apps, '--drop', 'id')).report).toMatchObject({ new: 1, dropped: 1 });
    expect((await userOf(server, String(user_info.id)))?.id).not.toBe(user_info.id);
  });

  it('knows people of Alipay by the ids that it had before, which apps read', async () => {
    const { database, server } = await start();
    const { user_info } = await server.login('alipay', 'larry');
    const user_id = user_info._provider.alipay?.user_id;
    expect(user_id).toMatch(/^2088/);
    await server.store.deleteFrom('users').execute();
    await server.store.deleteFrom('identities').execute();
    const file = exportOf([row(7, { _provider: { alipay: { user_id, nick_name: 'Larry' } } })], 'users.json');
    expect((await importFile(database, 'mincloud', file, '--platform-app', 'alipay=sandbox-alipay')).report).toMatchObject({ new: 1 });
    expect((await server.login('alipay', 'larry')).user_info).toMatchObject({ id: 7, _provider: { alipay: { user_id } } });
  });

  it('knows people of ByteDance in each of its host apps', async () => {
    const { database, server } = await start();
    const { user_info } = await server.login('bytedance', 'larry');
    const { openid } = user_info;
    await server.store.deleteFrom('users').execute();
    await server.store.deleteFrom('identities').execute();
    const file = exportOf([row(7, { _provider: { douyin: { openid: 'oELSEWHERE' }, toutiao: { openid } } })], 'users.json');
    const { report } = await importFile(database, 'mincloud', file, '--platform-app', 'bytedance=sandbox-bytedance');
    expect(report).toMatchObject({ new: 1, with: { 'bytedance sandbox-bytedance/douyin': 1, 'bytedance sandbox-bytedance/toutiao': 1 } });
    expect((await server.login('bytedance', 'larry')).user_info.id).toBe(7);
  });

  it('says which platforms this server does not have', async () => {
    const { database } = await start();
    const file = exportOf([row(1, { openid: 'oXX', _provider: { oauth_weibo: { uid: '7' }, alipay: { user_id: '2088' } } })], 'users.json');
    const { report } = await importFile(database, 'mincloud', file, ...apps, '--dry-run');
    expect(Object.keys(report.unknown_keys).toSorted()).toEqual(['alipay', 'oauth_weibo']);
    expect(report.unknown_keys.alipay.hint).toContain('--platform-app alipay=APPID');
    const done = await importFile(database, 'mincloud', file, ...apps, '--ignore-key', 'alipay', 'oauth_weibo');
    expect(done).toMatchObject({ code: 0, report: { new: 1 } });
  });
});

describe('import uni-id', () => {
  const sha1 = (secret: string, password: string) => createHmac('sha1', secret).update(password).digest('hex');

  it('verifies both kinds of hashes, bans who was banned and leaves out who has closed the account', async () => {
    const { database, server } = await start();
    const config = `${createFolder()}/config.json`;
    writeFileSync(
      config,
      `{ // uni-id's own comment\n "passwordSecret": [{ "version": 1, "value": "one" }, { "version": 2, "value": "two" }] }`,
    );
    const salt = 'abcdef0123456789';
    const sha256 = createHmac('sha256', salt).update('plum').digest('hex');
    const user = (n: number, more: object) => ({ _id: `id${n}`, username: `user${n}`, register_date: 1_600_000_000_000, ...more });
    const rows = [
      user(1, {
        password: sha1('one', 'plum'),
        mobile: '13800138001',
        mobile_confirmed: 1,
        wx_openid: { mp: 'oMP', mp___UNI__A: 'oMP' },
        wx_unionid: 'oUU',
      }),
      user(2, { password: sha1('two', 'plum'), password_secret_version: 2, status: 1 }),
      user(3, { password: `$UNI_ID_HMAC_SHA256$16$${salt}${sha256}`, third_party: { session_key: 'x' }, role: ['admin'] }),
      user(4, { status: 4 }),
      user(5, { wx_openid: { app: 'oAPP' } }),
    ];
    const options = ['--platform-app', 'wechat=wx1', '--map', 'wx_openid.app=wechat:wxapp', '--uni-id-config', config];
    const { report } = await importFile(database, 'uni-id', exportOf(rows, 'uni-id-users.json'), ...options);
    expect(report).toMatchObject({ imported: true, new: 4, closed: 1, with: { password: 3, ban: 1, phone_verified: 1 } });
    for (const n of [1, 3]) expect((await logIn(server, `user${n}`, 'plum')).status, `user${n}`).toBe(201);
    expect((await logIn(server, 'user2', 'plum')).body.code).toBe('user_banned');
    expect(await userOf(server, 'id3')).toMatchObject({ fields: '{"role":["admin"]}' });
    expect(await identitiesOf(server)).toMatchObject([
      { platform_app_id: 'wxapp', openid: 'oAPP' },
      { platform_app_id: 'wx1', openid: 'oMP', unionid: 'oUU' },
    ]);
  });

  it('says that it needs the secret', async () => {
    const { database } = await start();
    const file = exportOf([{ _id: 'id1', username: 'mei', password: sha1('one', 'plum') }], 'uni-id-users.json');
    const { report } = await importFile(database, 'uni-id', file, '--dry-run');
    expect(Object.keys(report.problems)).toEqual([expect.stringContaining('--uni-id-config FILE')]);
  });
});

describe('import parse', () => {
  it('reads the columns of its database, with sessions for their time', async () => {
    const { database, server } = await start();
    const expiresAt = { $date: new Date(Date.now() + 86_400_000).toISOString() };
    const rows = [
      {
        _id: 'xWMyZ4YEGZ',
        username: 'mei',
        email: 'mei@example.com',
        emailVerified: true,
        _hashed_password: (await bcryptHash('plum', 4)).replace('$2b$', '$2y$'),
        _auth_data_wechat: { id: 'oAPP', access_token: 'secret' },
        _p_team: 'Team$abc',
        _created_at: { $date: '2020-01-01T00:00:00Z' },
        _sessions: [
          { _session_token: 'r:0123456789abcdef0123456789abcdef', expiresAt },
          { _session_token: 'r:fedcba9876543210fedcba9876543210', expiresAt: { $date: '2020-01-01T00:00:00Z' } },
        ],
      },
    ];
    const { report } = await importFile(database, 'parse', exportOf(rows), '--map', 'wechat=wechat:wxapp');
    expect(report).toMatchObject({ new: 1, with: { password: 1, email_verified: 1, 'wechat wxapp': 1 } });
    expect((await logIn(server, 'mei', 'plum')).status).toBe(201);
    const own = await server.call('getMe', { token: 'r:0123456789abcdef0123456789abcdef' });
    expect(own.body).toMatchObject({ created_at: 1_577_836_800, team: { __type: 'Pointer', className: 'Team', objectId: 'abc' } });
    expect((await server.call('getMe', { token: 'r:fedcba9876543210fedcba9876543210' })).status).toBe(401);
    expect(await identitiesOf(server)).toMatchObject([{ openid: 'oAPP', profile: '{}' }]);
    const { expires_at } = await server.store
      .selectFrom('sessions')
      .select('expires_at')
      .where('platform', 'is', null)
      .orderBy('expires_at')
      .executeTakeFirstOrThrow();
    expect(expires_at).toBeLessThanOrEqual(Math.floor(Date.now() / 1000) + 86_400);
  });
});

describe('import supabase', () => {
  it('reads rows of auth.users with their identities', async () => {
    const { database, server } = await start();
    const rows = [
      {
        id: '11111111-2222-3333-4444-555555555555',
        email: 'mei@example.com',
        encrypted_password: (await bcryptHash('plum', 4)).replace('$2b$', '$2a$'),
        email_confirmed_at: '2023-01-01 00:00:00+00',
        phone: '8613800138000',
        phone_confirmed_at: null,
        raw_user_meta_data: { full_name: 'Mei', email_verified: true, team: 'blue' },
        created_at: '2023-01-01 00:00:00.123456+00',
        identities: [
          { provider: 'email', provider_id: 'x' },
          { provider: 'wechat', provider_id: 'oWEB', identity_data: { sub: 'oWEB' } },
        ],
      },
      { id: '11111111-2222-3333-4444-555555555556', deleted_at: '2024-01-01 00:00:00+00' },
    ];
    const { report } = await importFile(database, 'supabase', exportOf(rows, 'users.json'), '--map', 'wechat=wechat:wxweb');
    expect(report).toMatchObject({ new: 1, closed: 1, with: { email_verified: 1, phone_claimed: 1, password: 1 } });
    const { body } = await server.call('loginByEmail', { body: { email: 'mei@example.com', password: 'plum' } });
    expect(body).toMatchObject({ nickname: 'Mei', team: 'blue', _phone: '13800138000', created_at: 1_672_531_200 });
  });
});

describe('import ndjson', () => {
  it('takes users of a home-made table with a described hash, and names what a line has wrong', async () => {
    const { database, server } = await start();
    const recipe = { algorithm: 'digest', digest: 'md5', input: [{ digest: 'md5', input: ['@'], encoding: 'hex' }, 'salt'] };
    const rows = [
      {
        legacy_id: 7,
        username: 'mei',
        password: { recipe, hash: '8b3a3ebcc4b0b1b6b0f0f0f0f0f0f0f0' },
        phone: '138 0013 8000',
        phone_verified: true,
      },
      { legacy_id: 8, user_name: 'typo' },
      { legacy_id: 9, password: { recipe: { algorithm: 'bcrypt', cost: 31, salt: 'x' }, hash: 'x' } },
    ];
    const { report } = await importFile(database, 'ndjson', exportOf(rows, 'users.ndjson'), '--accept', '--source-name', 'shop');
    expect(report).toMatchObject({ new: 1, refused: 2 });
    expect(Object.keys(report.problems).join()).toMatch(/user_name/);
    expect(await userOf(server, '7')).toMatchObject({ legacy_source: 'shop', phone: '13800138000', phone_verified: 1 });
  });

  it('takes back whole what export has written', async () => {
    const { database, server } = await start();
    const folder = createFolder();
    const { token, id } = (await server.call('registerByEmail', { body: { email: 'Mei@example.com', password: 'plum-rain' } })).body;
    await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', 'mei') } });
    const web = { params: { provider: 'oauth-wechat-web' }, token };
    const begun = await server.call('createWebLogin', { ...web, body: { callback_url: 'http://127.0.0.1:8080/auth.html' } });
    const auth_token = await tokenFrom(begun.body.redirect_url, { person: 'mei' });
    expect((await server.call('linkOnWeb', { ...web, body: { auth_token } })).status).toBe(200);
    await server.call('updateUser', { token, body: { nickname: 'Mei', level: { deep: [1] } } });
    const { user_info } = await server.login('qq', 'larry');
    await command(['ban-user', '--app', 'sandbox', '--user', String(user_info.id), '--reason', 'spam'], database);
    await importFile(database, 'leancloud', exportOf([{ objectId: 'a1', username: 'old', password: `${'A'.repeat(86)}==`, salt: 's' }]));
    const bare = await command(['export', '--app', 'sandbox', '--output', `${folder}/bare.ndjson`], database);
    expect(bare.report).toMatchObject({ exported: 3, secrets: false });
    expect(readFileSync(`${folder}/bare.ndjson`, 'utf8')).not.toMatch(/argon2id|token_hash|password/);
    await command(['export', '--app', 'sandbox', '--output', `${folder}/users.ndjson`, '--with-secrets'], database);

    const other = await start();
    const { code, report } = await importFile(other.database, 'ndjson', `${folder}/users.ndjson`);
    expect({ code, report }).toMatchObject({ code: 0, report: { new: 3, with: { password: 2 } } });
    await command(['export', '--app', 'sandbox', '--output', `${folder}/again.ndjson`, '--with-secrets'], other.database);
    expect(readFileSync(`${folder}/again.ndjson`, 'utf8')).toBe(readFileSync(`${folder}/users.ndjson`, 'utf8'));
    expect((await other.server.call('loginByEmail', { body: { email: 'mei@example.com', password: 'plum-rain' } })).body.id).toBe(id);
    expect((await other.server.login('wechat', 'mei')).user_info.id).toBe(id);
    expect((await other.server.call('getMe', { token })).body).toMatchObject({ nickname: 'Mei', level: { deep: [1] } });
    const again = await command(['export', '--app', 'sandbox', '--output', `${folder}/users.ndjson`], database);
    expect(again).toMatchObject({ code: 1, errors: expect.stringContaining('EEXIST') });
  });

  it('takes back the ids of merged and closed accounts: lookups by their ids find the same', async () => {
    const { database, server } = await start({ closure_grace_days: 0 });
    const folder = createFolder();
    const lines = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');
    const exportTo = (name: string, from = database) => command(['export', '--app', 'sandbox', '--output', `${folder}/${name}`], from);
    const rows = ['stays', 'went', 'closed', 'later'].map((objectId) => ({ objectId, username: objectId, ...knownHash }));
    await importFile(database, 'leancloud', exportOf(rows));
    const tokenOf = async (name: string) => (await logIn(server, name, 'password')).body.token;
    const token = await tokenOf('stays');
    const born = await mergeAnother(server, token, 'born-here');
    const went = await userOf(server, 'went');
    const proof = { username: 'went', password: 'password' };
    expect((await mergeWith(server, token, await ticketFor(server, token, proof))).status).toBe(200);
    expect((await server.call('requestClosure', { token: await tokenOf('closed') })).status).toBe(200);
    const closed = await userOf(server, 'closed');
    expect((await exportTo('users.ndjson')).report).toMatchObject({ exported: 2, closed: 1 });
    const stays = await userOf(server, 'stays');
    const own = { legacy_id: 'stays', legacy_source: 'leancloud' };
    expect(
      lines('users.ndjson')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .find(({ id }) => id === stays?.id),
    ).toMatchObject({
      ...own,
      merged: [
        { legacy_id: String(born), legacy_source: 'miniprogram-login', id: born },
        { legacy_id: 'went', legacy_source: 'leancloud', id: went?.id },
      ],
    });

    const other = await start();
    const imported = await importFile(other.database, 'ndjson', `${folder}/users.ndjson`);
    expect(imported).toMatchObject({ code: 0, report: { new: 3, with: { merged_accounts: 1, closed_account: 1 } } });
    await exportTo('again.ndjson', other.database);
    expect(lines('again.ndjson')).toBe(lines('users.ndjson'));
    const { key } = await keyWith(other.server, 'users.read');
    const find = { query: { legacy_id: `stays,went,${born},closed,later` }, headers: { Authorization: `Bearer ${key}` } };
    const { objects } = (await other.server.call('listUsersByLegacyId', find)).body;
    const found = Object.fromEntries(objects.map((user: { legacy_id: string; user_id: number }) => [user.legacy_id, user.user_id]));
    const later = await userOf(server, 'later');
    expect(found).toEqual({ stays: stays?.id, went: stays?.id, [born]: stays?.id, later: later?.id });
    const stranger = await addUser(other.server);
    const seen = await other.server.call('getUser', { token: stranger.token, userId: born });
    expect(seen.body).toMatchObject({ id: stays?.id, merged_from: [born] });
    expect((await other.server.call('getUser', { token: stranger.token, userId: closed?.id ?? 0 })).status).toBe(404);

    const repeated = await importFile(other.database, 'ndjson', `${folder}/users.ndjson`);
    expect(repeated).toMatchObject({ code: 0, report: { unchanged: 3 } });
  });

  it('a later export in which accounts were merged or closed: refused while they are open here', { tags: 'fault' }, async () => {
    const { database, server } = await start();
    const ids = (n: number) => ({ legacy_id: `a${n}`, id: n });
    await importFile(
      database,
      'ndjson',
      exportOf(
        [1, 2, 3].map((n) => ({ ...ids(n), username: `user${n}` })),
        'users.ndjson',
      ),
    );
    const rows = [
      { ...ids(1), username: 'user1', updated_at: 4_000_000_000, merged: [ids(2), ids(4)] },
      { ...ids(3), state: 'closed' },
      { ...ids(5), merged: [{ legacy_id: 'b1', id: 3 }] },
    ];
    const file = exportOf(rows, 'users.ndjson');
    const { code, report } = await importFile(database, 'ndjson', file);
    expect({ code, report }).toMatchObject({ code: 1, report: { refused: 3, pairs: 2 } });
    expect(Object.keys(report.problems).toSorted()).toEqual([
      'line was closed at the source, and has an account here',
      'merged was merged into this user, and is another one here',
    ]);
    const dropped = await importFile(database, 'ndjson', file, '--drop', 'merged', '--accept');
    expect(dropped.report).toMatchObject({ changed: 1, new: 1, refused: 1, dropped: 2 });
    expect(await userOf(server, 'a1')).toMatchObject({ merged_from: '[4]' });
    expect(await userOf(server, 'a2')).toMatchObject({ state: 'active', username: 'user2' });
    expect(await userOf(server, 'a3')).toMatchObject({ state: 'active', username: 'user3' });
    expect(await userOf(server, 'a4')).toMatchObject({ state: 'merged', merged_into: 1 });
    expect(await userOf(server, 'b1')).toBeUndefined();
  });

  it.each([['Shop 1'], ['s'.repeat(33)]])('refuses %j as the name of a system', { tags: 'fault' }, async (name) => {
    const { database } = await start();
    const { code, errors } = await importFile(database, 'ndjson', exportOf([{ legacy_id: 'a' }]), '--source-name', name);
    expect(code).not.toBe(0);
    expect(errors).toContain('--source-name');
  });
});
