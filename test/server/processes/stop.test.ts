// @module-tag fault
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { spawnServer, startProcess } from '../../support/process.ts';

describe('stopping the server', () => {
  it('SIGTERM while a request runs: it is answered and the process exits, despite keep-alive connections', async () => {
    const server = await startProcess({ DATABASE_URL: await createDatabase() });
    const { token } = await server.login('wechat', 'larry');
    const unused = connect(Number(new URL(server.origin).port), '127.0.0.1');
    await once(unused, 'connect');
    const running = request(`${server.origin}/hserve/v2.0/session/destroy/`, {
      method: 'POST',
      agent: new Agent({ keepAlive: true }),
      headers: {
        'X-Hydrogen-Client-ID': 'sandbox',
        Authorization: `Hydrogen-r1 ${token}`,
        'Content-Type': 'application/json',
        // The answer to this tells that the request is running.
        Expect: '100-continue',
      },
    });
    running.flushHeaders();
    await once(running, 'continue');

    const stopped = performance.now();
    server.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${server.origin}/readyz`)).status).toBe(503);
    await once(unused, 'close');
    await expect(fetch(server.origin)).rejects.toThrow('fetch failed');
    running.end('{}');
    const [answer] = await once(running, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(201);
    const { how, output } = await server.ended;
    expect(how).toBe(0);
    // No alarm for those who are alerted by errors in the log.
    expect(output).toMatch(/"level":30,.*"path":"\/readyz","status":503/);
    expect(output).not.toMatch(/"level":[4-6]0,.*"path":"\/readyz"/);
    expect(performance.now() - stopped).toBeLessThan(10_000);
  });

  it('SIGTERM to `npm start` only: the server exits too', async () => {
    const server = spawnServer({ DATABASE_URL: await createDatabase() }, 'npm');
    await server.ready;
    process.kill(Number(server.pid), 'SIGTERM');
    // Its output ends with the server, not with npm.
    expect((await server.ended).output).toContain('Ready at');
  });
});
