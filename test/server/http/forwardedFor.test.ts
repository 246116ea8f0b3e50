// @module-tag fault
import { describe, expect, it } from 'vitest';
import { auditOf } from '../../support/audit.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const start = (trustProxy: number | string[] = 1) =>
  startServer({ trustProxy, configure: (app) => ({ ...app, rate_limits: { anonymous_ip: { limit: 2, seconds: 60 } } }) });
const logIn = (server: TestServer, forwarded: string) => server.call('loginAnonymously', { headers: { 'X-Forwarded-For': forwarded } });

const addresses = async (server: TestServer) => (await auditOf(server)).map(({ ip }) => ip);

describe('X-Forwarded-For', () => {
  describe.each([
    ['a port', '203.0.113.7:40007', '203.0.113.7'],
    ['brackets', '[2001:db8::7]', '2001:db8::7'],
    ['brackets and a port', '[2001:db8::7]:443', '2001:db8::7'],
    ['quotes', '"203.0.113.7"', '203.0.113.7'],
    ['quotes, brackets and a port', '"[2001:db8::7]:443"', '2001:db8::7'],
    ['a zone', 'fe80::7%eth0', 'fe80::7'],
    ['blanks', '  203.0.113.7  ', '203.0.113.7'],
    ['IPv6 around IPv4', '[::ffff:203.0.113.7]:1', '::ffff:203.0.113.7'],
  ])('an address with %s', (_what, forwarded, address) => {
    it.each([1, ['127.0.0.1']] as (number | string[])[])('is used by limits and audit trail (TRUST_PROXY %j)', async (trustProxy) => {
      const server = await start(trustProxy);
      for (const one of [forwarded, address]) expect((await logIn(server, one)).status).toBe(201);
      expect((await logIn(server, forwarded)).status).toBe(429);
      expect((await logIn(server, '198.51.100.1:5000')).status).toBe(201);
      expect(new Set(await addresses(server))).toEqual(new Set([address, '198.51.100.1']));
    });
  });

  it('from a proxy that adds ports, for seven hundred clients: none shares a limit with another', async () => {
    const server = await startServer({ trustProxy: 1, configure: (app) => ({ ...app, rate_limits: { anonymous_ip: { limit: 1 } } }) });
    for (let n = 1; n <= 20; n++) expect((await logIn(server, `203.0.113.${n}:4${n}`)).status).toBe(201);
  });

  it.each([
    'unknown',
    '_hidden',
    '"_SEVKISEK"',
    '[nonsense]:1',
    '203.0.113.7:x',
    '999.1.1.1',
    '',
  ])("with %j instead of an address: the proxy's address is used, one warning is logged, the audit trail holds addresses", async (forwarded) => {
    const server = await start();
    for (let n = 0; n < 2; n++) expect((await logIn(server, forwarded)).status).toBe(201);
    expect((await logIn(server, 'unknown')).status).toBe(429);
    expect((await logIn(server, '203.0.113.7')).status).toBe(201);
    expect(await addresses(server)).toEqual([
      expect.stringMatching(/127\.0\.0\.1$/),
      expect.stringMatching(/127\.0\.0\.1$/),
      '203.0.113.7',
    ]);
    const lines = server.logLines().filter(({ msg }) => msg?.includes('X-Forwarded-For'));
    expect(lines).toHaveLength(1);
  });

  it('with an address that the client added: ignored', async () => {
    const server = await start();
    await logIn(server, '198.51.100.1:1, 203.0.113.7:2');
    await logIn(server, '198.51.100.2:1, 203.0.113.7:3');
    expect((await logIn(server, '198.51.100.3:1, 203.0.113.7:4')).status).toBe(429);
  });
});
