import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Watches a server's connections, so that it can end without breaking a request.
 *
 * @param timeout milliseconds that running requests have to finish
 * @returns closes the server: what is running is answered, and nothing else keeps it open
 */
export function drainable(server: Server, timeout: number): () => Promise<void> {
  // Node does not count a connection as idle that has not had a request yet; browsers open such ones.
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));

  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of unused) socket.destroy();
      // A connection whose request ends from now on would be kept for another one.
      setInterval(() => server.closeIdleConnections(), 50).unref();
      setTimeout(() => server.closeAllConnections(), timeout).unref();
    });
}
