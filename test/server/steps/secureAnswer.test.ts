import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';
import { startServer } from '../../support/server.ts';
import { exchange } from '../../support/socket.ts';

describe('security headers', () => {
  it.each([
    ['an operation', '/hserve/v2.2/server/time/'],
    ['an error', '/hserve/v2.5/user/info/1/'],
    ['a path that is not there', '/nothing'],
    ['a health check', '/healthz'],
    ['the reference', '/docs'],
    ['a page behind a mailed link', '/password-reset'],
  ])('are sent with %s, without a banner', async (_case, path) => {
    const { origin } = await startServer();
    const { headers } = await fetch(origin + path, { headers: { 'X-Hydrogen-Client-ID': 'sandbox' } });
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toMatch(/default-src '(none|self)'/);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('Strict-Transport-Security')).toBe('max-age=31536000');
    for (const banner of ['Server', 'X-Powered-By', 'Via']) expect(headers.get(banner)).toBeNull();
  });

  it('reveal no versions, even in errors', async () => {
    const server = await startServer();
    await server.store.schema
      .dropTable('users')
      .cascade()
      .execute()
      .catch(() => server.store.schema.dropTable('users').execute());
    const fault = JSON.stringify((await server.call('registerByUsername', { body: { username: 'mei', password: 'plum-rain-june' } })).body);
    expect(fault).not.toMatch(/postgres|sqlite|express|node|\d+\.\d+\.\d+/i);
    expect(await exchange(server.origin, 'NONSENSE\r\n\r\n')).toEqual([400]);
  });

  it('come without a banner in production', async () => {
    const { origin } = await startProcess({ DATABASE_URL: await createDatabase(), NODE_ENV: 'production', SANDBOX: 'on' });
    const { headers } = await fetch(`${origin}/nothing`);
    expect([...headers.keys()].filter((name) => /server|powered|version/.test(name))).toEqual([]);
  });
});
