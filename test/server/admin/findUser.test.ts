import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { mergeAnother } from '../../support/merging.ts';
import { startServer } from '../../support/server.ts';

describe('find-user', () => {
  it("finds a running server's user by each of its names", async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const { token, id } = await registerUser(server);
    await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', 'mei'), associate_with_unionid: true } });
    await server.call('updateAccount', { token, body: { email: 'Mei@Example.com', phone: '+8613900139000' } });
    const { openid, unionid } = (await server.call('getUser', { token, userId: id })).body._provider.wechat;

    const names = { user: String(id), username: 'MEI', email: 'mei@example.COM', phone: '13900139000', openid, unionid };
    for (const [name, value] of Object.entries(names)) {
      expect(await adminJson(['find-user', '--app', 'sandbox', `--${name}`, value], { DATABASE_URL })).toMatchObject([
        { id, username: 'Mei', password: true, identities: [{ platform: 'wechat', openid, unionid }], sessions: 1 },
      ]);
    }
  });

  it('finds the user who took an account in by its id; other commands say whose id to give', async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const { token, id } = await registerUser(server);
    const merged = await mergeAnother(server, token, 'Larry');
    await server.store.updateTable('users').set({ legacy_id: 'old-7', legacy_source: 'leancloud' }).where('id', '=', merged).execute();
    for (const key of [`--user=${merged}`, '--legacy-id=old-7']) {
      const found = await adminJson(['find-user', '--app', 'sandbox', key], { DATABASE_URL });
      expect(found).toMatchObject([{ id, state: 'active', merged_from: [merged] }]);
    }
    const { code, errors } = await admin(['export-user', '--app', 'sandbox', '--user', String(merged)], { DATABASE_URL });
    expect([code, errors]).toEqual([1, `user ${merged} was merged into user ${id}: give that id\n`]);
  });

  it('finds every user who claims an address, within the app', async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    for (const username of ['mei', 'larry']) {
      const { token } = await registerUser(server, username);
      await server.call('updateAccount', { token, body: { email: 'both@example.com' } });
    }
    const APPS_FILE = `${createFolder()}/apps.yaml`;
    writeFileSync(APPS_FILE, 'apps: [{ client_id: other, name: Other }]\n');
    const find = (app: string) => admin(['find-user', '--app', app, '--email', 'both@example.com'], { DATABASE_URL, APPS_FILE });
    expect((await find('sandbox')).output.match(/username: \w+/g)?.sort()).toEqual(['username: larry', 'username: mei']);
    expect(await find('other')).toEqual({ code: 1, output: '', errors: 'app other has no user with that email\n' });
    expect(await find('mistyped')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('--app: APPS_FILE has no app or pool mistyped'),
    });
  });

  it.each([
    [['--app', 'sandbox'], 'error: one of --user, --username, --email, --phone, --openid, --unionid, --legacy-id is needed'],
    [['--app', 'sandbox', '--user', 'Mei'], "error: option '--user <id>' argument 'Mei' is invalid. It must be a whole number."],
    [['--app', 'sandbox', '--user', '1', '--phone', '2'], "error: option '--user <id>' cannot be used with option '--phone <phone>'"],
    [['--username', 'Mei'], "error: required option '--app <id>' not specified"],
  ])('reports what is wrong with %j', async (args, message) => {
    expect(await admin(['find-user', ...args], {})).toEqual({ code: 2, output: '', errors: `${message}\n` });
  });
});
