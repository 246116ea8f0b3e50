import { readFileSync } from 'node:fs';
import { hash as bcryptHash } from '@node-rs/bcrypt';
import { sql } from 'kysely';
import { describe, expect, inject, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { header, leancloudRow, objectIdOf } from '../../support/exports/leancloud.ts';
import { personOf } from '../../support/exports/people.ts';
import { exportOf, importFile } from '../../support/importing.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const wechat = ['--platform-app', 'wechat=sandbox-wechat'];

async function start() {
  const database = await createDatabase();
  return { database, server: await startServer({ database, rateLimited: false }) };
}

/** A person of the sandbox with the ids of the platform, who has no account here. */
async function stranger(server: TestServer, person: string): Promise<{ openid: string; unionid: string }> {
  const { user_info } = await server.login('wechat', person);
  await server.store.deleteFrom('users').where('id', '=', user_info.id).execute();
  return { openid: user_info.openid, unionid: user_info.unionid };
}

const row = (n: number, more: object = {}) => ({ ...leancloudRow(personOf(n)), ...more });
const userOf = ({ store }: TestServer, n: number) =>
  store.selectFrom('users').selectAll().where('legacy_id', '=', objectIdOf(n)).executeTakeFirst();
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('import leancloud', () => {
  it.skipIf(inject('postgres') === undefined)('leaves PostgreSQL statistics with which it looks keys up', async () => {
    const { database, server } = await start();
    await importFile(database, 'leancloud', exportOf([header, row(0), row(1)]), ...wechat);
    const { rows } = await sql<{ reltuples: number }>`select reltuples from pg_class where oid = 'users'::regclass`.execute(server.store);
    expect(rows).toEqual([{ reltuples: 2 }]);
  });

  it('keeps every way in: names with the password, the number, the platform and the session', async () => {
    const { database, server } = await start();
    const ids = await stranger(server, 'larry');
    const [two, four] = [personOf(2), personOf(4)];
    const authData = { lc_weapp: { ...ids, session_key: 'tiihtNczf5v6AKRyjwEUhQ==', nickName: 'Li' } };
    const { code, report } = await importFile(database, 'leancloud', exportOf([header, row(2, { authData }), row(4)]), ...wechat);
    expect(code).toBe(0);
    expect(report).toMatchObject({
      imported: true,
      records: 2,
      new: 2,
      with: { username: 2, password: 2, 'wechat sandbox-wechat': 2, session: 2 },
    });

    const id = (await userOf(server, 2))?.id;
    for (const [operation, body] of [
      ['loginByUsername', { username: two.name.toUpperCase(), password: two.password }],
      ['loginByEmail', { email: two.email, password: two.password }],
      ['loginByPhone', { phone: two.phone, password: two.password }],
    ] as const) {
      expect(await server.call(operation, { body }), operation).toMatchObject({ status: 201, body: { id, _phone_verified: true } });
    }
    await server.call('sendSmsCode', { body: { phone: two.phone } });
    const sms = { phone: two.phone, code: await server.smsCodeTo(two.phone), create_user: false };
    expect((await server.call('loginBySmsCode', { body: sms })).body.id).toBe(id);
    expect((await server.login('wechat', 'larry')).user_info).toMatchObject({ id, unionid: ids.unionid });
    const own = await server.call('getMe', { token: four.sessionToken });
    expect(own).toMatchObject({ status: 200, body: { _legacy_id: objectIdOf(4), nickname: 'Person 4', created_at: 1_500_000_004 } });
    expect(own.body.team).toEqual({ __type: 'Pointer', className: 'Team', objectId: objectIdOf(4) });
    expect(JSON.stringify(own.body)).not.toContain('session_key');
  });

  it('keeps unverified numbers and addresses as claims, which keep no one from proving them', async () => {
    const { database, server } = await start();
    const mine = row(3, { emailVerified: false, mobilePhoneVerified: false });
    const { report } = await importFile(database, 'leancloud', exportOf([mine]), ...wechat);
    expect(report.with).toMatchObject({ phone_claimed: 1, email_claimed: 1 });
    const { phone, email, password } = personOf(3);
    expect((await server.call('loginByPhone', { body: { phone, password } })).body).toMatchObject({
      _phone: phone,
      _phone_verified: false,
    });
    await server.call('sendSmsCode', { body: { phone } });
    const sms = await server.call('loginBySmsCode', { body: { phone, code: await server.smsCodeTo(phone) } });
    expect(sms.body.id).not.toBe((await userOf(server, 3))?.id);
    expect((await server.call('loginByPhone', { body: { phone, password } })).status).toBe(400);
    expect((await server.call('loginByEmail', { body: { email, password } })).status).toBe(201);
  });

  it('says in a dry run what would be refused and why, writes nothing, and imports only what the operator accepts', async () => {
    const { database, server } = await start();
    const rows = [
      header,
      row(0),
      '{"objectId": "broken',
      { username: 'no id' },
      row(6, { mobilePhoneNumber: personOf(1).phone, mobilePhoneVerified: true }),
      row(1, { mobilePhoneVerified: true, email: 'no address' }),
      row(8, { username: personOf(0).name.toUpperCase() }),
      row(10, { authData: { weapp2: { openid: 'oSECOND' } } }),
    ];
    const file = exportOf(rows);
    const dry = await importFile(database, 'leancloud', file, '--dry-run', ...wechat);
    expect(dry).toMatchObject({ code: 0, report: { imported: false, records: 7, new: 2, refused: 5 } });
    expect(dry.report.problems).toEqual({
      'line is no JSON': 1,
      'line has no objectId': 1,
      'email is not an e-mail address': 1,
      'phone is verified by another user, too': 1,
      'username is the username of another user': 1,
    });
    expect(dry.report.unknown_keys).toEqual({ weapp2: { users: 1, hint: expect.stringContaining('--map weapp2=PLATFORM:APPID') } });
    expect(dry.report.obstacles).toEqual([expect.stringContaining('weapp2')]);
    const refused = linesOf(dry.report.refused_file);
    expect(refused).toHaveLength(5);
    expect(refused.find(({ record }) => record.objectId === objectIdOf(1))).toMatchObject({
      place: expect.stringMatching(/_User\.0\.jsonl:6$/),
      problems: [{ kind: 'email' }, { kind: 'phone', about: personOf(1).phone, other: `record leancloud ${objectIdOf(6)}` }],
    });
    expect(linesOf(dry.report.pairs_file)).toMatchObject([{ by: `phone ${personOf(1).phone}` }]);
    expect(await server.store.selectFrom('users').select('id').execute()).toEqual([]);

    const stopped = await importFile(database, 'leancloud', file, ...wechat, '--accept');
    expect(stopped).toMatchObject({ code: 1, report: { imported: false }, errors: expect.stringContaining('unknown key: --map weapp2=') });
    const mapped = [...wechat, '--map', 'weapp2=wechat:another-app'];
    const unaccepted = await importFile(database, 'leancloud', file, ...mapped);
    expect(unaccepted).toMatchObject({
      code: 1,
      errors: expect.stringContaining('4 records would be refused: --accept leaves them behind'),
    });
    expect(await server.store.selectFrom('users').select('id').execute()).toEqual([]);

    const done = await importFile(database, 'leancloud', file, ...mapped, '--accept');
    expect(done).toMatchObject({ code: 0, report: { imported: true, new: 3, refused: 4, with: { 'wechat another-app': 1 } } });
    expect(await userOf(server, 1)).toBeUndefined();
  });

  it('imports a user without the part that conflicts, if the operator says so, and merges no one', async () => {
    const { database, server } = await start();
    const rows = [row(2), row(4, { mobilePhoneNumber: personOf(2).phone, email: 'no address' })];
    const { code, report } = await importFile(database, 'leancloud', exportOf(rows), ...wechat, '--drop', 'phone,email');
    expect(code).toBe(0);
    expect(report).toMatchObject({ new: 2, dropped: 1, pairs: 1 });
    expect(linesOf(report.refused_file)).toMatchObject([{ imported_without: [{ kind: 'email' }, { kind: 'phone' }] }]);
    expect(await userOf(server, 4)).toMatchObject({ phone: null, email: null, username: personOf(4).name });
    expect(await userOf(server, 2)).toMatchObject({ phone: personOf(2).phone });
  });

  it('takes nothing from users who are here already', async () => {
    const { database, server } = await start();
    await server.call('registerByUsername', { body: { username: personOf(2).name, password: 'plum-rain-june' } });
    const { report } = await importFile(database, 'leancloud', exportOf([row(2), row(4)]), ...wechat, '--accept');
    expect(report).toMatchObject({ new: 1, refused: 1, problems: { 'username is the username of another user': 1 } });
    expect((await server.call('loginByUsername', { body: { username: personOf(2).name, password: 'plum-rain-june' } })).status).toBe(201);
  });

  it('takes over what has changed at the source since, and leaves what has changed here', async () => {
    const { database, server } = await start();
    const file = (rows: object[]) => exportOf([header, ...rows]);
    await importFile(database, 'leancloud', file([row(2), row(4), row(6)]), ...wechat);
    const { token } = (await server.call('loginByUsername', { body: { username: personOf(6).name, password: personOf(6).password } })).body;
    await server.call('updateUser', { token, body: { nickname: 'Here' } });
    const later = { updatedAt: '2020-01-01T00:00:00.000Z', nickName: 'There' };
    const moved = { ...leancloudRow(personOf(12)), objectId: objectIdOf(4), authData: row(4).authData, updatedAt: later.updatedAt };
    const again = await importFile(database, 'leancloud', file([row(2), moved, row(6, later), row(8)]), ...wechat);
    expect(again.report).toMatchObject({ new: 1, changed: 1, unchanged: 1, newer_here: 1 });
    expect(await userOf(server, 6)).toMatchObject({ nickname: 'Here' });
    const { name, password, phone } = personOf(12);
    expect((await server.call('loginByUsername', { body: { username: name, password } })).body._legacy_id).toBe(objectIdOf(4));
    expect((await server.call('loginByUsername', { body: { username: personOf(4).name, password: personOf(4).password } })).status).toBe(
      400,
    );
    expect((await userOf(server, 4))?.phone).toBe(phone);
    const anotherOpenid = row(4, { authData: { lc_weapp: { openid: 'oNEW' } }, updatedAt: '2021-01-01T00:00:00.000Z' });
    const renamed = await importFile(database, 'leancloud', file([anotherOpenid]), ...wechat, '--accept');
    expect(renamed.report).toMatchObject({ refused: 1, problems: { 'identity is another openid than the user has here': 1 } });
  });

  it('reads bcrypt of rows that LeanCloud was given, and leaves out what is no hash', async () => {
    const { database, server } = await start();
    const bcryptPassword = await bcryptHash('plum', 4);
    const rows = [row(2, { password: undefined, salt: undefined, bcryptPassword }), row(4, { password: 'plain', salt: 'x' })];
    const { report } = await importFile(database, 'leancloud', exportOf(rows), ...wechat, '--drop', 'password');
    expect(report).toMatchObject({ new: 2, dropped: 1, with: { password: 1 } });
    expect((await server.call('loginByUsername', { body: { username: personOf(2).name, password: 'plum' } })).status).toBe(201);
  });

  it('imports anonymous users with their sessions, which can become accounts', async () => {
    const { database, server } = await start();
    const anonymous = { objectId: objectIdOf(2), sessionToken: personOf(2).sessionToken, authData: { anonymous: { id: 'uuid' } } };
    const { report } = await importFile(database, 'leancloud', exportOf([anonymous]));
    expect(report).toMatchObject({ new: 1, with: { anonymous: 1, session: 1 } });
    const { body } = await server.call('getMe', { token: personOf(2).sessionToken });
    expect(body).toMatchObject({ _anonymous: true, _legacy_id: objectIdOf(2) });
  });

  it.each([
    [['--platform-app', 'weibo=1'], '--platform-app: there is no platform weibo'],
    [['--map', 'weapp2=wx123'], '--map: weapp2=wx123 must be like weapp2=wechat:wx0123456789abcdef'],
    [['--drop', 'everything'], 'There is no part everything'],
  ])('reports what is wrong with %j', async (options, message) => {
    const { code, errors } = await importFile((await start()).database, 'leancloud', exportOf([row(2)]), ...options);
    expect(code).not.toBe(0);
    expect(errors).toContain(message);
  });

  it('refuses the file of another class', async () => {
    const file = exportOf(['#filetype:JSON-streaming {"type":"Class","class":"Team"}', { objectId: 'x' }]);
    const { code, errors } = await importFile((await start()).database, 'leancloud', file, ...wechat);
    expect({ code, errors }).toEqual({ code: 1, errors: expect.stringContaining('holds the class Team, and not _User') });
  });
});
