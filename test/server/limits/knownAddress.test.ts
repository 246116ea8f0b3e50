import { describe, expect, it } from 'vitest';
import { createVault } from '../../../server/crypto/vault.ts';
import { password, registerUser } from '../../support/accounts.ts';
import { from, startLimited } from '../../support/limits.ts';
import { secretKey } from '../../support/secrets.ts';
import type { TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const home = from('203.0.113.7');
const elsewhere = from('203.0.113.8');
const oneGuess = { password_account: { limit: 1, seconds: 3600 } };

const byUsername = (server: TestServer, guess: string, headers: object) =>
  server.call('loginByUsername', { body: { username: 'Mei', password: guess }, headers: { ...headers } });

/** A server where Mei logged in at home, and strangers used up the guesses at her account. */
async function startBesieged() {
  const { server, clock } = await startLimited(oneGuess);
  await registerUser(server);
  expect((await byUsername(server, password, home)).status).toBe(201);
  expect((await byUsername(server, 'wrong', from('198.51.100.1'))).status).toBe(400);
  return { server, clock };
}

describe('known addresses', () => {
  it('let the owner log in from them, and no one from elsewhere', async () => {
    const { server } = await startBesieged();
    expect((await byUsername(server, password, elsewhere)).status).toBe(429);
    expect((await byUsername(server, password, home)).status).toBe(201);
  });

  it('do not name the limit to their owner, only to a refused stranger', async () => {
    const { server } = await startBesieged();
    const refused = await byUsername(server, password, elsewhere);
    expect(refused.headers.get('RateLimit')).toContain('"password_account";r=0;t=3600');
    expect(refused.headers.get('RateLimit-Policy')).toContain('"password_account";q=1;w=3600');
    expect((await byUsername(server, password, home)).headers.get('RateLimit')).not.toContain('password_account"');
  });

  it('expire between 30 and 31 days after the last login', async () => {
    const { server, clock } = await startBesieged();
    const day = 86_400;
    for (const days of [20, 30, 31]) {
      clock.time += days * day;
      expect((await byUsername(server, 'wrong', elsewhere)).status).toBe(400);
      expect((await byUsername(server, password, home)).status).toBe(days > 30 ? 429 : 201);
    }
  });

  it('survive a rotation of SECRET_KEY while the previous key is the fallback', async () => {
    const { server } = await startBesieged();
    const newKey = 'the secret key from tomorrow on, 32';
    server.services.vault = createVault(newKey, secretKey);
    expect((await byUsername(server, password, elsewhere)).status).toBe(429);
    expect((await byUsername(server, password, home)).status).toBe(201);
  });

  it('apply to every name of an account, and include the address of a password reset', async () => {
    const { server } = await startLimited(oneGuess);
    const names = { username: 'Mei', email: 'mei@example.com', phone: '13800138000' };
    await addUser(server, { ...names, email_verified: 1 });
    const logIns = (headers: object) =>
      Promise.all([
        byUsername(server, password, headers),
        server.call('loginByEmail', { body: { email: 'Mei@example.com', password }, headers: { ...headers } }),
        server.call('loginByPhone', { body: { phone: '+8613800138000', password }, headers: { ...headers } }),
      ]);
    const statuses = async (headers: object) => (await logIns(headers)).map(({ status }) => status);
    expect((await statuses(from('198.51.100.1'))).toSorted()).toEqual([400, 429, 429]);

    await server.call('requestPasswordReset', { body: { email: names.email } });
    const [link = ''] = /^https?:\S+$/m.exec((await server.mailTo(names.email))?.text ?? '') ?? [];
    const form = new URLSearchParams({ password, again: password });
    expect(await statuses(home)).toEqual([429, 429, 429]);
    expect((await fetch(link, { method: 'POST', body: form, headers: home })).status).toBe(200);
    expect(await statuses(home)).toEqual([201, 201, 201]);
    expect(await statuses(elsewhere)).toEqual([429, 429, 429]);
  });
});
