import { describe, expect, it } from 'vitest';
import { startServer } from '../support/server.ts';
import { startApp } from './startApp.ts';

describe('the published SDK walks', () => {
  it('register → link → log out → silent login: the same user', async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    const registered = await BaaS.auth.register({ username: 'larry', password: 'hip hop man' });
    const linked = await registered.linkWechat();
    expect(linked.data).toMatchObject({ status: 'ok', message: 'User associated.', user_id: registered.id });
    await BaaS.auth.logout();
    expect((await BaaS.auth.loginWithWechat()).id).toBe(registered.id);
  });

  it('the unified login of the seeds: 404 → sign in → link → logged in', async () => {
    const server = await startServer();
    const email = { email: 'ifanrx@ifanr.com', password: 'ifanrx123' };
    const { id } = await startApp(server, 'mei').BaaS.auth.register(email);

    const { BaaS } = startApp(server, 'larry');
    await expect(BaaS.auth.loginWithWechat(null, { createUser: false })).rejects.toMatchObject({ code: 404 });
    const user = await BaaS.auth.login(email);
    expect((await user.linkWechat()).statusCode).toBe(200);
    await BaaS.auth.logout();
    expect((await BaaS.auth.loginWithWechat(null, { createUser: false })).id).toBe(id);
  });
});
