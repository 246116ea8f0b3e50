import { endOfTurn } from '../turn.ts';

/** As much of `fetch` as the platforms' servers are asked with. */
export type Fetch = (url: URL, init: RequestInit) => Promise<{ status: number; body: AsyncIterable<Uint8Array> | null }>;

/** Loaded with the first request: a start need not wait for it, and a server without a platform has no use for it. */
let undici: Promise<typeof import('undici')> | undefined;

/**
 * What stands below `fetch`, without the streams that a browser would want: it takes a third of the time. A body is text or a form.
 *
 * @throws where the platform cannot be reached or redirects, which none does
 */
export const fetchPlatform: Fetch = async (url, { method = 'GET', headers, body, signal }) => {
  undici ??= import('undici');
  // What esbuild makes of a CommonJS package that is imported when it is needed has this name alone.
  const { request } = (await undici).default;
  await endOfTurn();
  const form = body instanceof URLSearchParams;
  const reply = await request(url, {
    method: method as 'GET' | 'POST',
    headers: {
      accept: '*/*',
      'user-agent': 'node',
      ...(form && { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }),
      ...(headers && Object.fromEntries(new Headers(headers))),
    },
    body: body == null ? null : String(body),
    signal: signal ?? null,
  });
  if (reply.statusCode >= 300 && reply.statusCode < 400) {
    await reply.body.dump();
    throw new Error(`redirected with ${reply.statusCode}`);
  }
  return { status: reply.statusCode, body: reply.body };
};
