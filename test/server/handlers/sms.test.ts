import { describe, expect, it } from 'vitest';
import type { SmsSender } from '../../../server/sms/sender.ts';
import { registerUser } from '../../support/accounts.ts';
import { deadlockingOnce } from '../../support/database.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const phone = '13800138000';
const send = (server: TestServer, to = phone) => server.call('sendSmsCode', { body: { phone: to } });
const check = (server: TestServer, code: unknown, of = phone) => server.call('checkSmsCode', { body: { phone: of, code } });
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

async function sendAndRead(server: TestServer): Promise<string> {
  expect((await send(server)).status).toBe(200);
  return server.smsCodeTo(phone);
}

/** A server with a clock to turn. */
async function startWithClock() {
  const clock = { time: 1_800_000_000 };
  return { clock, server: await startServer({ now: () => clock.time }) };
}

describe('a code', () => {
  it('has six digits and can be used once', async () => {
    const server = await startServer();
    const code = await sendAndRead(server);
    expect(code).toMatch(/^\d{6}$/);
    expect(await check(server, code)).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await check(server, code)).toMatchObject({ status: 400, body: { code: 'sms_code_invalid' } });
  });

  it('may be sent as a number without leading zeros', async () => {
    const server = await startServer();
    await sendAndRead(server);
    await server.store
      .updateTable('sms_codes')
      .set({ code_hash: server.services.vault.fingerprint('000213', phone) })
      .execute();
    expect((await check(server, 213)).status).toBe(200);
  });

  it('may be tried five times', async () => {
    const server = await startServer();
    const code = await sendAndRead(server);
    for (let attempt = 1; attempt <= 4; attempt++) expect((await check(server, wrong(code))).status).toBe(400);
    expect((await check(server, code)).status).toBe(200);
  });

  it('is invalid after five wrong tries', async () => {
    const server = await startServer();
    const code = await sendAndRead(server);
    for (let attempt = 1; attempt <= 5; attempt++) expect((await check(server, wrong(code))).status).toBe(400);
    expect(await check(server, code)).toMatchObject({ status: 400, body: { code: 'sms_code_invalid' } });
  });

  it.each([
    [299, 200],
    [300, 400],
  ])('after %i seconds is answered with %i', async (seconds, status) => {
    const { server, clock } = await startWithClock();
    const code = await sendAndRead(server);
    clock.time += seconds;
    expect((await check(server, code)).status).toBe(status);
  });

  it('invalidates the earlier one', async () => {
    const { server, clock } = await startWithClock();
    const first = await sendAndRead(server);
    clock.time += 60;
    const second = await sendAndRead(server);
    if (first !== second) expect((await check(server, first)).status).toBe(400);
    expect((await check(server, second)).status).toBe(200);
  });

  it('is valid only for its number and app', async () => {
    const server = await startServer();
    const code = await sendAndRead(server);
    expect((await check(server, code, '13900139000')).status).toBe(400);
    const elsewhere = { headers: { 'X-Hydrogen-Env-ID': 'staging' }, body: { phone, code } };
    expect((await server.call('checkSmsCode', elsewhere)).status).toBe(400);
    expect((await check(server, code)).status).toBe(200);
  });

  it('is valid for the number in every spelling', async () => {
    const server = await startServer();
    const code = await sendAndRead(server);
    expect((await check(server, code, '+8613800138000')).status).toBe(200);
  });

  it('is neither in the store nor in the log', async () => {
    const server = await startServer();
    const code = await sendAndRead(server);
    await check(server, wrong(code));
    expect(JSON.stringify(await server.store.selectFrom('sms_codes').selectAll().execute())).not.toContain(code);
    const log = JSON.stringify(server.logLines());
    for (const secret of [code, phone]) expect(log).not.toContain(secret);
  });

  it('succeeds once in concurrent requests', async () => {
    const server = await startServer();
    const code = await sendAndRead(server);
    const replies = await Promise.all(Array.from({ length: 50 }, () => check(server, code)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('a number', () => {
  it('is sent one code a minute', async () => {
    const { server, clock } = await startWithClock();
    await send(server);
    clock.time += 59;
    const reply = await send(server);
    expect(reply).toMatchObject({ status: 400, body: { code: 'sms_rate_limited' } });
    expect(reply.headers.get('Retry-After')).toBe('1');
    clock.time += 1;
    expect((await send(server)).status).toBe(200);
  });

  it('is sent ten codes in 24 hours', async () => {
    const { server, clock } = await startWithClock();
    for (let sent = 0; sent < 10; sent++, clock.time += 60) expect((await send(server)).status).toBe(200);
    const reply = await send(server);
    expect(reply).toMatchObject({ status: 400, body: { code: 'sms_rate_limited' } });
    expect(reply.headers.get('Retry-After')).toBe(String(86_400 - 600));
    clock.time += 86_400 - 600;
    for (let sent = 0; sent < 10; sent++, clock.time += 60) expect((await send(server)).status).toBe(200);
    expect((await send(server)).status).toBe(400);
  });

  it('is limited in all spellings together, and independently of others', async () => {
    const server = await startServer();
    await send(server);
    for (const spelling of ['+8613800138000', '8613800138000', '008613800138000']) expect((await send(server, spelling)).status).toBe(400);
    expect((await send(server, '13900139000')).status).toBe(200);
  });

  it('is sent one code for concurrent requests', async () => {
    const server = await startServer();
    const replies = await Promise.all(Array.from({ length: 50 }, () => send(server)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('keeps its allowance and its earlier code if sending fails', async () => {
    const clock = { time: 1_800_000_000 };
    const sent: string[] = [];
    let broken = false;
    const sms: SmsSender = {
      async send({ code }) {
        if (broken) throw new Error('broken');
        return `receipt ${sent.push(code)}`;
      },
    };
    const server = await startServer({ now: () => clock.time, services: { sms } });
    await send(server);
    clock.time += 60;
    broken = true;
    for (const _attempt of [1, 2]) expect((await send(server)).status).toBe(500);
    expect((await check(server, sent[0])).status).toBe(200);
    broken = false;
    expect((await send(server)).status).toBe(200);
    const { used } = await server.store
      .selectFrom('rate_limits')
      .select('used')
      .where('limit_name', '=', 'sms_day')
      .executeTakeFirstOrThrow();
    expect(used).toBe(2);
  });
});

describe('sending', () => {
  it('is unavailable without a sender', async () => {
    const server = await startServer({ services: { sms: undefined } });
    const reply = await send(server);
    expect(reply).toMatchObject({ status: 503, body: { code: 'delivery_unavailable' } });
    expect(reply.headers.get('Retry-After')).toBe('60');
  });

  it("is unavailable in the sandbox to any app but the sandbox's own", async () => {
    const server = await startServer({ configure: (app) => ({ ...app, client_id: 'shop' }) });
    const body = { phone };
    expect((await server.call('sendSmsCode', { body, headers: { 'X-Hydrogen-Client-ID': 'shop' } })).status).toBe(503);
  });
});

describe("verifying the user's number", () => {
  const verify = async (server: TestServer, token: string, code?: string) =>
    server.call('verifyPhone', { token, body: { code: code ?? (await sendAndRead(server)) } });

  it('verifies it', async () => {
    const server = await startServer();
    const { id, token } = await addUser(server, { phone });
    expect(await verify(server, token)).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await readUser(server, id)).toMatchObject({ phone, phone_verified: 1 });
  });

  it('verifies it although a deadlock ends the first attempt', async () => {
    const server = await startServer();
    const { id, token } = await addUser(server, { phone });
    server.services.store = deadlockingOnce(server.store);
    expect((await verify(server, token)).status).toBe(200);
    expect(await readUser(server, id)).toMatchObject({ phone, phone_verified: 1 });
  });

  it('refuses a wrong code and changes nothing', async () => {
    const server = await startServer();
    const { id, token } = await addUser(server, { phone });
    expect(await verify(server, token, wrong(await sendAndRead(server)))).toMatchObject({
      status: 400,
      body: { code: 'sms_code_invalid' },
    });
    expect(await readUser(server, id)).toMatchObject({ phone_verified: 0 });
  });

  it('takes the number from a user who only claimed it', async () => {
    const server = await startServer();
    const claimant = await addUser(server, { phone });
    const { id, token } = await addUser(server);
    await server.store.updateTable('users').set({ phone }).where('id', '=', id).execute();
    expect((await verify(server, token)).status).toBe(200);
    expect(await readUser(server, claimant.id)).toMatchObject({ phone: null });
    expect(await readUser(server, id)).toMatchObject({ phone, phone_verified: 1 });
  });

  it('does not take it from a user who has no other way to log in', async () => {
    const server = await startServer();
    const owner = await addUser(server, { phone, phone_verified: 1 });
    const { id, token } = await registerUser(server);
    const reply = await server.call('verifyPhone', { token, body: { phone, code: await sendAndRead(server) } });
    expect(reply).toMatchObject({ status: 409, body: { code: 'phone_sole_login' } });
    expect(await readUser(server, owner.id)).toMatchObject({ phone, phone_verified: 1 });
    expect(await readUser(server, id)).toMatchObject({ phone: null, phone_verified: 0 });
  });

  it('normalises a number in the request', async () => {
    const server = await startServer();
    const { id, token } = await registerUser(server);
    const typed = `0086 ${phone}`;
    const reply = await server.call('verifyPhone', { token, body: { phone: typed, code: await sendAndRead(server) } });
    expect(reply).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await readUser(server, id)).toMatchObject({ phone, phone_verified: 1 });
  });

  it('requires a number', async () => {
    const server = await startServer();
    const { token } = await addUser(server);
    expect(await verify(server, token, '048213')).toMatchObject({ status: 400, body: { code: 'phone_missing' } });
  });

  it('is not for anonymous users', async () => {
    const server = await startServer();
    const { token } = await addUser(server, { is_anonymous: 1 });
    expect(await verify(server, token, '048213')).toMatchObject({ status: 403, body: { code: 'anonymous_forbidden' } });
  });
});
