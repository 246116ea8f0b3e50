import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Opens a raw connection, which sends bytes unchanged. */
export async function openSocket(origin: string): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  // The server may close the connection while the client is still sending.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Resolves when a connection is closed, also by an error: `once` would reject if the server closes it during a write. */
export const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));

/** Everything that the server sends until it closes the connection. */
export async function readToEnd(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await closed(socket);
  return text;
}

/** Sends bytes as they are and returns the statuses of all answers. The last request must close the connection, or be refused. */
export async function exchange(origin: string, bytes: string): Promise<number[]> {
  const socket = await openSocket(origin);
  socket.write(bytes);
  const text = await readToEnd(socket);
  return [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
}

/** Accepts connections on a free port until the test ends. @returns its origin */
export async function acceptSockets(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // Unread data would hide the end of the connection.
    socket.resume();
    answer(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
