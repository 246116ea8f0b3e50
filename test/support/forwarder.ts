import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Forwarder {
  /** The URL that is forwarded to the current server. */
  url: string;
  /** Forwards new connections to another server and closes existing ones, like a name or address that moves. */
  moveTo(url: string): void;
}

/** Simulates a host name that resolves to one server first and to another one later. */
export async function startForwarder(url: string): Promise<Forwarder> {
  let target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    endAll();
  });
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    moveTo(next) {
      target = new URL(next);
      endAll();
    },
  };
}
