// @module-tag fault
import { Agent, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createPasswords } from '../../../server/accounts/passwords.ts';
import { password, registerUser } from '../../support/accounts.ts';
import type { Client } from '../../support/client.ts';
import { createDatabase } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';
import { startServer } from '../../support/server.ts';

const attacker = '198.51.100.1';
const home = '203.0.113.7';
const elsewhere = '203.0.113.8';

const logIn = (server: Client, username: string, guess: string, ip: string) =>
  server.call('loginByUsername', { body: { username, password: guess }, headers: { 'X-Forwarded-For': ip } });

/** Runs attempts, 16 at a time, and counts their statuses. */
async function attack(times: number, attempt: (n: number) => Promise<{ status: number }>): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  let next = 0;
  const run = async () => {
    while (next < times) {
      const { status } = await attempt(next++);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, run));
  return statuses;
}

describe('10,000 times', () => {
  const start = async () => startProcess({ DATABASE_URL: await createDatabase(), RATE_LIMIT: 'on', TRUST_PROXY: '1', LOG_LEVEL: 'error' });
  const agent = new Agent({ keepAlive: true });

  /** `logIn` for an attacker, who is in a hurry: only the status matters. */
  const guessAt = ({ origin }: { origin: string }, username: string, guess: string, ip: string) =>
    new Promise<{ status: number }>((resolve, reject) => {
      const headers = { 'X-Hydrogen-Client-ID': 'sandbox', 'Content-Type': 'application/json', 'X-Forwarded-For': ip };
      const attempt = request(`${origin}/hserve/v2.1/login/username/`, { method: 'POST', agent, headers }, (response) => {
        response.resume().once('end', () => resolve({ status: response.statusCode ?? 0 }));
      });
      attempt.once('error', reject).end(JSON.stringify({ username, password: guess }));
    });

  it('a password for one account from one address: ten are checked, and the owner logs in from another', async () => {
    const server = await start();
    await server.call('registerByUsername', { body: { username: 'Mei', password } });
    expect(await attack(10_000, (n) => guessAt(server, 'Mei', `guess-${n}`, attacker))).toEqual({ 400: 10, 429: 9990 });
    expect((await logIn(server, 'Mei', password, elsewhere)).status).toBe(201);
  }, 180_000);

  it('a password for one account from 2,000 addresses: a hundred are checked, and the owner logs in from a known one', async () => {
    const server = await start();
    await server.call('registerByUsername', { body: { username: 'Mei', password } });
    await logIn(server, 'Mei', password, home);
    const botnet = (n: number) => `198.51.${100 + Math.floor((n % 2000) / 200)}.${n % 200}`;
    expect(await attack(10_000, (n) => guessAt(server, 'Mei', `guess-${n}`, botnet(n)))).toEqual({ 400: 100, 429: 9900 });
    expect((await logIn(server, 'Mei', password, elsewhere)).status).toBe(429);
    expect((await logIn(server, 'Mei', password, home)).status).toBe(201);
  }, 180_000);

  it('one password for 10,000 accounts from one address: a hundred are checked, and users who logged in there before still log in', async () => {
    const server = await start();
    await server.call('registerByUsername', { body: { username: 'Mei', password } });
    await logIn(server, 'Mei', password, attacker);
    expect(await attack(10_000, (n) => guessAt(server, `user${n}`, 'Passw0rd', attacker))).toEqual({ 400: 100, 429: 9900 });
    expect((await logIn(server, 'Mei', password, attacker)).status).toBe(201);
  }, 180_000);
});

const passwords = createPasswords();

/** A server behind a proxy that counts how many passwords it checks. */
async function startCounting() {
  const checked = { passwords: 0 };
  const server = await startServer({
    trustProxy: 1,
    passwords: {
      ...passwords,
      verify(hashed, given) {
        checked.passwords++;
        return passwords.verify(hashed, given);
      },
    },
  });
  return { server, checked };
}

it('guessing after a refusal: no password is checked', async () => {
  const { server, checked } = await startCounting();
  expect(await attack(50, (n) => logIn(server, 'Mei', `guess-${n}`, attacker))).toEqual({ 400: 10, 429: 40 });
  expect(checked.passwords).toBe(10);
});

it('guessing from a known address: no more tries than from any other', async () => {
  const { server } = await startCounting();
  await registerUser(server);
  await logIn(server, 'Mei', password, home);
  expect(await attack(30, (n) => logIn(server, 'Mei', `guess-${n}`, home))).toEqual({ 400: 10, 429: 20 });
});

it('guessing at an unknown name: refused exactly as at a known one', async () => {
  const { server } = await startCounting();
  await registerUser(server);
  const refusalsOf = async (name: string, ip: string) => {
    const refusals: unknown[] = [];
    for (let n = 0; n < 12; n++) {
      const { status, body } = await logIn(server, name, `guess-${n}`, ip);
      refusals.push([status, body.code]);
    }
    return refusals;
  };
  const refusals = await refusalsOf('Mei', home);
  expect(refusals.at(-1)).toEqual([429, 'rate_limited']);
  expect(await refusalsOf('unknown', elsewhere)).toEqual(refusals);
});

it('another spelling of the name: counts as the same account', async () => {
  const { server } = await startCounting();
  await registerUser(server);
  const spellings = ['mei', 'MEI', 'Ｍｅｉ', 'mEi'];
  expect(await attack(30, (n) => logIn(server, spellings[n % 4] ?? '', `guess-${n}`, attacker))).toEqual({ 400: 10, 429: 20 });
});

it.each([
  'loginByPhone',
  'loginBySmsCode',
  'checkSmsCode',
] as const)('login names that are not among the fields of %s: count for no other account', async (operation) => {
  const { server } = await startCounting();
  const guess = (n: number) =>
    server.call(operation, {
      body: { phone: '13800138000', username: `decoy${n}`, email: `decoy${n}@example.com`, password: `guess-${n}`, code: '000000' },
      headers: { 'X-Forwarded-For': attacker },
    });
  expect(await attack(30, guess)).toEqual({ 400: 10, 429: 20 });
});

it('wrong SMS codes for many numbers from one address: 429 after a hundred', async () => {
  const { server } = await startCounting();
  const guess = (n: number) =>
    server.call('loginBySmsCode', {
      body: { phone: String(13_800_000_000 + n), code: '000000' },
      headers: { 'X-Forwarded-For': attacker },
    });
  expect(await attack(300, guess)).toEqual({ 400: 100, 429: 200 });
});

it('guessing the current password with a stolen session: 429 after ten', async () => {
  const { server } = await startCounting();
  const { token } = await registerUser(server);
  const guess = (n: number) => server.call('updateAccount', { token, body: { password: `guess-${n}`, new_password: 'mine-now' } });
  expect(await attack(40, guess)).toEqual({ 400: 10, 429: 30 });
});

it('requesting messages to many numbers and mail addresses from one address: 429 after 300', async () => {
  const { server } = await startCounting();
  const headers = { 'X-Forwarded-For': attacker };
  const send = (n: number) => server.call('sendSmsCode', { body: { phone: String(13_800_000_000 + n) }, headers });
  expect(await attack(400, send)).toEqual({ 200: 300, 429: 100 });
  expect((await server.call('requestPasswordReset', { body: { email: 'mei@example.com' }, headers })).status).toBe(429);
});

it('registering again and again from one address: 429 after twenty', async () => {
  const { server } = await startCounting();
  await registerUser(server);
  const probe = () =>
    server.call('registerByUsername', {
      body: { username: 'Mei', password },
      headers: { 'X-Forwarded-For': attacker },
    });
  expect(await attack(30, probe)).toEqual({ 409: 20, 429: 10 });
});
