// @module-tag fault
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../support/client.ts';
import { createDatabase } from '../../support/database.ts';
import { spawnServer } from '../../support/process.ts';
import { openSocket } from '../../support/socket.ts';

/** Requests on one connection that stays open. */
function keepConnection(origin: string): (path: string) => Promise<{ status: number; text: string }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return async (path) => {
    const [response] = await once(get(origin + path, { agent }), 'response');
    const chunks: Buffer[] = await response.toArray();
    return { status: response.statusCode, text: Buffer.concat(chunks).toString() };
  };
}

/** Sends a request on a new connection. @returns the connection if it was answered, and is kept */
async function occupy(origin: string): Promise<Socket | undefined> {
  const socket = await openSocket(origin);
  socket.write('GET /healthz HTTP/1.1\r\nHost: login\r\n\r\n');
  return new Promise((resolve) => {
    socket.once('data', () => resolve(socket));
    socket.once('close', () => resolve(undefined));
  });
}

describe('the limit of open files', () => {
  it.each([
    128, 256,
  ])('more connections than %i files: earlier ones are served, new ones are closed and counted, until there is room again', async (files) => {
    const server = spawnServer({ DATABASE_URL: await createDatabase() }, 'node', 'server/main.ts', {}, `ulimit -n ${files}`);
    const origin = await server.ready;
    const client = createClient(origin, server.secrets);
    const ask = keepConnection(origin);
    expect((await ask('/readyz')).status).toBe(200);

    const sockets = await Promise.all(Array.from({ length: files }, () => occupy(origin)));
    const open = sockets.filter((socket) => socket !== undefined);
    expect(open.length).toBe((files * 3) / 4 - 1);
    expect((await ask('/readyz')).status).toBe(200);
    await expect(fetch(`${origin}/healthz`)).rejects.toThrow();
    const [, count] = /^login_connections_dropped_total (\d+)$/m.exec((await ask('/metrics')).text) ?? [];
    expect(Number(count)).toBe(files - open.length + 1);

    for (const socket of open) socket.destroy();
    await expect.poll(() => fetch(`${origin}/healthz`).then(({ status }) => status, String)).toBe(200);
    await client.login('wechat', 'larry');
    server.kill('SIGTERM');
    const { how, output } = await server.ended;
    expect(how).toBe(0);
    expect(output).toContain('dropping connections; raise the limit of open files (ulimit -n)');
    expect(output).not.toMatch(/EMFILE|uncaught/);
  });
});
