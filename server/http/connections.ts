import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Express } from 'express';
import { boundConnections } from '../process/openFiles.ts';
import { unreadablePath } from '../steps/findOperation.ts';
import type { Observers } from '../steps/observeRequest.ts';
import { refuseUnread } from '../steps/refuseUnread.ts';

/** Milliseconds after which Node closes a slow connection with status 408. */
export interface ConnectionTimeouts {
  /** For a request's headers, from the request's first byte or the start of the connection. */
  headers: number;
  /** For a whole request. */
  request: number;
  /** Interval between two checks of all connections. */
  check: number;
  /** For the next request. Longer than the 60 s of most proxies, which could otherwise send a request on a closing connection. */
  keepAlive?: number;
}

/** Defaults. A body has at most 64 KiB, which takes less time even on the slowest mobile network. */
export const connectionTimeouts: ConnectionTimeouts = { headers: 10_000, request: 20_000, check: 5000 };

/** An HTTP server that closes slow and idle connections. It answers nothing until `serve` is called. */
export const createHttpServer = ({ headers, request, check, keepAlive = 75_000 }: ConnectionTimeouts = connectionTimeouts): Server =>
  createServer({ headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: check, keepAliveTimeout: keepAlive });

/**
 * Passes a server's requests to an app.
 *
 * @param current the app, which may be replaced between two requests
 * @param observers log and count requests and connections that never reach the app
 */
export function serve(server: Server, current: () => Express, observers?: Pick<Observers, 'log' | 'metrics'>): void {
  // Express's types leave out the third parameter for Node's requests.
  type Handle = (request: IncomingMessage, response: ServerResponse, unhandled: () => void) => void;
  server.on('request', (request, response) => {
    const app = current();
    const handle = app as Handle;
    // Express runs no middleware for a target without a path, such as `foo://host`.
    handle(request, response, () => {
      request.url = unreadablePath;
      app(request, response);
    });
  });
  server.on('clientError', (fault, socket) => refuseUnread(fault, socket, observers));
  if (observers) boundConnections(server, observers);
}
