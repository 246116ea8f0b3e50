import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { askSandbox } from '../../support/sandbox.ts';
import { startServer } from '../../support/server.ts';

const rename = (from: string, to: string, platform = 'wechat') => {
  const options = { app: 'sandbox', platform, from, to };
  return ['rename-platform-app', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])];
};

describe('rename-platform-app', () => {
  it("changes the app id of a platform app's identities, except those of people who logged in under the new one already", async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const people = ['larry', 'mei', 'ada'];
    const before = await Promise.all(people.map((person) => server.login('wechat', person)));
    await server.login('qq', 'larry');
    await server.store
      .updateTable('identities')
      .set({ platform_app_id: 'earlier', unionid: null })
      .where('platform', '=', 'wechat')
      .execute();
    const newcomer = await server.login('wechat', 'ada');
    expect(newcomer.user_id).not.toBe(before[2]?.user_id);

    expect(await adminJson(rename('earlier', 'sandbox-wechat'), { DATABASE_URL })).toEqual({ renamed: 2, left: 1 });
    expect(await adminJson(rename('earlier', 'sandbox-wechat'), { DATABASE_URL })).toEqual({ renamed: 0, left: 1 });
    const entries = await adminJson(['audit', '--app', 'sandbox', '--event', 'identity_renamed'], { DATABASE_URL });
    expect(entries).toHaveLength(2);
    const after = await Promise.all(people.map((person) => server.login('wechat', person)));
    expect(after.map(({ user_id }) => user_id)).toEqual([before[0]?.user_id, before[1]?.user_id, newcomer.user_id]);
  });

  it('changes the ids of all host apps of a platform', async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    for (const host_app of ['Douyin', 'Toutiao']) {
      const { code } = z
        .object({ code: z.string() })
        .parse(await (await askSandbox(server, 'bytedance/login', { person: 'larry', host_app })).json());
      await server.call('silentLoginBytedance', { body: { code, app_name: host_app } });
    }
    const storedIds = async () =>
      (await server.store.selectFrom('identities').select('platform_app_id').execute()).map((row) => row.platform_app_id);
    const before = await storedIds();
    expect(before).toHaveLength(2);
    expect(await adminJson(rename('sandbox-bytedance', 'later', 'bytedance'), { DATABASE_URL })).toEqual({ renamed: 2, left: 0 });
    expect((await storedIds()).sort()).toEqual(before.map((id) => id.replace('sandbox-bytedance', 'later')).sort());
  });

  it('is needed, because people of a changed app id are newcomers unless a unionid identifies them', async () => {
    const server = await startServer();
    const [larry, mei] = [await server.login('wechat', 'larry'), await server.login('wechat', 'mei')];
    await server.store.updateTable('identities').set({ platform_app_id: 'earlier' }).execute();
    await server.store.updateTable('identities').set({ unionid: null }).where('user_id', '=', mei.user_id).execute();
    expect((await server.login('wechat', 'larry')).user_id).toBe(larry.user_id);
    expect((await server.login('wechat', 'mei')).user_id).not.toBe(mei.user_id);
  });
});
