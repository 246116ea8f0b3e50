import { describe, expect, it } from 'vitest';
import { startServer } from '../../support/server.ts';

/** Whether two requests with different `X-Forwarded-For` count as one address. */
async function countAsOne(trustProxy: number | string[], first: string, second: string): Promise<boolean> {
  const server = await startServer({ trustProxy, configure: (app) => ({ ...app, rate_limits: { anonymous_ip: { limit: 1 } } }) });
  const login = (forwarded: string) => server.call('loginAnonymously', { headers: { 'X-Forwarded-For': forwarded } });
  await login(first);
  return (await login(second)).status === 429;
}

describe("the client's address", () => {
  it.each([
    ['by default trusts no one', [], '203.0.113.1', '203.0.113.2', true],
    ['believes one proxy', 1, '203.0.113.1', '203.0.113.2', false],
    ['believes one proxy, not what a client sent', 1, '203.0.113.1, 198.51.100.1', '203.0.113.2, 198.51.100.1', true],
    ['believes two proxies', 2, '203.0.113.1, 10.0.0.1', '203.0.113.2, 10.0.0.1', false],
    ['believes proxies by address', ['127.0.0.1', '10.0.0.0/8'], '203.0.113.1, 10.0.0.1', '203.0.113.2, 10.0.0.9', false],
    ['believes no proxy of another address', ['10.0.0.0/8'], '203.0.113.1', '203.0.113.2', true],
  ])('%s', async (_case, trustProxy, first, second, one) => {
    expect(await countAsOne(trustProxy, first, second)).toBe(one);
  });

  it.each([
    ['tells once that there seems to be a proxy where none is trusted', [], 1],
    ['does not warn of a proxy that is trusted', 1, 0],
  ])('%s', async (_case, trustProxy, warnings) => {
    const server = await startServer({ trustProxy });
    for (const _request of [1, 2]) await server.call('getServerTime', { headers: { 'X-Forwarded-For': '203.0.113.1' } });
    expect(server.logLines().filter(({ level, msg }) => level === 40 && msg.includes('TRUST_PROXY'))).toHaveLength(warnings);
  });
});
