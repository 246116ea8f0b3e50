import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { from } from '../../support/limits.ts';
import { startServer } from '../../support/server.ts';

const start = (list_users?: string) => startServer({ configure: (app) => ({ ...app, ...(list_users && { list_users }) }) });

describe('access to user lists', () => {
  it.each([
    [undefined, [200, 403, 401, 401], ['anonymous_forbidden', 'session_required', 'session_invalid']],
    ['members', [200, 403, 401, 401], ['anonymous_forbidden', 'session_required', 'session_invalid']],
    ['public', [200, 200, 200, 200], []],
    ['off', [403, 403, 403, 403], ['list_forbidden', 'list_forbidden', 'list_forbidden', 'list_forbidden']],
  ])(
    'list_users %s: a member, an anonymous user, a stranger and an invalid token are answered %j',
    { tags: 'fault' },
    async (setting, statuses, codes) => {
      const server = await start(setting);
      const { token } = await registerUser(server);
      const anonymous = (await server.call('loginAnonymously')).body.token;
      const replies = await Promise.all(
        [token, anonymous, undefined, 'x'.repeat(43)].map((caller) => server.call('listUsers', { token: caller })),
      );
      expect(replies.map(({ status }) => status)).toEqual(statuses);
      expect(replies.flatMap(({ body }) => body.code ?? [])).toEqual(codes);
    },
  );

  it('an anonymous user who registers: may list users from then on, in the same session', async () => {
    const server = await start();
    const { token } = (await server.call('loginAnonymously')).body;
    expect((await server.call('listUsers', { token })).status).toBe(403);
    const registered = await server.call('registerByUsername', { token, body: { username: 'Mei', password: 'plum-rain-june' } });
    expect((await server.call('listUsers', { token: registered.body.token })).status).toBe(200);
  });

  it('a user of a platform: may list users', async () => {
    const server = await start();
    const { token } = await server.login('wechat', 'larry');
    expect((await server.call('listUsers', { token })).status).toBe(200);
  });

  it.each(['public', 'members'])("lists by many users from one address, if %s may list: 429 beyond the address's limit", {
    tags: 'fault',
  }, async (list_users) => {
    const rate_limits = { list_ip: { limit: 3, seconds: 60 } };
    const server = await startServer({ trustProxy: 1, configure: (app) => ({ ...app, list_users, rate_limits }) });
    const tokens: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) tokens.push((await registerUser(server, name)).token);
    const list = async (token: string, ip: string) => (await server.call('listUsers', { token, headers: from(ip) })).status;
    const statuses: number[] = [];
    for (const token of tokens) statuses.push(await list(token, '192.0.2.1'));
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(await list(tokens[3] ?? '', '192.0.2.2')).toBe(200);
  });
});
