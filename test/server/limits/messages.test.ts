import { describe, expect, it } from 'vitest';
import { from, startLimited } from '../../support/limits.ts';
import type { TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const phoneOf = (n: number) => String(13_800_000_000 + n);
/** The nth person's request, from their own address. */
const sms = (server: TestServer, n: number, headers: object = {}) =>
  server.call('sendSmsCode', { body: { phone: phoneOf(n) }, headers: { ...from(`203.0.113.${n}`), ...headers } });
const reset = (server: TestServer, n: number) =>
  server.call('requestPasswordReset', { body: { email: `mei${n}@example.com` }, headers: from(`203.0.113.${n}`) });

async function verify(server: TestServer, n: number) {
  const { token } = await addUser(server, { email: `mei${n}@example.com` });
  return server.call('sendVerificationEmail', { token, headers: from(`203.0.113.${n}`) });
}

describe('limits on messages', () => {
  it("refuse SMS beyond an app's limit, from any number of addresses to any number of numbers, until the window ends", async () => {
    const { server, clock } = await startLimited({ sms_app: { limit: 2, seconds: 3600 } });
    for (const n of [1, 2]) expect((await sms(server, n)).status).toBe(200);
    clock.time += 600;
    const { status, body, headers } = await sms(server, 3);
    expect([status, body.code, headers.get('Retry-After')]).toEqual([429, 'rate_limited', '3000']);
    expect(headers.get('RateLimit-Policy')).toBe('"send_ip";q=300;w=3600, "sms_app";q=2;w=3600');
    expect(headers.get('RateLimit')).toBe('"send_ip";r=299;t=3600, "sms_app";r=0;t=3000');
    expect(await server.store.selectFrom('sms_codes').select('phone').orderBy('phone').execute()).toEqual(
      [1, 2].map((n) => ({ phone: phoneOf(n) })),
    );
    clock.time += 3000;
    expect((await sms(server, 3)).status).toBe(200);
  });

  it('count mails of every kind together, and SMS separately', async () => {
    const { server } = await startLimited({ mail_app: { limit: 2 } });
    expect((await verify(server, 1)).status).toBe(201);
    expect((await reset(server, 2)).status).toBe(201);
    const refused = await verify(server, 3);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers.get('RateLimit')).toContain('"mail_app";r=0;');
    expect((await reset(server, 4)).status).toBe(429);
    expect(await server.mailTo('mei3@example.com')).toBeUndefined();
    expect((await sms(server, 5)).status).toBe(200);
  });

  it('count all environments of an app together', async () => {
    const { server } = await startLimited({ sms_app: { limit: 1 } });
    expect((await sms(server, 1)).status).toBe(200);
    expect((await sms(server, 2)).status).toBe(429);
    expect((await sms(server, 3, { 'X-Hydrogen-Env-ID': 'staging' })).status).toBe(429);
  });

  it('do not count messages that a narrower limit refuses', async () => {
    const { server } = await startLimited({ send_ip: { limit: 1 }, sms_app: { limit: 2 } });
    const attacker = from('198.51.100.1');
    expect((await sms(server, 1, attacker)).status).toBe(200);
    for (const n of [2, 3]) expect((await sms(server, n, attacker)).status).toBe(429);
    expect((await sms(server, 4)).status).toBe(200);
    expect((await sms(server, 5)).status).toBe(429);
  });

  it('do not count messages that a minimum interval refuses', async () => {
    const { server } = await startLimited({ sms_app: { limit: 2 }, mail_app: { limit: 2 } });
    for (const status of [200, 400, 400]) expect((await sms(server, 1)).status).toBe(status);
    expect((await sms(server, 2)).status).toBe(200);
    const { token } = await addUser(server, { email: 'mei@example.com' });
    for (const status of [201, 429, 429]) expect((await server.call('sendVerificationEmail', { token })).status).toBe(status);
    expect((await verify(server, 1)).status).toBe(201);
  });

  it('hold for concurrent requests', async () => {
    const { server } = await startLimited({ sms_app: { limit: 5 } });
    const replies = await Promise.all(Array.from({ length: 30 }, (_, n) => sms(server, n)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(5);
  });

  it('reveal neither what others had sent nor whether a reset mailed something', async () => {
    const { server } = await startLimited({ mail_app: { limit: 3 } });
    await addUser(server, { email: 'mei1@example.com', email_verified: 1 });
    for (const n of [1, 2]) expect((await reset(server, n)).headers.get('RateLimit')).toBe('"send_ip";r=299;t=3600');
    expect((await reset(server, 3)).status).toBe(201);
    expect((await reset(server, 4)).status).toBe(429);
  });
});
