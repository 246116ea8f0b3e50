import type { Server } from 'node:http';

/** An `import` of it would load all that it can lead to, 13 MiB of HTTP/2 and `fetch`. */
const { createServer } = process.getBuiltinModule('node:http');

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

/** A server on which nobody can wait for nothing: whoever sends slowly, or not at all, is put out. */
export const createHttpServer = ({ headers, request, check } = defaults): Server =>
  createServer({ headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: check });
