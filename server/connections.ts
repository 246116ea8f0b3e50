import type { Server } from 'node:http';
import type { Express } from 'express';

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
}

/** A body is 64 KiB at most, which the slowest phone network carries in less. */
const defaults: ConnectionTimeouts = { headers: 10_000, request: 20_000, check: 5000 };

export interface HttpServer {
  server: Server;
  /** Has an app answer from now on. */
  answerWith(app: Express): void;
}

/** A server on which nobody can wait for nothing: whoever sends slowly, or not at all, is put out. */
export function createHttpServer({ headers, request, check } = defaults): HttpServer {
  // Made with the app's own prototypes: Express gives those to whatever has others, and then V8 knows neither by its shape any more.
  class Request extends IncomingMessage {}
  class Response extends ServerResponse<Request> {}
  const timeouts = { headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: check };
  const server = createServer({ IncomingMessage: Request, ServerResponse: Response, ...timeouts });
  return {
    server,
    answerWith(app) {
      app.request = Object.setPrototypeOf(Request.prototype, app.request);
      app.response = Object.setPrototypeOf(Response.prototype, app.response);
      server.on('request', app);
    },
  };
}
