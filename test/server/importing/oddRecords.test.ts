// @module-tag fault
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../server/importing/report.ts';
import { createDatabase } from '../../support/database.ts';
import { leancloudRow, objectIdOf } from '../../support/exports/leancloud.ts';
import { personOf } from '../../support/exports/people.ts';
import { createFolder } from '../../support/folder.ts';
import { command, exportOf, importFile } from '../../support/importing.ts';
import { countRows } from '../../support/rows.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const wechat = ['--platform-app', 'wechat=sandbox-wechat'];

async function start() {
  const database = await createDatabase();
  return { database, server: await startServer({ database, rateLimited: false }) };
}

const row = (n: number, more: object = {}) => ({ ...leancloudRow(personOf(n), false), ...more });
const userOf = ({ store }: TestServer, n: number) =>
  store.selectFrom('users').selectAll().where('legacy_id', '=', objectIdOf(n)).executeTakeFirstOrThrow();

const [nul, half] = ['a\0b', 'a\ud83d'];
const openid = (text: string) => ({ authData: { lc_weapp: { openid: text } } });

/** Fields with odd values, and the start of the problem that is reported. */
const oddities: [string, object, string][] = [
  ['an id with a NUL', { objectId: nul }, 'line has an id that is too long'],
  ['an id with half a character', { objectId: half }, 'line has an id that is too long'],
  ['a username with a NUL', { username: nul }, 'username cannot be a username here'],
  ['a username with half a character', { username: half }, 'username cannot be a username here'],
  ['a username that is an address', { username: 'mei@example.com' }, 'username cannot be a username here'],
  ['a username that becomes an address', { username: 'mei＠example.com' }, 'username cannot be a username here'],
  ['a username of what cannot be seen', { username: '\ufe0f' }, 'username cannot be a username here'],
  ['an openid with a NUL', openid(nul), 'identity has an openid that is too long'],
  ['an openid with half a character', openid(half), 'identity has an openid that is too long'],
  ['an openid that is too long', openid('o'.repeat(129)), 'identity has an openid that is too long'],
  ['an openid that is no safe number', { authData: { lc_weapp: { openid: 2 ** 60 } } }, 'identity has no openid'],
  ['an address with a NUL', { email: `${nul}@example.com` }, 'email is not an e-mail address'],
  ['a number with half a character', { mobilePhoneNumber: half }, 'phone is not a possible phone number'],
  ['a nickname with a NUL', { nickName: nul }, 'profile is too long, or holds a character'],
  ['a field with a NUL', { note: { deep: [nul] } }, 'field holds a character that cannot be stored'],
  ['a hash with a long salt', { password: `${'A'.repeat(86)}==`, salt: '盐'.repeat(1000) }, 'password has a recipe that is too long'],
  ['a platform that a prototype has', { authData: { constructor: { openid: 'o' } } }, ''],
];

describe('a record', () => {
  it('with odd values: refused by name, in the check and in the import, and its neighbours are imported', async () => {
    const { database, server } = await start();
    const rows = oddities.flatMap(([, more], n) => [row(100 + n, more), row(200 + n)]);
    const file = exportOf(rows);
    const ignored = ['--ignore-key', 'constructor'];
    const dry = await importFile(database, 'leancloud', file, '--dry-run', ...wechat, ...ignored);
    const odd = oddities.filter(([, , problem]) => problem !== '');
    expect(dry.report).toMatchObject({ refused: odd.length, new: rows.length - odd.length });
    for (const [what, , problem] of odd) {
      expect(
        Object.keys(dry.report.problems).filter((found) => found.startsWith(problem)),
        what,
      ).not.toEqual([]);
    }
    const { code, report } = await importFile(database, 'leancloud', file, ...wechat, ...ignored, '--accept');
    expect({ code, refused: report.refused, problems: report.problems }).toEqual({
      code: 0,
      refused: odd.length,
      problems: dry.report.problems,
    });
    const count = rows.length - odd.length;
    // One identity is ignored.
    expect(await countRows(server)).toEqual({ users: count, identities: count - 1, sessions: count });
    const drop = 'username,email,phone,identity,profile,field,password';
    const again = await importFile(database, 'leancloud', file, ...wechat, ...ignored, '--accept', '--drop', drop);
    // Only a record whose id cannot be stored stays behind.
    expect(again.report).toMatchObject({ unchanged: count, refused: 2, new: odd.length - 2, dropped: odd.length - 2 });
  });

  it('with a session token that could be guessed: imported without the session', async () => {
    const { database, server } = await start();
    const file = exportOf([row(2, { sessionToken: 'null' }), row(4, { sessionToken: 'null' })]);
    const { report } = await importFile(database, 'leancloud', file, ...wechat);
    expect([report.new, report.with.session]).toEqual([2, undefined]);
    expect(await countRows(server)).toMatchObject({ sessions: 0 });
    expect((await server.call('getMe', { token: 'null' })).status).toBe(401);
  });

  it('that a file has twice: the later state wins, and is imported once', async () => {
    const { database, server } = await start();
    const later = { updatedAt: '2021-01-01T00:00:00.000Z', nickName: 'Later' };
    const file = exportOf([row(2, later), row(2), row(4), row(4, { ...later, mobilePhoneNumber: undefined }), row(4, later)]);
    const { report } = await importFile(database, 'leancloud', file, ...wechat);
    expect(report).toMatchObject({ new: 2, newer_here: 1, changed: 1, unchanged: 1 });
    expect(await userOf(server, 2)).toMatchObject({ nickname: 'Later', phone: personOf(2).phone });
    expect(await userOf(server, 4)).toMatchObject({ nickname: 'Later', phone: null });
    expect(await countRows(server)).toEqual({ users: 2, identities: 2, sessions: 2 });
  });

  it('of a person whom two sources have: refused with the pair, and nothing of the first one changes', async () => {
    const { database, server } = await start();
    await importFile(database, 'leancloud', exportOf([row(2)]), ...wechat);
    const before = await userOf(server, 2);
    const { openid: own, unionid, phone } = personOf(2);
    const same = { id: 7, _phone: phone, _phone_verified: true, _provider: { wechat: { openid: own, unionid } } };
    const file = exportOf([same], 'users.json');
    const { report } = await importFile(database, 'mincloud', file, ...wechat, '--accept');
    expect(report).toMatchObject({ refused: 1, pairs: 3 });
    const dropped = await importFile(database, 'mincloud', file, ...wechat, '--drop', 'phone,identity');
    expect(dropped.report).toMatchObject({ new: 1, dropped: 1, with: { no_way_to_log_in: 1 } });
    expect(await userOf(server, 2)).toEqual(before);
  });

  it.each([
    ['times in milliseconds', { updated_at: 1_700_000_000_000 }, 'updated_at: must be in seconds'],
    ['a reason that cannot be stored', { state: 'banned', banned_reason: nul }, 'banned_reason: holds a character'],
    ['a system that is no name', { legacy_source: 'Shop 1' }, 'legacy_source: must be a name'],
    ['a hash that is cut off', { password: { recipe: digest('md5'), hash: '5f4dcc3b5aa765d61d8327deb882cf9' } }, 'is no hash in hex'],
    ['a hash of another digest', { password: { recipe: digest('sha1'), hash: '5f4dcc3b5aa765d61d8327deb882cf99' } }, 'has 16 bytes, and'],
    [
      'a wrapped hash that costs too much',
      { password: { recipe: digest('md5'), wrapped: '$argon2id$v=19$m=4000000,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA' } },
      'password.wrapped: must be a hash of argon2id',
    ],
    ['a session whose hash is none', { sessions: [{ token_hash: nul }] }, 'sessions.0.token_hash: is no hash'],
  ])('of a home-made table with %s: refused by the name of the field', async (_what, more, problem) => {
    const { database } = await start();
    const file = exportOf([{ legacy_id: 'a', ...more }], 'users.ndjson');
    const { report } = await importFile(database, 'ndjson', file, '--dry-run');
    expect(report).toMatchObject({ refused: 1 });
    expect(Object.keys(report.problems)[0]).toContain(problem);
  });
});

const digest = (name: string) => ({ algorithm: 'digest', digest: name, input: ['@'] });

describe('a later import', () => {
  const later = { updatedAt: '2099-01-01T00:00:00.000Z', nickName: 'There' };

  it('of a user who is banned here: the ban stays', async () => {
    const { database, server } = await start();
    await importFile(database, 'leancloud', exportOf([row(2)]), ...wechat);
    const { id } = await userOf(server, 2);
    await command(['ban-user', '--app', 'sandbox', '--user', String(id), '--reason', 'spam'], database);
    expect((await importFile(database, 'leancloud', exportOf([row(2, later)]), ...wechat)).report).toMatchObject({ changed: 1 });
    expect(await userOf(server, 2)).toMatchObject({ nickname: 'There', state: 'banned', banned_reason: 'spam' });
    expect((await server.call('getMe', { token: personOf(2).sessionToken })).body.code).toBe('user_banned');
  });

  it('of a user who has asked to close the account: it is closed on the day', async () => {
    const { database, server } = await start();
    await importFile(database, 'leancloud', exportOf([row(2)]), ...wechat);
    await server.store.updateTable('users').set({ state: 'closing', closing_at: 5_000_000_000 }).execute();
    await importFile(database, 'leancloud', exportOf([row(2, later)]), ...wechat);
    expect(await userOf(server, 2)).toMatchObject({ nickname: 'There', state: 'closing', closing_at: 5_000_000_000 });
  });

  it('of a user who has closed the account here: not created anew', async () => {
    const database = await createDatabase();
    const server = await startServer({
      database,
      rateLimited: false,
      configure: (app) => ({ ...app, closure_grace_days: 0, fresh_login_seconds: 0 }),
    });
    await importFile(database, 'leancloud', exportOf([row(2)]), ...wechat);
    expect((await server.call('requestClosure', { token: personOf(2).sessionToken })).status).toBe(200);
    for (const record of [row(2), row(2, later)]) {
      const { code, report } = await importFile(database, 'leancloud', exportOf([record]), ...wechat);
      expect({ code, report }).toMatchObject({ code: 0, report: { gone_here: 1 } });
    }
    expect(await countRows(server)).toEqual({ users: 1, identities: 0, sessions: 0 });
    expect(await userOf(server, 2)).toMatchObject({ state: 'closed', nickname: null, phone: null });
  });

  it('of a user whose unionid the source has learnt since: taken over', async () => {
    const { database, server } = await start();
    const { openid: own, unionid } = personOf(2);
    await importFile(database, 'leancloud', exportOf([row(2, openid(own))]), ...wechat);
    await importFile(database, 'leancloud', exportOf([row(2, later)]), ...wechat);
    expect(await server.store.selectFrom('identities').select(['openid', 'unionid']).execute()).toEqual([{ openid: own, unionid }]);
  });

  it('of a user who has set more ways to log in here: they stay', async () => {
    const { database, server } = await start();
    const bare = { username: undefined, password: undefined, salt: undefined, email: undefined, mobilePhoneNumber: undefined };
    await importFile(database, 'leancloud', exportOf([row(2, bare)]), ...wechat);
    const { sessionToken: token, phone, email } = personOf(2);
    const body = { username: 'Mei', email, new_password: 'plum-rain-june' };
    expect((await server.call('updateAccount', { token, body })).status).toBe(200);
    await server.call('sendSmsCode', { token, body: { phone } });
    expect((await server.call('verifyPhone', { token, body: { phone, code: await server.smsCodeTo(phone) } })).status).toBe(200);
    const other = { ...bare, ...later, mobilePhoneNumber: '13800000001', mobilePhoneVerified: false };
    for (const record of [row(2, { ...bare, ...later }), row(2, { ...other, updatedAt: '2099-01-02T00:00:00.000Z' })]) {
      expect((await importFile(database, 'leancloud', exportOf([record]), ...wechat)).report).toMatchObject({ changed: 1 });
      for (const [operation, name] of [
        ['loginByUsername', { username: 'mei' }],
        ['loginByPhone', { phone }],
        ['loginByEmail', { email }],
      ] as const) {
        const { status } = await server.call(operation, { body: { ...name, password: 'plum-rain-june' } });
        expect(status, operation).toBe(201);
      }
    }
    expect(await userOf(server, 2)).toMatchObject({ phone: '13800000001', phone_verified: 0, phone_proved: phone });
  });

  it('with other parts to drop: a user who was refused is added, and the others stay as they are', async () => {
    const { database, server } = await start();
    const file = exportOf([row(2), row(4, { mobilePhoneNumber: personOf(2).phone })]);
    expect((await importFile(database, 'leancloud', file, ...wechat, '--accept')).report).toMatchObject({ new: 1, refused: 1 });
    const { report } = await importFile(database, 'leancloud', file, ...wechat, '--drop', 'phone');
    expect(report).toMatchObject({ unchanged: 1, new: 1, dropped: 1 });
    expect(await userOf(server, 4)).toMatchObject({ phone: null });
    expect((await importFile(database, 'leancloud', file, ...wechat)).report).toMatchObject({ unchanged: 2 });
  });
});

describe('an import next to a running server', () => {
  it('while people log in for the first time: each identity has one user, and every record one outcome', async () => {
    const { database, server } = await start();
    const people = Array.from({ length: 12 }, (_, n) => `racer${n}`);
    const ids: { openid: string; unionid: string }[] = [];
    for (const person of people) {
      const { user_info } = await server.login('wechat', person);
      ids.push({ openid: user_info.openid, unionid: user_info.unionid });
    }
    await server.store.deleteFrom('users').execute();
    await server.store.deleteFrom('identities').execute();
    const rows = ids.map((lc_weapp, n) => row(n, { authData: { lc_weapp } }));
    const [{ code, report }, ...logins] = await Promise.all([
      importFile(database, 'leancloud', exportOf(rows), ...wechat, '--accept'),
      ...people.map((person) => server.login('wechat', person)),
    ]);
    expect(code).toBe(0);
    expect((report.new ?? 0) + (report.refused ?? 0)).toBe(people.length);
    const owners = await server.store.selectFrom('identities').select(['openid', 'user_id']).execute();
    expect(owners).toHaveLength(people.length);
    for (const [n, { user_info }] of logins.entries()) {
      expect(owners.find(({ openid }) => openid === ids[n]?.openid)?.user_id).toBe(user_info.id);
    }
    expect(await countRows(server)).toMatchObject({ users: people.length });
  });
});

it('an interrupted import whose file of refused records is gone: resumed', async () => {
  const { database, server } = await start();
  const file = exportOf([row(2), '{"broken', row(4, { email: 'none' })]);
  const folder = createFolder();
  const run = (name: string) =>
    command(
      [
        'import',
        'leancloud',
        file,
        '--app',
        'sandbox',
        ...wechat,
        '--accept',
        '--refused',
        `${folder}/${name}`,
        '--pairs',
        `${folder}/pairs`,
      ],
      database,
    );
  await run('refused');
  // As if it had been interrupted after two records, one of them refused.
  const counts = { ...noCounts(), records: 2, new: 1, refused: 1 };
  const state = { counts, refusedBytes: 300, pairsBytes: 0 };
  await server.store
    .updateTable('imports')
    .set({ finished_at: null, counts: JSON.stringify(state) })
    .execute();
  expect(await run('elsewhere')).toMatchObject({ code: 0, report: { records: 3, new: 1, refused: 2 } });
  expect(readFileSync(`${folder}/elsewhere`, 'utf8')).toMatch(/^\{.*is not an e-mail address.*\n$/);
});
