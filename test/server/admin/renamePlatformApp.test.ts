import { describe, expect, it } from 'vitest';
import { adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

const rename = (from: string, to: string) => [
  'rename-platform-app',
  '--app',
  'sandbox',
  '--platform',
  'wechat',
  '--from',
  from,
  '--to',
  to,
];

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

  it('is needed, because people of a changed app id are newcomers unless a unionid identifies them', async () => {
    const server = await startServer();
    const [larry, mei] = [await server.login('wechat', 'larry'), await server.login('wechat', 'mei')];
    await server.store.updateTable('identities').set({ platform_app_id: 'earlier' }).execute();
    await server.store.updateTable('identities').set({ unionid: null }).where('user_id', '=', mei.user_id).execute();
    expect((await server.login('wechat', 'larry')).user_id).toBe(larry.user_id);
    expect((await server.login('wechat', 'mei')).user_id).not.toBe(mei.user_id);
  });
});
