// @module-tag fault
import { describe, expect, it } from 'vitest';
import type { SmsMessage } from '../../../server/sms/sender.ts';
import { registerUser } from '../../support/accounts.ts';
import { type ServerOptions, startServer, type TestServer } from '../../support/server.ts';

/** A server that notes what it would send, for an app as one in `APPS_FILE` is. */
async function startSending(settings: object = {}, options: ServerOptions = {}) {
  const sent: SmsMessage[] = [];
  const sms = { send: async (message: SmsMessage) => `receipt ${sent.push(message)}` };
  const configure: ServerOptions['configure'] = ({ sms_countries, ...app }) => ({ ...app, ...settings });
  const server = await startServer({ configure, trustProxy: 1, ...options, services: { sms } });
  return { server, sent };
}
const send = (server: TestServer, phone: string, headers = {}) => server.call('sendSmsCode', { body: { phone }, headers });

it('one number in three spellings: one allowance, and one number at the provider', async () => {
  const { server, sent } = await startSending({ sms_countries: 'all' });
  expect((await send(server, '+447911123456')).status).toBe(200);
  for (const phone of ['447911123456', '0447911123456'])
    expect(await send(server, phone)).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  for (const phone of ['+4407911123456', '00447911123456'])
    expect(await send(server, phone)).toMatchObject({ status: 400, body: { code: 'sms_rate_limited' } });
  expect(sent.map(({ phone }) => phone)).toEqual(['+447911123456']);
});

it('one number in three spellings: one verified account', async () => {
  const { server, sent } = await startSending({ sms_countries: 'all' });
  await send(server, '+447911123456');
  const code = sent[0]?.code;
  const first = await server.call('loginBySmsCode', { body: { phone: '+44 07911 123456', code } });
  expect(first).toMatchObject({ status: 201, body: { _phone: '+447911123456', _phone_verified: true } });
  const registered = await server.call('registerByPhone', { body: { phone: '+4407911123456', password: 'plum-rain-june' } });
  expect(registered).toMatchObject({ status: 409, body: { code: 'phone_taken' } });
});

describe('codes to other countries', () => {
  it.each([
    ['+447911123456', '44'],
    ['+3726001234', '372'],
    ['+12015550123', '1'],
    ['+994501234567', '994'],
  ])('to %s by default: refused, nothing is sent, and the number loses no allowance', async (phone, code) => {
    const { server, sent } = await startSending();
    const reply = await send(server, phone);
    expect(reply).toMatchObject({
      status: 400,
      body: { code: 'request_invalid', errors: [{ path: '/body/phone', message: expect.stringContaining(`+${code}`) }] },
    });
    expect(sent).toEqual([]);
    expect(
      await server.store
        .selectFrom('rate_limits')
        .select('limit_name')
        .where('limit_name', 'like', 'sms_%')
        .where('used', '>', 0)
        .execute(),
    ).toEqual([]);
  });

  it.each(['13800138000', '+85251234567', '+85366123456', '+886912345678'])('to %s by default: sent', async (phone) => {
    const { server } = await startSending();
    expect((await send(server, phone)).status).toBe(200);
  });

  it('to a country that the app lists: sent, and to no other', async () => {
    const { server } = await startSending({ sms_countries: [44, '+65'] });
    expect((await send(server, '+447911123456')).status).toBe(200);
    expect((await send(server, '+6591234567')).status).toBe(200);
    expect((await send(server, '13800138000')).status).toBe(400);
  });
});

it.each([
  [['username', 'email', 'anonymous'], 405],
  [['sms'], 200],
  [['phone'], 200],
])('codes requested from an app whose login_methods are %j: %i', async (login_methods, status) => {
  const { server, sent } = await startSending({ login_methods });
  expect((await send(server, '13800138000')).status).toBe(status);
  expect(sent.length).toBe(status === 200 ? 1 : 0);
});

it("messages requested in every environment: they share the app's limit", async () => {
  const { server, sent } = await startSending({ environments: ['staging', 'test'], rate_limits: { sms_app: { limit: 3 } } });
  const environments = [{}, { 'X-Hydrogen-Env-ID': 'staging' }, { 'X-Hydrogen-Env-ID': 'test' }];
  const statuses: number[] = [];
  for (let n = 0; n < 6; n++) statuses.push((await send(server, `1380013800${n}`, environments[n % 3])).status);
  expect(statuses).toEqual([200, 200, 200, 429, 429, 429]);
  expect(sent.length).toBe(3);
});

describe('distributed guessing of SMS codes', () => {
  const guessed = { rate_limits: { code_app: { limit: 10, seconds: 3600 } } };
  const wrong = (code = '') => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');

  /** Wrong codes for many numbers, each from its own address. */
  async function guess(server: TestServer, sent: SmsMessage[], times: number, headers = {}) {
    for (let n = 0; n < times; n++) {
      const phone = `1390013${String(sent.length).padStart(4, '0')}`;
      const from = { 'X-Forwarded-For': `198.51.100.${sent.length}`, ...headers };
      await send(server, phone, from);
      const code = wrong(sent.at(-1)?.code);
      await server.call('loginBySmsCode', { body: { phone, code }, headers: from });
    }
  }

  it('from many addresses for many numbers: new codes have eight digits, users still log in, and codes have six digits again after an hour', async () => {
    const clock = { time: 1_800_000_000 };
    const { server, sent } = await startSending(guessed, { now: () => clock.time });
    await guess(server, sent, 10);
    expect(new Set(sent.map(({ code }) => code.length))).toEqual(new Set([6]));
    await send(server, '13800138000');
    expect(sent.at(-1)?.code).toMatch(/^\d{8}$/);
    expect((await server.call('loginBySmsCode', { body: { phone: '13800138000', code: sent.at(-1)?.code } })).status).toBe(201);
    clock.time += 3600;
    await send(server, '13800138000');
    expect(sent.at(-1)?.code).toMatch(/^\d{6}$/);
  });

  it('for a template with six digits only: new codes allow one try, and users still log in', async () => {
    const { server, sent } = await startSending(guessed);
    Object.assign(server.services.sms ?? {}, { codeDigits: 6 });
    await guess(server, sent, 10);
    for (const phone of ['13800138000', '13800138001']) await send(server, phone);
    const [first, second] = sent.slice(-2).map(({ code }) => code);
    expect([first, second]).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^\d{6}$/)]);
    expect((await server.call('loginBySmsCode', { body: { phone: '13800138000', code: first } })).status).toBe(201);
    await server.call('loginBySmsCode', { body: { phone: '13800138001', code: wrong(second) } });
    expect((await server.call('loginBySmsCode', { body: { phone: '13800138001', code: second } })).status).toBe(400);
  });

  it('a code of eight digits that a client sends as a number: accepted', async () => {
    const { server, sent } = await startSending(guessed);
    await guess(server, sent, 10);
    await send(server, '13800138000');
    expect((await server.call('checkSmsCode', { body: { phone: '13800138000', code: Number(sent.at(-1)?.code) } })).status).toBe(200);
  });

  it('alternately in the environments of an app: counted together', async () => {
    const { server, sent } = await startSending(guessed);
    await guess(server, sent, 5);
    await guess(server, sent, 5, { 'X-Hydrogen-Env-ID': 'staging' });
    await send(server, '13800138000');
    expect(sent.at(-1)?.code).toMatch(/^\d{8}$/);
  });

  it('for numbers that were sent no code: not counted', async () => {
    const { server, sent } = await startSending(guessed);
    for (let n = 0; n < 20; n++) {
      const headers = { 'X-Forwarded-For': `198.51.100.${n}` };
      await server.call('loginBySmsCode', { body: { phone: `1390013000${n % 10}`, code: '000000' }, headers });
    }
    await send(server, '13800138000');
    expect(sent.at(-1)?.code).toMatch(/^\d{6}$/);
  });

  it("for the user's own number: counted too", async () => {
    const { server, sent } = await startSending({ rate_limits: { code_app: { limit: 1 } } });
    const { token } = await registerUser(server);
    await server.call('updateAccount', { token, body: { phone: '13800138000' } });
    await send(server, '13800138000');
    await server.call('verifyPhone', { token, body: { code: wrong(sent[0]?.code) } });
    await send(server, '13900139000');
    expect(sent.at(-1)?.code).toMatch(/^\d{8}$/);
  });
});
