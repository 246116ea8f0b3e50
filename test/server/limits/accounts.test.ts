// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { from, startLimited } from '../../support/limits.ts';
import { startServer } from '../../support/server.ts';

describe('limits of accounts', () => {
  it('names and numbers tried by changes of an account: limited like registrations, from one address', async () => {
    const { server } = await startLimited({ register_ip: { limit: 6, seconds: 3600 }, register_account_ip: { limit: 3, seconds: 3600 } });
    const ask = async (token: string, n: number) =>
      (await server.call('updateAccount', { token, body: { username: `another${n}` }, headers: { ...from('203.0.113.7') } })).status;
    const users = [await server.login('qq', 'a'), await server.login('qq', 'b'), await server.login('qq', 'c')];
    const statuses: number[] = [];
    for (const { token } of users) for (let n = 0; n < 4; n++) statuses.push(await ask(token, n * 10 + users.length));
    expect(statuses.filter((status) => status === 429).length).toBe(6);
  });

  it('a new password, and null for a name: not counted, because no name is tried', async () => {
    const { server } = await startLimited({ register_account_ip: { limit: 1, seconds: 3600 } });
    const { token } = await server.login('qq', 'a');
    expect((await server.call('updateAccount', { token, body: { username: 'Mei', new_password: password } })).status).toBe(200);
    expect((await server.call('updateAccount', { token, body: { password, new_password: 'staple-battery-9' } })).status).toBe(200);
    expect((await server.call('updateAccount', { token, body: { username: null } })).status).toBe(200);
  });

  it('password guesses by the three names of an account, and with its session: counted together', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    await server.call('updateAccount', { token, body: { email: 'mei@example.com', phone: '13800138000' } });
    const guesses = [
      () => server.call('loginByUsername', { body: { username: 'Mei', password: 'guess' } }),
      () => server.call('loginByEmail', { body: { email: 'mei@example.com', password: 'guess' } }),
      () => server.call('loginByPhone', { body: { phone: '13800138000', password: 'guess' } }),
      () => server.call('updateAccount', { token, body: { password: 'guess', new_password: 'staple-battery-9' } }),
    ];
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await guesses[n % 4]?.())?.status ?? 0);
    expect(statuses).toEqual([...Array(10).fill(400), 429, 429]);
  });

  it('an address where a stolen session was used: unknown to the account', async () => {
    const { server } = await startLimited({ password_account: { limit: 1, seconds: 3600 } });
    const { token } = await registerUser(server);
    const thief = from('198.51.100.1');
    expect((await server.call('updateAccount', { token, body: { username: 'mei2' }, headers: { ...thief } })).status).toBe(200);
    const guess = () => server.call('loginByUsername', { body: { username: 'mei2', password: 'guess' }, headers: { ...thief } });
    expect([(await guess()).status, (await guess()).status]).toEqual([400, 429]);
  });
});
