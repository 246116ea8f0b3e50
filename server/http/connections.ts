import type { Server } from 'node:http';
import type { Express } from 'express';
import { boundConnections } from '../process/openFiles.ts';
import { unreadablePath } from '../steps/findOperation.ts';
import type { Observers } from '../steps/observeRequest.ts';
import { refuseUnread } from '../steps/refuseUnread.ts';

/** An `import` of it would load all that it can lead to, 13 MiB of HTTP/2 and `fetch`. */
const { createServer, IncomingMessage, ServerResponse } = process.getBuiltinModule('node:http');

/** Milliseconds that a connection may keep the server waiting. Node closes those that do with a 408. */
export interface ConnectionTimeouts {
  /** For a request's headers, from its first byte, or from the beginning of the connection. */
  headers: number;
  /** For a whole request. */
  request: number;
  /** Between two looks at all connections. */
  check: number;
  /** Between two requests: longer than the 60 s of most proxies, which send a request on what the server is about to close otherwise. */
  keepAlive?: number;
}

/** A body is 64 KiB at most, which the slowest phone network carries in less. */
export const connectionTimeouts: ConnectionTimeouts = { headers: 10_000, request: 20_000, check: 5000 };

export interface HttpServer {
  server: Server;
  /**
   * Has an app answer from now on.
   *
   * @param observers told of what the app never hears of
   */
  answerWith(app: Express, observers?: Pick<Observers, 'log' | 'metrics'>): void;
}

/** A server on which nobody can wait for nothing: whoever sends slowly, or not at all, is put out. */
export function createHttpServer({ headers, request, check, keepAlive = 75_000 }: ConnectionTimeouts = connectionTimeouts): HttpServer {
  // Made with the app's own prototypes: Express gives those to whatever has others, and then V8 knows neither by its shape any more.
  class Request extends IncomingMessage {}
  class Response extends ServerResponse<Request> {}
  const timeouts = { headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: check, keepAliveTimeout: keepAlive };
  const server = createServer({ IncomingMessage: Request, ServerResponse: Response, ...timeouts });
  return {
    server,
    answerWith(app, observers) {
      app.request = Object.setPrototypeOf(Request.prototype, app.request);
      app.response = Object.setPrototypeOf(Response.prototype, app.response);
      // Express's types have no third parameter for requests of Node, which these are until the app has them.
      const answer = app as (request: Request, response: Response, unanswered: () => void) => void;
      server.on('request', (request, response) => {
        // In a target without a path Express finds no step of ours to run.
        const retry = () => {
          request.url = unreadablePath;
          app(request, response);
        };
        answer(request, response, retry);
      });
      server.on('clientError', (fault, socket) => refuseUnread(fault, socket, observers));
      if (observers) boundConnections(server, observers);
    },
  };
}
