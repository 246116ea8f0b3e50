import { Agent, createServer, get, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Milliseconds between two readiness checks. */
const interval = 50;

export interface Balancer {
  origin: string;
  /** The servers that it currently sends requests to. */
  ready: ReadonlySet<string>;
}

/**
 * A load balancer: checks the readiness of each server, sends requests in turn to the ready ones, keeps connections to them open, and never
 * sends a request twice. Failed requests become a 502.
 */
export async function startBalancer(origins: string[]): Promise<Balancer> {
  const ready = new Set<string>();
  const look = (origin: string) => {
    const unready = () => ready.delete(origin);
    get(`${origin}/readyz`, { agent: false }, (answer) => {
      answer.resume();
      if (answer.statusCode === 200) ready.add(origin);
      else unready();
    }).on('error', unready);
  };
  const watch = setInterval(() => origins.forEach(look), interval);

  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  const forward = (asked: IncomingMessage, response: ServerResponse) => {
    const fail = () => response.writeHead(502).end('{}');
    const origin = [...ready][turn++ % ready.size];
    if (origin === undefined) return fail();
    const { method = '', url, headers } = asked;
    const onward = request(`${origin}${url}`, { method, headers, agent }, (answer) => {
      // This header is only for the connection to the server.
      const { connection: _, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      answer.pipe(response);
    });
    asked.pipe(onward.on('error', fail));
  };

  const server = createServer(forward);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    clearInterval(watch);
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ready };
}
