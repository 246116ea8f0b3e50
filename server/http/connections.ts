import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Express } from 'express';
import { boundConnections } from '../process/openFiles.ts';
import { unreadablePath } from '../steps/findOperation.ts';
import type { Observers } from '../steps/observeRequest.ts';
import { refuseUnread } from '../steps/refuseUnread.ts';

/** Milliseconds that a connection may keep the server waiting before Node closes it with a 408. */
export interface ConnectionTimeouts {
  /** For a request's headers, from its first byte, or from the start of the connection. */
  headers: number;
  /** For a whole request. */
  request: number;
  /** Interval between two checks of all connections. */
  check: number;
  /** For the next request. Longer than the 60 s of most proxies, which otherwise send a request on a connection that is closing. */
  keepAlive?: number;
}

/** A body is at most 64 KiB, which takes less on the slowest phone network. */
export const connectionTimeouts: ConnectionTimeouts = { headers: 10_000, request: 20_000, check: 5000 };

/** An HTTP server that closes slow and idle connections. It answers nothing until `serve` is called. */
export const createHttpServer = ({ headers, request, check, keepAlive = 75_000 }: ConnectionTimeouts = connectionTimeouts): Server =>
  createServer({ headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: check, keepAliveTimeout: keepAlive });

/**
 * Lets an app answer a server's requests.
 *
 * @param observers for requests and connections that never reach the app
 */
export function serve(server: Server, app: Express, observers?: Pick<Observers, 'log' | 'metrics'>): void {
  // Express's types leave out the third parameter for Node's own requests.
  const handle = app as (request: IncomingMessage, response: ServerResponse, unhandled: () => void) => void;
  server.on('request', (request, response) => {
    // Express runs no middleware for a target without a path, such as `foo://host`.
    handle(request, response, () => {
      request.url = unreadablePath;
      app(request, response);
    });
  });
  server.on('clientError', (fault, socket) => refuseUnread(fault, socket, observers));
  if (observers) boundConnections(server, observers);
}
