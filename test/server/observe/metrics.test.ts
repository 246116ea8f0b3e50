import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** The lines of `/metrics` that begin with a text. */
const linesOf = async ({ services }: TestServer, beginning: string) =>
  (await services.metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(beginning));

describe('metrics', () => {
  it('count requests by operation and status', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    for (const userId of [user_info.id, 1]) await server.call('getUser', { token, userId });
    expect(await linesOf(server, 'login_request_duration_seconds_count')).toEqual([
      'login_request_duration_seconds_count{operation="silentLoginWechat",status="201"} 1',
      'login_request_duration_seconds_count{operation="getUser",status="200"} 1',
      'login_request_duration_seconds_count{operation="getUser",status="404"} 1',
    ]);
  });

  it('count all requests outside the contract together', async () => {
    const server = await startServer();
    for (const path of ['/hserve/v9/nothing/', '/hserve/v9/more/', '/wp-login.php']) await fetch(server.origin + path);
    expect(await linesOf(server, 'login_request_duration_seconds_count')).toEqual([
      'login_request_duration_seconds_count{operation="none",status="404"} 3',
    ]);
  });

  it('count requests to platforms by outcome', async () => {
    const server = await startServer();
    await server.login('wechat', 'larry');
    await server.call('silentLoginWechat', { body: { code: 'neverGiven' } });
    await server.call('silentLoginQq', { body: { code: await server.codeFor('qq', 'larry', { kind: 'server_error' }) } });
    expect(await linesOf(server, 'login_upstream_duration_seconds_count')).toEqual([
      'login_upstream_duration_seconds_count{platform="wechat",outcome="answered"} 2',
      'login_upstream_duration_seconds_count{platform="qq",outcome="platform_failed"} 1',
    ]);
    expect(await linesOf(server, 'login_upstream_refusals_total')).toEqual([
      'login_upstream_refusals_total{platform="wechat",code="code_invalid"} 1',
    ]);
  });

  it('count logins and registrations by tenant and method', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, environments: ['staging'] }) });
    for (const _login of [1, 2]) await server.login('wechat', 'larry');
    await server.login('qq', 'mei');
    await registerUser(server);
    const { body } = await server.call('loginAnonymously', { headers: { 'X-Hydrogen-Env-ID': 'staging' } });
    const account = { username: 'larry-2', password: 'plum-rain-june' };
    await server.call('registerByUsername', { token: body.token, headers: { 'X-Hydrogen-Env-ID': 'staging' }, body: account });
    // Neither a refused registration nor a refused login is one.
    await server.call('registerByUsername', { headers: { 'X-Hydrogen-Env-ID': 'staging' }, body: account });
    await server.call('loginByUsername', { body: { username: 'larry-2', password: 'wrong' } });
    await server.call('silentLoginWechat', { body: { code: 'neverGiven' } });
    expect((await linesOf(server, 'login_logins_total')).sort()).toEqual([
      'login_logins_total{tenant="sandbox",method="qq"} 1',
      'login_logins_total{tenant="sandbox",method="username"} 1',
      'login_logins_total{tenant="sandbox",method="wechat"} 2',
      'login_logins_total{tenant="sandbox/staging",method="anonymous"} 1',
      'login_logins_total{tenant="sandbox/staging",method="username"} 1',
    ]);
    expect((await linesOf(server, 'login_registrations_total')).sort()).toEqual([
      'login_registrations_total{tenant="sandbox",method="qq"} 1',
      'login_registrations_total{tenant="sandbox",method="username"} 1',
      'login_registrations_total{tenant="sandbox",method="wechat"} 1',
      'login_registrations_total{tenant="sandbox/staging",method="anonymous"} 1',
      'login_registrations_total{tenant="sandbox/staging",method="username"} 1',
    ]);
    expect((await linesOf(server, 'login_failed_logins_total')).sort()).toEqual([
      'login_failed_logins_total{tenant="sandbox",method="username",code="credentials_invalid"} 1',
      'login_failed_logins_total{tenant="sandbox",method="wechat",code="code_invalid"} 1',
    ]);
  });

  it('count passwords and background tasks', async () => {
    const server = await startServer();
    await registerUser(server);
    await server.call('requestPasswordReset', { body: { email: 'mei@example.com' } });
    await server.services.background.settled();
    expect(await linesOf(server, 'login_password_hash_duration_seconds_count')).toEqual(['login_password_hash_duration_seconds_count 1']);
    expect(await linesOf(server, 'login_password_hashes_pending')).toEqual(['login_password_hashes_pending 0']);
    expect(await linesOf(server, 'login_background_tasks')).toEqual([
      'login_background_tasks_total{outcome="done"} 1',
      'login_background_tasks_running 0',
    ]);
  });

  it('show the passwords that are queued or being verified', async () => {
    const checked = Promise.withResolvers<boolean>();
    const passwords = { hash: () => expect.unreachable(), verify: () => checked.promise, digest: () => expect.unreachable() };
    const server = await startServer({ passwords });
    const logIn = (n: number) => server.call('loginByUsername', { body: { username: `larry-${n}`, password: 'wrong' } });
    const logins = Promise.all([1, 2, 3].map(logIn));
    await expect.poll(() => linesOf(server, 'login_password_hashes_pending')).toEqual(['login_password_hashes_pending 3']);
    checked.resolve(false);
    await logins;
    expect(await linesOf(server, 'login_password_hashes_pending')).toEqual(['login_password_hashes_pending 0']);
  });
});
