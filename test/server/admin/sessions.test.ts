import { describe, expect, it } from 'vitest';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

/** A running server and a person with two sessions. */
async function startWithSessions() {
  const env = { DATABASE_URL: await createDatabase() };
  const server = await startServer({ database: env.DATABASE_URL });
  const sessions = [await server.login('wechat', 'larry'), await server.login('wechat', 'larry')] as const;
  const userId = sessions[0].user_info.id;
  const statuses = () => Promise.all(sessions.map(async ({ token }) => (await server.call('getUser', { token, userId })).status));
  return { env, user: ['--app', 'sandbox', '--user', String(userId)], statuses };
}

describe('list-sessions and revoke-sessions', () => {
  it('show the sessions of a user and end one, which the running server then refuses', async () => {
    const { env, user, statuses } = await startWithSessions();
    const sessions = await adminJson(['list-sessions', ...user], env);
    expect(sessions).toMatchObject([{ platform: 'wechat' }, { platform: 'wechat' }]);
    expect(await adminJson(['revoke-sessions', ...user, '--session', sessions[0].session], env)).toEqual({ revoked: 1 });
    expect((await statuses()).sort()).toEqual([200, 401]);
  });

  it('end all sessions of a user', async () => {
    const { env, user, statuses } = await startWithSessions();
    expect(await adminJson(['revoke-sessions', ...user], env)).toEqual({ revoked: 2 });
    expect(await statuses()).toEqual([401, 401]);
  });

  it('report that there is no such user or session', async () => {
    const { env, user } = await startWithSessions();
    const missing = await admin(['list-sessions', '--app', 'sandbox', '--user', '1'], env);
    expect(missing).toEqual({ code: 1, output: '', errors: 'app sandbox has no user 1\n' });
    const nothing = await admin(['revoke-sessions', ...user, '--session', 'none'], env);
    expect(nothing).toEqual({ code: 1, output: '', errors: `user ${user.at(-1)} has no session none\n` });
  });
});
