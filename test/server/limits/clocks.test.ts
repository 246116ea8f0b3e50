// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password, registerEmail, registerUser } from '../../support/accounts.ts';
import { from, startLimited } from '../../support/limits.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const phone = '13800138000';
const hour = 3600;
const year = 365 * 86_400;
const aheads = [2 * hour, 8 * hour, year];

/** Calls that use up a separate limit each, by their answer. */
const exhaust: [
  what: string,
  window: number,
  act: (server: TestServer) => Promise<{ status: number; headers: Headers }>,
  limits: object,
][] = [
  [
    'wrong passwords',
    900,
    (server) => server.call('loginByUsername', { body: { username: 'Mei', password: 'wrong' } }),
    { password_account_ip: { limit: 1, seconds: 900 } },
  ],
  [
    'logins',
    60,
    (server) => server.call('loginByUsername', { body: { username: 'Mei', password } }),
    { login_account_ip: { limit: 1, seconds: 60 } },
  ],
  ['SMS to a number', 60, (server) => server.call('sendSmsCode', { body: { phone } }), {}],
  ['anonymous users', 60, (server) => server.call('loginAnonymously'), { anonymous_ip: { limit: 1, seconds: 60 } }],
  [
    'codes of one identity',
    60,
    async (server) => server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'larry') } }),
    { identity: { limit: 1, seconds: 60 } },
  ],
  [
    'codes of one identity on QQ',
    60,
    async (server) => server.call('silentLoginQq', { body: { code: await server.codeFor('qq', 'larry') } }),
    { identity: { limit: 1, seconds: 60 } },
  ],
];
const isRefused = ({ status, headers }: { status: number; headers: Headers }) => headers.get('Retry-After') !== null && status < 500;

describe('wrong clocks', () => {
  it.each(
    exhaust.flatMap(([what, window, act, limits]) => aheads.map((ahead) => ({ what, window, act, limits, ahead }))),
  )('$what until the limit while the clock is $ahead s ahead: forgotten after the clock is corrected', async ({ act, limits, ahead }) => {
    const { server, clock } = await startLimited(limits);
    await registerUser(server);
    await act(server);
    clock.time += ahead;
    for (let round = 0; round < 3; round++) await act(server);
    expect(isRefused(await act(server))).toBe(true);
    clock.time -= ahead;
    expect(isRefused(await act(server))).toBe(false);
  });

  it.each(
    // An identity counts in its own row, which is taken back with what is refused: there a window that ends too late is over at once.
    exhaust.filter(([what]) => !what.startsWith('codes')),
  )('%s until the limit on a server whose clock is 100 s ahead: counted, and over within its window', async (_what, window, act, limits) => {
    const { server, clock } = await startLimited(limits);
    await registerUser(server);
    clock.time += 100;
    for (let round = 0; round < 3; round++) await act(server);
    clock.time -= 100;
    const refused = await act(server);
    expect(isRefused(refused)).toBe(true);
    expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(window);
    clock.time += window;
    expect(isRefused(await act(server))).toBe(false);
  });

  it.each(aheads)('a session opened while the clock was %i s ahead: invalid after the clock is corrected', async (ahead) => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const before = await registerUser(server);
    clock.time += ahead;
    const { token, id } = (await server.call('loginByUsername', { body: { username: 'Mei', password } })).body;
    clock.time -= ahead;
    const asks = async (given: string) => [
      (await server.call('getUser', { token: given, userId: id })).status,
      (await server.call('updateAccount', { token: given, body: { username: 'Larry' } })).status,
    ];
    expect(await asks(token)).toEqual([401, 401]);
    expect(await asks(before.token ?? '')).toEqual([200, 200]);
  });

  it('a session opened on a server whose clock is two minutes ahead: valid', async () => {
    const clock = { time: 1_800_000_120 };
    const server = await startServer({ now: () => clock.time });
    const { token, id } = await registerUser(server);
    clock.time -= 120;
    expect((await server.call('getUser', { token: token ?? '', userId: id })).status).toBe(200);
  });

  it.each(
    aheads,
  )('an SMS code and a mailed link made while the clock was %i s ahead: invalid after the clock is corrected', async (ahead) => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const { token } = await registerEmail(server, 'mei@example.com');
    clock.time += ahead;
    await server.call('sendSmsCode', { body: { phone } });
    await server.call('sendVerificationEmail', {
      token: (await server.call('loginByEmail', { body: { email: 'mei@example.com', password } })).body.token,
    });
    const code = await server.smsCodeTo(phone);
    const link = /http\S+token=\S+/.exec((await server.mailTo('mei@example.com'))?.text ?? '')?.[0] ?? '';
    clock.time -= ahead;
    expect((await server.call('loginBySmsCode', { body: { phone, code } })).body.code).toBe('sms_code_invalid');
    expect(link).not.toBe('');
    expect((await fetch(link)).status).not.toBe(200);
    expect((await server.call('getUser', { token: token ?? '', userId: 1 })).status).toBe(404);
  });

  it.each(
    aheads,
  )('an address that was recorded while the clock was %i s ahead: unknown after the clock is corrected, and known from the next login on', async (ahead) => {
    const { server, clock } = await startLimited({ password_account: { limit: 1, seconds: 3600 } });
    await registerUser(server);
    const logIn = async (guess: string, headers: Record<string, string>) =>
      (await server.call('loginByUsername', { body: { username: 'Mei', password: guess }, headers })).status;
    const [home, elsewhere] = [from('203.0.113.7'), from('198.51.100.1')];
    clock.time += ahead + 2 * 86_400;
    expect(await logIn(password, home)).toBe(201);
    clock.time -= ahead + 2 * 86_400;
    expect(await logIn('wrong', elsewhere)).toBe(400);
    expect(await logIn(password, home)).toBe(429);
    clock.time += 3600;
    expect(await logIn(password, home)).toBe(201);
    expect(await logIn('wrong', elsewhere)).toBe(400);
    expect(await logIn(password, home)).toBe(201);
  });
});
