import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { from, startLimited } from '../../support/limits.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const silently = async (server: TestServer, person: string, headers = {}) =>
  server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', person) }, headers });
const byPassword = (server: TestServer, guess: string, headers = {}) =>
  server.call('loginByUsername', { body: { username: 'Mei', password: guess }, headers });

describe('a rate limit', () => {
  it('refuses requests of an address beyond the limit, until the window ends', async () => {
    const { server, clock } = await startLimited({ platform_ip: { limit: 2, seconds: 60 } });
    for (const person of ['larry', 'mei']) expect((await silently(server, person)).status).toBe(201);
    clock.time += 50;
    const refused = await silently(server, 'ada');
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers.get('Retry-After')).toBe('10');
    expect((await silently(server, 'ada', from('203.0.113.7'))).status).toBe(201);
    clock.time += 10;
    expect((await silently(server, 'ada')).status).toBe(201);
  });

  it('does not call the platform for refused requests', async () => {
    const { server } = await startLimited({ platform_ip: { limit: 1 } });
    const code = await server.codeFor('wechat', 'larry');
    await silently(server, 'mei');
    expect((await server.call('silentLoginWechat', { body: { code } })).status).toBe(429);
    expect((await server.call('silentLoginWechat', { body: { code }, headers: from('203.0.113.7') })).status).toBe(201);
  });

  it('is sent in the standard headers', async () => {
    const { server } = await startLimited({ platform_ip: { limit: 5, seconds: 60 } });
    const { headers } = await silently(server, 'larry');
    expect(headers.get('RateLimit-Policy')).toBe('"platform_ip";q=5;w=60');
    expect(headers.get('RateLimit')).toBe('"platform_ip";r=4;t=60');
  });

  it('does not reveal how often others tried an account', async () => {
    const { server } = await startLimited({});
    const { headers } = await byPassword(server, 'wrong');
    expect(headers.get('RateLimit')).toBe('"password_account_ip";r=9;t=900, "password_ip";r=99;t=900');
  });

  it('is not in the headers if the operation has none, or limits are off', async () => {
    const { server } = await startLimited({});
    const { token, user_info } = await server.login('wechat', 'larry');
    const { headers } = await server.call('getUser', { token, userId: user_info.id });
    expect(headers.get('RateLimit')).toBeNull();
    const free = await startServer({ rateLimited: false });
    expect((await silently(free, 'larry')).headers.get('RateLimit')).toBeNull();
  });

  it('counts simultaneous attempts', async () => {
    const { server } = await startLimited({ anonymous_ip: { limit: 10 } });
    const replies = await Promise.all(Array.from({ length: 50 }, () => server.call('loginAnonymously')));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(10);
  });

  it('counts each environment of an app separately', async () => {
    const { server } = await startLimited({ anonymous_ip: { limit: 1 } });
    expect((await server.call('loginAnonymously')).status).toBe(201);
    expect((await server.call('loginAnonymously', { headers: { 'X-Hydrogen-Env-ID': 'staging' } })).status).toBe(201);
    expect((await server.call('loginAnonymously')).status).toBe(429);
  });

  it('limits the exchanges of one identity, from all addresses, and refuses further ones without an effect', async () => {
    const { server, clock } = await startLimited({ identity: { limit: 2, seconds: 60 } });
    const { body } = await silently(server, 'larry');
    for (const ip of ['203.0.113.7', '203.0.113.8']) expect((await silently(server, 'larry', from(ip))).status).toBe(201);
    clock.time += 20;
    const refused = await silently(server, 'larry', from('203.0.113.9'));
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers.get('Retry-After')).toBe('40');
    expect(refused.headers.get('RateLimit-Policy')).toBe('"identity";q=2;w=60, "platform_ip";q=3000;w=60');
    expect(refused.headers.get('RateLimit')).toBe('"identity";r=0;t=40, "platform_ip";r=2999;t=60');
    expect((await silently(server, 'mei')).status).toBe(201);
    clock.time += 40;
    expect((await silently(server, 'larry')).body.user_info.id).toBe(body.user_info.id);
  });

  it('limits the requests of one user, from all addresses', async () => {
    const { server } = await startLimited({ user: { limit: 2 } });
    const { token } = await registerUser(server);
    const change = (username: string, ip: string) => server.call('updateAccount', { token, body: { username }, headers: from(ip) });
    expect((await change('mei1', '203.0.113.1')).status).toBe(200);
    expect((await change('mei2', '203.0.113.2')).status).toBe(200);
    expect((await change('mei3', '203.0.113.3')).status).toBe(429);
  });

  it('limits the lists that one user requests', async () => {
    const { server } = await startLimited({ list_user: { limit: 1 } });
    const { token } = await registerUser(server);
    expect((await server.call('listUsers', { token })).status).toBe(200);
    expect((await server.call('listUsers', { token })).status).toBe(429);
  });

  it('does not count right passwords', async () => {
    const { server } = await startLimited({ password_account_ip: { limit: 2 }, password_ip: { limit: 2 }, password_account: { limit: 2 } });
    await registerUser(server);
    for (let login = 0; login < 5; login++) expect((await byPassword(server, password)).status).toBe(201);
  });

  it('does not count errors that are not about the password', async () => {
    const { server } = await startLimited({ user: { limit: 100 }, password_account_ip: { limit: 1 } });
    await registerUser(server, 'larry');
    const { token } = await registerUser(server);
    const change = (body: object) => server.call('updateAccount', { token, body });
    for (let attempt = 0; attempt < 3; attempt++) expect((await change({ username: 'larry' })).status).toBe(409);
    const guess = { password: 'wrong', new_password: 'autumn-leaf' };
    expect((await change(guess)).status).toBe(400);
    expect((await change(guess)).status).toBe(429);
  });

  it('is shared by all processes on one database', async () => {
    const { server } = await startLimited({ anonymous_ip: { limit: 3 } });
    const other = await startServer({
      now: server.services.now,
      services: { store: server.store },
      configure: (app) => ({ ...app, rate_limits: { anonymous_ip: { limit: 3 } } }),
    });
    const statuses: number[] = [];
    for (const each of [server, other, server, other]) statuses.push((await each.call('loginAnonymously')).status);
    expect(statuses).toEqual([201, 201, 201, 429]);
  });

  it('stores no numbers, names or addresses in its counters', async () => {
    const { server } = await startLimited({});
    await server.call('sendSmsCode', { body: { phone: '13800138000' } });
    await byPassword(server, 'wrong');
    const rows = JSON.stringify(await server.store.selectFrom('rate_limits').selectAll().execute());
    for (const secret of ['13800138000', 'mei', '127.0.0.1']) expect(rows).not.toContain(secret);
  });

  it('refuses all requests if the counters are unavailable', async () => {
    const { server } = await startLimited({});
    await server.store.schema.dropTable('rate_limits').execute();
    expect((await silently(server, 'larry')).status).toBe(500);
  });
});
