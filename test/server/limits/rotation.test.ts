// @module-tag fault
import { describe, expect, it } from 'vitest';
import { createVault } from '../../../server/crypto/vault.ts';
import { loginNames, password, registerEmail, registerUser } from '../../support/accounts.ts';
import { createDatabase } from '../../support/database.ts';
import { startLimited } from '../../support/limits.ts';
import { secretKey } from '../../support/secrets.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const newKey = 'the secret key from tomorrow on, 32';
const phone = '13800138000';
const start = 1_800_000_000;

const rotate = ({ services }: TestServer) => {
  services.vault = createVault(newKey, secretKey);
};

describe('limits during a key rotation', () => {
  it.each(loginNames)('guesses at an account by $kind before and after the rotation: counted together', async ({
    kind,
    name,
    register,
    login,
  }) => {
    const { server, clock } = await startLimited({ password_account_ip: { limit: 4, seconds: 900 } });
    await server.call(register, { body: { [kind]: name, password } });
    const guess = async () => (await server.call(login, { body: { [kind]: name, password: 'wrong' } })).status;
    expect([await guess(), await guess()]).toEqual([400, 400]);
    rotate(server);
    expect([await guess(), await guess(), await guess()]).toEqual([400, 400, 429]);
    clock.time += 900;
    expect(await guess()).toBe(400);
  });

  it.each([
    ['an SMS code', async (server: TestServer) => (await server.call('sendSmsCode', { body: { phone } })).body.code],
    ['a verification mail', async (server: TestServer, token: string) => (await server.call('sendVerificationEmail', { token })).body.code],
  ])('a second request for %s right after the rotation: refused', async (_what, ask) => {
    const { server, clock } = await startLimited({});
    const { token } = await registerEmail(server, 'mei@example.com');
    expect(await ask(server, token)).toBeUndefined();
    rotate(server);
    expect(await ask(server, token)).toMatch(/rate_limited$/);
    clock.time += 61;
    expect(await ask(server, token)).toBeUndefined();
  });

  it('users created from one address before and after the rotation: counted together', async () => {
    const { server } = await startLimited({ anonymous_ip: { limit: 3 } });
    const make = async () => (await server.call('loginAnonymously')).status;
    expect([await make(), await make()]).toEqual([201, 201]);
    rotate(server);
    expect([await make(), await make()]).toEqual([201, 429]);
  });

  it('two servers, one with the new key and one with the old: counted together', async () => {
    const database = await createDatabase();
    const options = {
      database,
      now: () => start,
      configure: (app: object) => ({ ...app, rate_limits: { password_account_ip: { limit: 4 } } }) as never,
    };
    const vaultOf = (...keys: [string, string]) => ({ services: { vault: createVault(...keys) } });
    const servers = [
      await startServer({ ...options, ...vaultOf(secretKey, newKey) }),
      await startServer({ ...options, ...vaultOf(newKey, secretKey) }),
    ];
    await registerUser(servers[0] as TestServer);
    const statuses = [];
    for (let round = 0; round < 3; round++) {
      for (const server of servers)
        statuses.push((await server.call('loginByUsername', { body: { username: 'Mei', password: 'wrong' } })).status);
    }
    expect(statuses).toEqual([400, 400, 400, 400, 429, 429]);
  });
});
