import type { Logger } from 'pino';
import type { Metrics } from '../observe/metrics.ts';
import type { Circuits } from './circuits.ts';
import { UpstreamError } from './errors.ts';
import { type Fetch, longestPicture, type Reply, statusOf } from './fetch.ts';
import { measureCall } from './measure.ts';
import { Picture } from './picture.ts';

/** Services for calls to external servers. */
export interface UpstreamServices {
  fetch: Fetch;
  circuits: Circuits;
  metrics: Metrics;
  log: Logger;
  /** Milliseconds that a server may take to answer. */
  platformTimeout: number;
}

interface Callee {
  /** The server's owner, in metrics. */
  name: string;
  /** The circuit that the call goes through. */
  circuit: string;
  /** The owner in log lines. */
  logged: { platform: string } | { provider: string };
  /** Time by `performance.now()` at which the caller stops waiting; none if absent. */
  deadline?: number;
}

/**
 * Sends a request through its circuit and parses JSON. Ignores the reply's media type, because some platforms send text/plain.
 *
 * @throws UpstreamError
 */
export const requestJson = (url: URL, init: RequestInit | undefined, services: UpstreamServices, callee: Callee): Promise<unknown> =>
  call(url, init, services, callee, async (reply) => parseJson(await reply.text(), reply.status));

/** The request that posts JSON. */
export const postOf = (json: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(json),
});

/**
 * Sends a request whose reply is a picture.
 *
 * @returns a `Picture`, or the JSON of an error
 * @throws UpstreamError
 */
export const requestPicture = (url: URL, init: RequestInit | undefined, services: UpstreamServices, callee: Callee): Promise<unknown> =>
  call(url, { ...init, longest: longestPicture }, services, callee, async (reply) => {
    const bytes = Buffer.from(await reply.bytes());
    return Picture.of(bytes) ?? parseJson(bytes.toString('utf8'), reply.status);
  });

/** The same for a reply whose text is signed. */
export const requestText = (url: URL, init: RequestInit | undefined, services: UpstreamServices, callee: Callee): Promise<string> =>
  call(url, init, services, callee, (reply) => reply.text());

function call<T>(
  url: URL,
  init: Parameters<Fetch>[1] | undefined,
  services: UpstreamServices,
  callee: Callee,
  read: Reader<T>,
): Promise<T> {
  const { name, circuit, deadline = Number.POSITIVE_INFINITY } = callee;
  const send = () => sendOnce(url, init, services, callee, Math.min(services.platformTimeout, deadline - performance.now()), read);
  return measureCall(name, url, services.metrics, () => services.circuits.call(circuit, send, callee.deadline));
}

type Reader<T> = (reply: Reply) => Promise<T>;

/** @param timeout milliseconds */
async function sendOnce<T>(
  url: URL,
  init: Parameters<Fetch>[1] | undefined,
  { fetch, log }: UpstreamServices,
  { logged }: Callee,
  timeout: number,
  read: Reader<T>,
): Promise<T> {
  const started = performance.now();
  // `AbortSignal.timeout` would keep the request in memory until it fires.
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), timeout);
  const request = () => fetch(url, { redirect: 'error', ...init, signal: aborter.signal });
  const target = url.origin + url.pathname;
  try {
    const response = await request().catch((error: unknown) => {
      if (!isConnectFailure(error)) throw error;
      log.warn({ ...logged, target, fault: causeCode(error) }, 'could not connect; retrying once');
      return request();
    });
    const { status } = response;
    log.debug({ ...logged, target, status, ms: Math.round(performance.now() - started) }, 'upstream answered');
    if (status === 429) throw new UpstreamError('rate_limited', { detail: { status } });
    if (status === 503) throw new UpstreamError('busy', { detail: { status } });
    if (status >= 500) throw new UpstreamError('failed', { detail: { status } });
    return await read(response);
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    if (aborter.signal.aborted) throw new UpstreamError('timeout', { detail: { target, after_ms: Math.round(timeout) } });
    throw new UpstreamError('failed', { detail: { target, status: statusOf(error), fault: causeCode(error) }, cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function parseJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The text may hold a session key, so only its length is logged.
    throw new UpstreamError('failed', { detail: { status, fault: 'not JSON', length: text.length } });
  }
}

/** Whether no connection was established. The request was not sent then, so it cannot have used up a code. */
const isConnectFailure = (error: unknown): boolean => connectFailures.has(causeCode(error)) || isFailedConnect(causeOf(error));

const connectFailures = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Whether `connect` failed, judged by the system call, because established connections can have the same codes. */
const isFailedConnect = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every((part) => connectFailures.has(causeCode(part)) || isFailedConnect(part))
    : error instanceof Error && 'syscall' in error && error.syscall === 'connect';

const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause instanceof Error ? error.cause : error);

function causeCode(error: unknown): string {
  const cause = causeOf(error);
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : String(cause);
}
