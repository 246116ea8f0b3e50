import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterTick } from '../process/afterTick.ts';

/** Milliseconds that the first request of a connection may be on its way. */
const unusedTimeout = 200;

export interface DrainTimes {
  /** Milliseconds to go on as before but for saying so, which is when balancers learn to send requests elsewhere. */
  notice: number;
  /** Milliseconds that running requests have to finish from then on. */
  timeout: number;
}

export interface Drain {
  /** Whether the server is about to end. */
  readonly begun: boolean;
  /** Closes the server: what is running is answered, and nothing else keeps it open. Resolves when no connection is left. */
  run(times: DrainTimes): Promise<void>;
}

interface Connection {
  /** To the last request. Undefined before the first: Node does not count such a connection as idle, and browsers open such ones. */
  answer: ServerResponse | undefined;
}

/** Watches a server's connections and answers, so that it can end without breaking a request. It must hear of each request first. */
export function drainable(server: Server): Drain {
  // No set of answers: V8 leaves the table of a set behind whenever as many have come and gone, and an old table keeps the next one in
  // memory with all that is in it, so that every request would outlive several looks at the young ones.
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
      // A connection whose answer was on its way when this began is kept for another request.
      setInterval(() => server.closeIdleConnections(), 50).unref();
      setTimeout(() => server.closeAllConnections(), timeout).unref();
      await pass(unusedTimeout);
      for (const [socket, { answer }] of connections) if (!answer) socket.destroy();
      await closed;
    },
  };
}

/** Waits, and hears what came in meanwhile, however long the process was busy with something else. */
async function pass(milliseconds: number): Promise<void> {
  await sleep(milliseconds);
  await afterTick();
}

/** The client sends no further request on a connection whose answer says so, and none is lost for being sent as it closes. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
