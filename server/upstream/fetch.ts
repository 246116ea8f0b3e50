import type { Dispatcher } from 'undici';
import { afterTick } from '../process/afterTick.ts';

/** The part of `fetch` that calls to other servers use. */
export type Fetch = (url: URL, init: RequestInit & { longest?: number }) => Promise<Reply>;

/** A reply to a call. */
export interface Reply {
  status: number;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
}

/** Adds the status of an unusable reply to an error, because a server that replies is not down. */
const withStatus = (error: Error, status: number): Error => Object.assign(error, { status });

/** The status of the unusable reply behind an error; undefined if no reply arrived. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;

/** Maximum bytes of a reply, far above any documented one, and of one that is a picture. */
const replyLimit = 64 * 1024;
export const longestPicture = 512 * 1024;

/**
 * Milliseconds to connect to each address of a host name. Node's default of 250 suits a data centre; a platform may be on another continent
 * and publish an IPv6 address that is unreachable from here.
 */
const attemptTimeout = 2000;

export interface Proxies {
  httpsProxy: string;
  httpProxy: string;
  noProxy: string;
}

/** Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in upper or lower case, as curl does. */
export function proxiesOf(env: NodeJS.ProcessEnv): Proxies | undefined {
  const read = (name: string) => env[name.toLowerCase()] || env[name.toUpperCase()] || '';
  const [httpsProxy, httpProxy] = [read('https_proxy'), read('http_proxy')];
  if (!httpsProxy && !httpProxy) return undefined;
  // The sandbox is on this machine, which a proxy cannot reach.
  return { httpsProxy, httpProxy, noProxy: [read('no_proxy'), 'localhost,127.0.0.1,::1'].filter(Boolean).join(',') };
}

/** Describes the proxies without the passwords in their URLs. */
export function sayProxies({ httpsProxy, httpProxy, noProxy }: Proxies): string {
  const [first, ...others] = [
    ...new Set([httpsProxy, httpProxy].filter(Boolean).map((proxy) => URL.parse(proxy)?.host ?? 'an invalid URL')),
  ];
  return `through the proxy ${[first, ...others].join(' and ')}, except for ${noProxy}`;
}

/** Loads undici, and creates a dispatcher that uses the proxies of the environment. */
export async function loadAgent(env: NodeJS.ProcessEnv): Promise<Dispatcher> {
  // esbuild exports a CommonJS package that is imported dynamically as `default` only.
  const { default: undici } = await import('undici');
  const options = { maxResponseSize: longestPicture, connect: { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: attemptTimeout } };
  const proxies = proxiesOf(env);
  return proxies ? new undici.EnvHttpProxyAgent({ ...options, ...proxies }) : new undici.Agent(options);
}

/**
 * Creates a `fetch` through the proxies of an environment.
 *
 * @returns a function that throws if the server cannot be reached, redirects, or answers more than 64 KiB or `longest`
 */
export const createFetch = (env: NodeJS.ProcessEnv): Fetch => fetchThrough(() => loadAgent(env));

/** Creates a `fetch` on a dispatcher of undici's, which takes a fifth of the time of undici's own. Bodies are texts or forms. */
export function fetchThrough(load: () => Promise<Dispatcher>): Fetch {
  /** Loaded by the first request, so that it does not delay the start. */
  let loading: Promise<Dispatcher> | undefined;
  return async (url, { method = 'GET', headers, body, signal, longest = replyLimit }) => {
    loading ??= load();
    const agent = await loading;
    await afterTick();
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
    const { status, chunks } = await new Promise<Collected>((resolve, reject) =>
      agent.dispatch(options, collect(longest, signal, resolve, reject)),
    );
    if (status >= 300 && status < 400) throw withStatus(new Error(`redirected with ${status}`), status);
    return { status, text: async () => Buffer.concat(chunks).toString('utf8'), bytes: async () => Buffer.concat(chunks) };
  };
}

export const fetchPlatform: Fetch = createFetch(process.env);

const tooLarge = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';
const isTooLarge = (error: Error) => 'code' in error && error.code === tooLarge;

interface Collected {
  status: number;
  chunks: Buffer[];
}

/**
 * @param longest bytes
 * @param signal aborts this request only
 */
function collect(
  longest: number,
  signal: AbortSignal | null | undefined,
  resolve: (reply: Collected) => void,
  reject: (error: Error) => void,
): Dispatcher.DispatchHandler {
  const reply: Collected = { status: 0, chunks: [] };
  let length = 0;
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
    onResponseData(controller, chunk) {
      length += chunk.length;
      if (length > longest) controller.abort(Object.assign(new Error(`more than ${longest} bytes`), { code: tooLarge }));
      else reply.chunks.push(chunk);
    },
    onResponseEnd: () => resolve(reply),
    onResponseError: (_controller, error) => reject(isTooLarge(error) ? withStatus(error, reply.status) : error),
  };
}
