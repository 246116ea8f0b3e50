import { createHook } from 'node:async_hooks';
import dns, { type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFetch, fetchPlatform } from '../../../server/upstream/fetch.ts';

/** A platform of one's own, and its address. */
async function startPlatform(answer: RequestListener): Promise<URL> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/token?b=1`);
}

describe('fetch', () => {
  it('sends a form or a text with its headers, and returns the status and the whole reply', async () => {
    const url = await startPlatform(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      const { method, url, headers } = request;
      response.writeHead(418).end(JSON.stringify({ method, url, body, type: headers['content-type'], key: headers['x-key'], text: '文' }));
    });
    const form = await fetchPlatform(url, { method: 'POST', body: new URLSearchParams({ a: '文' }) });
    expect(form.status).toBe(418);
    const type = 'application/x-www-form-urlencoded;charset=UTF-8';
    expect(JSON.parse(await form.text())).toEqual({ method: 'POST', url: '/token?b=1', body: 'a=%E6%96%87', type, text: '文' });
    const text = await fetchPlatform(url, { method: 'POST', body: '{}', headers: { 'X-Key': 'k', 'Content-Type': 'application/json' } });
    expect(JSON.parse(await text.text())).toMatchObject({ body: '{}', type: 'application/json', key: 'k' });
  });

  it('follows no redirect', async () => {
    const url = await startPlatform((_request, response) => response.writeHead(302, { Location: '/elsewhere' }).end());
    await expect(fetchPlatform(url, {})).rejects.toThrow('redirected with 302');
  });

  it('reads at most 64 KiB', async () => {
    const url = await startPlatform(({ url = '' }, response) => response.end('x'.repeat(url.endsWith('2') ? 65_537 : 65_536)));
    expect(await (await fetchPlatform(url, {})).text()).toHaveLength(65_536);
    url.search = '2';
    await expect(fetchPlatform(url, {})).rejects.toMatchObject({ code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
  });

  it('stops when it is aborted, before a reply and during one', async () => {
    const abort = new AbortController();
    const url = await startPlatform((_request, response) => {
      response.writeHead(200).write('{');
      abort.abort();
    });
    await expect(fetchPlatform(url, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    await expect(fetchPlatform(url, { signal: abort.signal })).rejects.toThrow('aborted');
  });

  it.each([
    [['127.0.0.1', '::1']],
    [['::1', '127.0.0.1']],
  ])('reaches a platform at one of the addresses %j, and waits two seconds for each, enough for another continent', async (addresses) => {
    const url = await startPlatform((_request, response) => response.end('{}'));
    url.hostname = 'platform.test';
    const found: LookupAddress[] = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const answer = (...given: unknown[]) => (given.at(-1) as (error: null, found: LookupAddress[]) => void)(null, found);
    vi.spyOn(dns, 'lookup').mockImplementation(answer as typeof dns.lookup);
    onTestFinished(() => void vi.restoreAllMocks());
    const waits: unknown[] = [];
    const timers = createHook({
      init(_id, type, _trigger, resource) {
        if (type === 'Timeout' && '_idleTimeout' in resource) waits.push(resource._idleTimeout);
      },
    }).enable();
    onTestFinished(() => void timers.disable());
    expect(await (await createFetch({})(url, {})).text()).toBe('{}');
    expect(waits).toContain(2000);
    expect(waits).not.toContain(250);
  });
});
