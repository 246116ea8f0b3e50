import type { Dispatcher } from 'undici';
import { endOfTurn } from '../process/turn.ts';

/** As much of `fetch` as the platforms' servers are asked with. */
export type Fetch = (url: URL, init: RequestInit) => Promise<{ status: number; text(): Promise<string> }>;

/**
 * Marks an error as one of a reply that arrived and is of no use: the other side is there, and may have something against this one request.
 */
const ofReply = (error: Error, status: number): Error => Object.assign(error, { status });

/** The status of the reply that an error is of, undefined if there was none. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;

/** Bytes of a reply, far above any documented one. */
const replyLimit = 64 * 1024;

/**
 * Milliseconds for each of a name's addresses: Node's own 250 fit a data centre, and a platform may be on another continent and have an
 * IPv6 address that leads nowhere from here.
 */
const attemptTimeout = 2000;

export interface Proxies {
  httpsProxy: string;
  httpProxy: string;
  noProxy: string;
}

/** Where requests leave the network, by the variables that curl and others read (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, in small letters too). */
export function proxiesOf(env: NodeJS.ProcessEnv): Proxies | undefined {
  const read = (name: string) => env[name.toLowerCase()] || env[name.toUpperCase()] || '';
  const [httpsProxy, httpProxy] = [read('https_proxy'), read('http_proxy')];
  if (!httpsProxy && !httpProxy) return undefined;
  // The sandbox and stand-ins are on this machine, which no proxy leads to.
  return { httpsProxy, httpProxy, noProxy: [read('no_proxy'), 'localhost,127.0.0.1,::1'].filter(Boolean).join(',') };
}

/** Through which proxies, without a password that may stand in their addresses. */
export function sayProxies({ httpsProxy, httpProxy, noProxy }: Proxies): string {
  const [first, ...others] = [
    ...new Set([httpsProxy, httpProxy].filter(Boolean).map((proxy) => URL.parse(proxy)?.host ?? 'what is no URL')),
  ];
  return `through the proxy ${[first, ...others].join(' and ')}, but for ${noProxy}`;
}

async function loadAgent(env: NodeJS.ProcessEnv): Promise<Dispatcher> {
  // What esbuild makes of a CommonJS package that is imported when it is needed has this name alone.
  const { default: undici } = await import('undici');
  const options = { maxResponseSize: replyLimit, connect: { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: attemptTimeout } };
  const proxies = proxiesOf(env);
  return proxies ? new undici.EnvHttpProxyAgent({ ...options, ...proxies }) : new undici.Agent(options);
}

/**
 * What stands below `fetch`, without the streams that a browser would want: it takes a fifth of the time. A body is text or a form.
 *
 * @param env where the proxies are named
 * @returns throws where the platform cannot be reached, redirects, which none does, or answers more than 64 KiB
 */
export function createFetch(env: NodeJS.ProcessEnv): Fetch {
  /** Loaded with the first request: a start need not wait for it, and a server without a platform has no use for it. */
  let loading: Promise<Dispatcher> | undefined;
  return async (url, { method = 'GET', headers, body, signal }) => {
    loading ??= loadAgent(env);
    const agent = await loading;
    await endOfTurn();
    signal?.throwIfAborted();
    const form = body instanceof URLSearchParams;
    const options = {
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as 'GET' | 'POST',
      headers: {
        accept: '*/*',
        'user-agent': 'node',
        ...(form && { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }),
        ...(headers && Object.fromEntries(new Headers(headers))),
      },
      body: body == null ? null : String(body),
    };
    const { status, chunks } = await new Promise<Reply>((resolve, reject) => agent.dispatch(options, gather(signal, resolve, reject)));
    if (status >= 300 && status < 400) throw ofReply(new Error(`redirected with ${status}`), status);
    return { status, text: async () => Buffer.concat(chunks).toString('utf8') };
  };
}

export const fetchPlatform: Fetch = createFetch(process.env);

const isTooLarge = (error: Error) => 'code' in error && error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

interface Reply {
  status: number;
  chunks: Buffer[];
}

/** @param signal belongs to this request alone */
function gather(
  signal: AbortSignal | null | undefined,
  resolve: (reply: Reply) => void,
  reject: (error: Error) => void,
): Dispatcher.DispatchHandler {
  const reply: Reply = { status: 0, chunks: [] };
  let request: Dispatcher.DispatchController | undefined;
  const abort = () => {
    const error = new Error('aborted');
    request?.abort(error);
    reject(error);
  };
  signal?.addEventListener('abort', abort);
  return {
    onRequestStart(controller) {
      request = controller;
      if (signal?.aborted) abort();
    },
    onResponseStart(_controller, status) {
      reply.status = status;
    },
    onResponseData(_controller, chunk) {
      reply.chunks.push(chunk);
    },
    onResponseEnd: () => resolve(reply),
    onResponseError: (_controller, error) => reject(isTooLarge(error) ? ofReply(error, reply.status) : error),
  };
}
