import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { password, registerEmail } from '../../support/accounts.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { mergeAnother, ticketFor } from '../../support/merging.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** A person who has left traces everywhere, and another one. */
async function startWithTraces() {
  const DATABASE_URL = await createDatabase();
  const server = await startServer({ database: DATABASE_URL });
  const [larry, mei] = [await leaveTraces(server, 'larry', '13800138000'), await leaveTraces(server, 'mei', '13900139000')];
  const user = (id: number) => ['--app', 'sandbox', '--user', String(id)];
  return { server, env: { DATABASE_URL }, larry, mei, user };
}

async function leaveTraces(server: TestServer, person: string, phone: string) {
  const { token, id } = await registerEmail(server, `${person}@example.com`);
  await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', person) } });
  const { code: phone_code } = await server.granted('phone', 'wechat', person);
  await server.call('updatePhoneWechat', { token, body: { phone_code } });
  await server.call('updateUser', { token, body: { level: 7 } });
  const merged = await mergeAnother(server, token, `${person}-merged`);
  const onWechat = await server.login('wechat', person);
  await server.call('updateUser', { token: onWechat.token, body: { avatar: 'https://img.example.com/a.png' } });
  await server.call('registerByUsername', { body: { username: `${person}-other`, password } });
  await ticketFor(server, token, { username: `${person}-other`, password });
  const { ticket } = (await server.call('createScanLogin')).body;
  await server.call('openScanLogin', { token, body: { ticket } });
  await server.call('sendVerificationEmail', { token });
  await server.call('sendSmsCode', { body: { phone } });
  await server.services.background.settled();
  await server.services.audit.flush();
  return { token, id, merged };
}

/** Every row of every table with the id of a user, or of the account that it took in (tables are discovered, so none can be forgotten). */
async function rowsOf({ store }: TestServer, { id, merged }: { id: number; merged: number }) {
  const tables = await store.introspection.getTables();
  const keyed = tables.filter(({ columns }) => columns.some(({ name }) => name === 'user_id')).map(({ name }) => name);
  const rows = await Promise.all(
    keyed.map((table) => sql<object>`select * from ${sql.table(table)} where user_id in (${id}, ${merged})`.execute(store)),
  );
  return Object.fromEntries(keyed.map((table, index) => [table, rows[index]?.rows ?? []]));
}

describe('export-user and delete-user', () => {
  it('export what every table holds of a user, without secrets', async () => {
    const { server, env, larry, user } = await startWithTraces();
    const { output } = await admin(['export-user', ...user(larry.id), '--json'], env);
    const data = JSON.parse(output);
    const held = await rowsOf(server, larry);
    for (const [table, rows] of Object.entries(held)) {
      // This app has no receiver of events; test/server/webhooks/outbox.test.ts has them.
      if (table.startsWith('webhook_')) continue;
      expect(rows.length, `${table} of the test's person`).toBeGreaterThan(0);
      expect(data[table]?.length, table).toBe(rows.length);
    }
    expect(data.users).toMatchObject([{ id: larry.id, email: 'larry@example.com', phone: '13800138000', fields: { level: 7 } }]);
    expect(data.sms_codes).toMatchObject([{ phone: '13800138000' }]);

    const secrets = [...Object.values(held).flat(), ...(await server.store.selectFrom('users').selectAll().execute())].flatMap((row) =>
      Object.entries(row).filter(([column]) => /hash$|key$|token|snapshot/.test(column)),
    );
    expect(new Set(secrets.map(([column]) => column))).toEqual(
      new Set(['password_hash', 'session_key', 'token_hash', 'session_hash', 'ticket_hash', 'poll_hash', 'check_hash', 'snapshot']),
    );
    for (const [column, secret] of secrets.filter(([, value]) => value !== null)) expect(output.includes(secret), column).toBe(false);
  });

  it('show what would be deleted, and delete it only with --yes', async () => {
    const { server, env, larry, mei, user } = await startWithTraces();
    const before = await rowsOf(server, larry);
    const counts = { users: 1, ...Object.fromEntries(Object.entries(before).map(([table, { length }]) => [table, length])), sms_codes: 1 };
    expect(await adminJson(['delete-user', ...user(larry.id)], env)).toEqual({ would_delete: counts });
    expect(await rowsOf(server, larry)).toEqual(before);

    const others = await rowsOf(server, mei);
    expect(await adminJson(['delete-user', ...user(larry.id), '--yes'], env)).toEqual({ deleted: counts });
    const { audit_entries, ...rest } = await rowsOf(server, larry);
    expect(Object.values(rest).flat()).toEqual([]);
    expect(audit_entries).toMatchObject([{ event: 'user_deleted', operation: 'admin' }]);
    const left = await server.store.selectFrom('users').select(['id', 'merged_into']).execute();
    expect(left.filter(({ id, merged_into }) => [id, merged_into].includes(larry.id))).toEqual([]);
    expect(left.filter(({ id }) => id === mei.id)).toHaveLength(1);
    expect(await server.store.selectFrom('sms_codes').select('phone').execute()).toEqual([{ phone: '13900139000' }]);
    expect(await rowsOf(server, mei)).toEqual(others);
  });

  it('leave no way to log in as the deleted user; the person returns as a new one', async () => {
    const { server, env, larry, user } = await startWithTraces();
    await adminJson(['delete-user', ...user(larry.id), '--yes'], env);
    expect((await server.call('getUser', { token: larry.token, userId: larry.id })).body.code).toBe('session_invalid');
    const login = await server.call('loginByEmail', { body: { email: 'larry@example.com', password } });
    expect(login.body.code).toBe('credentials_invalid');
    const { user_info } = await server.login('wechat', 'larry');
    expect(user_info.id).not.toBe(larry.id);
  });
});
