import { describe, expect, it } from 'vitest';
import { password } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const lineOf = ({ logLines }: TestServer, operation: string) => logLines().find((line) => line.operation === operation && line.status);
const milliseconds = expect.any(Number);

describe('waits of a request', () => {
  it('are logged with the request', async () => {
    const server = await startServer();
    await server.login('wechat', 'larry');
    await server.call('registerByUsername', { body: { username: 'Mei', password } });
    await server.call('getServerTime');
    expect(lineOf(server, 'silentLoginWechat').waited).toEqual({ upstream: milliseconds, store: milliseconds });
    expect(lineOf(server, 'registerByUsername').waited).toEqual({ hash: milliseconds, store: milliseconds });
    expect(lineOf(server, 'getServerTime').waited).toBeUndefined();
  });

  it('are separate for concurrent requests', async () => {
    const server = await startServer();
    const slow = await server.codeFor('wechat', 'larry', { kind: 'slow', delay_ms: 300 });
    const quick = await server.codeFor('qq', 'mei');
    await Promise.all([
      server.call('silentLoginWechat', { body: { code: slow } }),
      server.call('silentLoginQq', { body: { code: quick } }),
    ]);
    expect(lineOf(server, 'silentLoginWechat').waited.upstream).toBeGreaterThan(290);
    expect(lineOf(server, 'silentLoginQq').waited.upstream).toBeLessThan(lineOf(server, 'silentLoginQq').ms + 1);
  });
});
