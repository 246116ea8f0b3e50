import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError, invalidField } from '../errors.ts';
import type { CurrentRequest } from '../observe/currentRequest.ts';
import type { Observers } from './observeRequest.ts';
import { secureHeaders } from './secureAnswer.ts';

/** Node's errors for unreadable requests, by code, with the status that Node would answer. */
const faults: Record<string, { status: number; error: () => ApiError }> = {
  HPE_HEADER_OVERFLOW: { status: 431, error: () => invalidField('/headers', 'must have at most 16 KiB together') },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, error: () => new ApiError('body_too_large') },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, error: () => invalidField('/body', 'did not arrive in time') },
};
const notHttp = { status: 400, error: () => invalidField('/', 'is not an HTTP/1.1 request') };

/** Node's socket of a connection, with the answer to a request whose body is still being read. */
type RequestSocket = Duplex & { _httpMessage?: (ServerResponse & { req: { current?: CurrentRequest } }) | null };

/**
 * Answers a request that reaches no step, because it is not HTTP, too long or too slow, with an error in the contract's shape. Logs and
 * counts the request, and closes the connection.
 */
export function refuseUnread(
  fault: Error & { code?: string },
  socket: RequestSocket,
  observers?: Pick<Observers, 'log' | 'metrics'>,
): void {
  const openResponse = socket._httpMessage;
  if (!socket.writable || fault.code === 'ECONNRESET' || openResponse?.headersSent) return void socket.destroy(fault);
  const { status, error } = faults[fault.code ?? ''] ?? notHttp;
  const refusal = error();
  // observeRequest logs and counts requests whose headers were read.
  const id = openResponse?.req.current?.id ?? randomUUID();
  if (openResponse) openResponse.statusCode = status;
  const body = JSON.stringify(refusal.toBody(id));
  const headers = [
    ...secureHeaders,
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Content-Length', Buffer.byteLength(body)],
    ['X-Request-Id', id],
    ['Connection', 'close'],
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join('')}\r\n${body}`, () => socket.destroy());
  if (openResponse) return;
  observers?.log.warn({ request_id: id, status, error: { code: refusal.code, fault: fault.code } }, 'request refused unread');
  observers?.metrics.requests.observe({ operation: 'none', status }, 0);
}
