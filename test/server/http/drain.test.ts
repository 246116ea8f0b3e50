// @module-tag fault
import { once } from 'node:events';
import { Agent, createServer, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { drainable } from '../../../server/http/drain.ts';

async function startWith(answer: RequestListener) {
  const server = createServer();
  const drain = drainable(server);
  await new Promise<void>((resolve) => server.on('request', answer).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, drain, ask: () => request({ port, agent: new Agent({ keepAlive: true }) }).end() };
}

describe('a drain', () => {
  it('before load balancers notice: requests are answered, and each connection is closed after its response', async () => {
    const { drain, ask } = await startWith((_request, response) => response.end());
    const [before] = await once(ask(), 'response');
    before.resume();
    expect(before.headers.connection).toBe('keep-alive');
    const drained = drain.run({ notice: 300, timeout: 10_000 });
    expect(drain.begun).toBe(true);
    const [answer] = await once(ask(), 'response');
    answer.resume();
    expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
    await drained;
    await expect(once(ask(), 'response')).rejects.toThrow('ECONNREFUSED');
  });

  it('while a request runs: it is answered, and its connection closed', async () => {
    const { server, drain, ask } = await startWith(() => undefined);
    const asked = ask();
    const [, response] = await once(server, 'request');
    const drained = drain.run({ notice: 0, timeout: 10_000 });
    response.end();
    const [answer] = await once(asked, 'response');
    answer.resume();
    expect(answer.headers.connection).toBe('close');
    await drained;
  });

  it('while a request exceeds the timeout: its connection is closed', async () => {
    const { server, drain, ask } = await startWith(() => undefined);
    const asked = once(ask(), 'response');
    await once(server, 'request');
    await Promise.all([drain.run({ notice: 0, timeout: 10 }), expect(asked).rejects.toThrow('socket hang up')]);
  });
});
