// @module-tag fault
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sandboxApp } from '../../../server/sandbox/sandbox.ts';
import { createFetch } from '../../../server/upstream/fetch.ts';
import { admin } from '../../support/admin.ts';
import { createFolder } from '../../support/folder.ts';
import { startForwardProxy } from '../../support/forwardProxy.ts';
import { withSettings } from '../../support/platforms.ts';
import { startServer } from '../../support/server.ts';

/** A server that reaches WeChat (a sandbox) only through a proxy. */
async function startBehind(base_url: string, variables: (proxy: string) => NodeJS.ProcessEnv) {
  const sandbox = await startServer();
  const proxy = await startForwardProxy(Number(new URL(sandbox.origin).port));
  const server = await startServer({
    fetch: createFetch(variables(proxy.url)) as typeof fetch,
    configure: withSettings('wechat', { base_url }),
  });
  const logIn = async () => server.call('silentLoginWechat', { body: { code: await sandbox.codeFor('wechat', 'larry') } });
  return { server, proxy, logIn };
}

it.each(['HTTP_PROXY', 'http_proxy'])('a network whose only way out is %s: logins use it', async (name) => {
  const { proxy, logIn } = await startBehind('http://platform.example/sandbox/wechat', (url) => ({ [name]: url }));
  expect((await logIn()).status).toBe(201);
  expect(proxy.asked).toEqual(['GET http://platform.example/sandbox/wechat/sns/jscode2session']);
});

it.each(['HTTPS_PROXY', 'https_proxy'])('a network whose only way out is %s: a tunnel to the platform is requested', async (name) => {
  const { proxy, logIn } = await startBehind('https://api.weixin.qq.com', (url) => ({ [name]: url }));
  expect((await logIn()).status).toBe(502);
  expect(proxy.asked[0]).toBe('CONNECT api.weixin.qq.com:443');
});

describe('an address that NO_PROXY names', () => {
  it.each([
    'platform.invalid',
    '.invalid',
    '*',
    'other.example, platform.invalid',
  ])('as %s: is called without the proxy', async (NO_PROXY) => {
    const { proxy, logIn } = await startBehind('http://platform.invalid/sandbox/wechat', (HTTP_PROXY) => ({ HTTP_PROXY, NO_PROXY }));
    expect((await logIn()).status).toBe(502);
    expect(proxy.asked).toEqual([]);
  });
});

it('the sandbox and other local simulators, with a proxy set: called without it', async () => {
  const { url, asked } = await startForwardProxy(9);
  const server = await startServer({ fetch: createFetch({ HTTP_PROXY: url, HTTPS_PROXY: url }) as typeof fetch });
  await server.login('wechat', 'larry');
  expect(asked).toEqual([]);
});

it('check-apps with a proxy set: reports it, without its password', async () => {
  const { url } = await startForwardProxy(9);
  const app = sandboxApp('http://127.0.0.1:9');
  const file = `${createFolder()}/apps.json`;
  writeFileSync(file, JSON.stringify({ apps: [app] }));
  const { errors } = await admin(['check-apps'], { APPS_FILE: file, HTTPS_PROXY: url });
  expect(errors).toContain(`through the proxy ${new URL(url).host}`);
  expect(errors).not.toContain('secret');
});

describe('a distant platform', () => {
  const timedOut = (syscall: string) => Object.assign(new Error(`${syscall} ETIMEDOUT`), { code: 'ETIMEDOUT', syscall });
  const unreachable = Object.assign(new Error('connect ENETUNREACH'), { code: 'ENETUNREACH', syscall: 'connect' });
  const failingOnce = (fault: Error) => {
    let asked = 0;
    const failing: typeof fetch = (url, init) => (asked++ === 0 ? Promise.reject(fault) : fetch(url, init));
    return { failing, asked: () => asked };
  };

  it.each([
    ['a connection that takes too long', timedOut('connect')],
    [
      'addresses none of which answers in time',
      Object.assign(new AggregateError([timedOut('connect'), unreachable]), { code: 'ETIMEDOUT' }),
    ],
  ])('%s: called once more with the same code, which was not sent', async (_what, fault) => {
    const { failing, asked } = failingOnce(fault);
    const server = await startServer({ fetch: failing });
    await server.login('wechat', 'larry');
    expect(asked()).toBe(2);
  });

  it('a connection without a reply: not called again, because the code may be used', async () => {
    const { failing, asked } = failingOnce(timedOut('read'));
    const server = await startServer({ fetch: failing });
    const reply = await server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'larry') } });
    expect([reply.status, asked()]).toEqual([502, 1]);
  });
});
