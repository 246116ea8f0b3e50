import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ForwardProxy {
  url: string;
  /** Requests that it received: `CONNECT host:port`, or a method and the whole address. */
  asked: string[];
}

/**
 * A forward proxy of a company network. It connects to this machine for every requested host, and refuses tunnels.
 *
 * @param port of this machine
 */
export async function startForwardProxy(port: number): Promise<ForwardProxy> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    const { method, url = '', headers } = incoming;
    asked.push(`${method} ${url.split('?')[0]}`);
    const { pathname, search } = new URL(url);
    const onward = request({ host: '127.0.0.1', port, method, path: pathname + search, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward.on('error', () => response.writeHead(502).end()));
  });
  server.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://mei:secret@127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
