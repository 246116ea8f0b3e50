import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterTick } from '../process/afterTick.ts';

/** Milliseconds to wait for the first request of a new connection. */
const unusedTimeout = 200;

export interface DrainTimes {
  /** Milliseconds to keep serving while `/readyz` answers 503, so that load balancers take this process out first. */
  notice: number;
  /** Milliseconds for running requests to finish afterwards. */
  timeout: number;
}

export interface Drain {
  /** Whether the server is shutting down. */
  readonly begun: boolean;
  /** Answers running requests and closes all connections. Resolves once none is left. */
  run(times: DrainTimes): Promise<void>;
}

interface Connection {
  /** Response to the latest request. Undefined before the first, when Node does not count the connection as idle. */
  answer: ServerResponse | undefined;
}

/** Tracks a server's connections so that it can shut down without breaking a request. Must be the first `request` listener. */
export function drainable(server: Server): Drain {
  // One entry for each connection, not for each response: V8 retains old tables of a busy set, and with them the responses.
  const connections = new Map<Socket, Connection>();
  let begun = false;
  server.on('connection', (socket) => {
    const connection: Connection = { answer: undefined };
    connections.set(socket, connection);
    socket.once('close', () => {
      connections.delete(socket);
      connection.answer = undefined;
    });
  });
  server.on('request', ({ socket }, response) => {
    const connection = connections.get(socket);
    if (connection) connection.answer = response;
    if (begun) closeAfter(response);
  });

  return {
    get begun() {
      return begun;
    },
    async run({ notice, timeout }) {
      begun = true;
      for (const { answer } of connections.values()) if (answer) closeAfter(answer);
      await pass(notice);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Connections whose response had started before the drain are still keep-alive.
      setInterval(() => server.closeIdleConnections(), 50).unref();
      setTimeout(() => server.closeAllConnections(), timeout).unref();
      await pass(unusedTimeout);
      for (const [socket, { answer }] of connections) if (!answer) socket.destroy();
      await closed;
    },
  };
}

/** Waits, and then lets the I/O events that have arrived be processed. */
async function pass(milliseconds: number): Promise<void> {
  await sleep(milliseconds);
  await afterTick();
}

/** Tells the client to send no further request on the connection, so that none is lost while it closes. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
