import express, { type Router } from 'express';
import { currentRequest } from '../observe/currentRequest.ts';
import type { Fetch, Reply } from '../upstream/fetch.ts';

/** A call of this server to a simulated platform. */
interface Exchange {
  /** The request that the call was made for; null if none. */
  request_id: string | null;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  /** Null if no reply arrived. */
  status: number | null;
  answer: string | null;
  /** The reason why no reply arrived. */
  fault: string | null;
  milliseconds: number;
}

export interface Exchanges {
  /** Remembers the calls of a `fetch` to the sandbox. Calls to real platforms, which contain real secrets, are not remembered. */
  watch(fetch: Fetch): Fetch;
  /** `GET /exchanges?request_id=…` returns the calls for one request, or the latest ones. */
  router: Router;
}

/** Maximum number of calls that are remembered, and of characters of a body. */
const capacity = 500;
const longest = 16_384;

/**
 * Remembers calls to the simulated platforms with everything in them, for the playground. Their secrets are the sandbox's, which anyone can know.
 *
 * @param sandbox the sandbox's address, e.g. `http://127.0.0.1:3000/sandbox`
 */
export function createExchanges(sandbox: string): Exchanges {
  const remembered: Exchange[] = [];
  const router = express.Router();
  router.get('/exchanges', ({ query: { request_id } }, response) => {
    const asked = request_id === undefined ? remembered : remembered.filter((exchange) => exchange.request_id === request_id);
    response.json({ exchanges: asked });
  });
  return {
    router,
    watch: (fetch) => async (url, init) => {
      if (!url.href.startsWith(`${sandbox}/`)) return fetch(url, init);
      const begun = performance.now();
      const exchange: Exchange = {
        request_id: currentRequest()?.id ?? null,
        method: init.method ?? 'GET',
        url: url.href,
        headers: Object.fromEntries(new Headers(init.headers)),
        body: init.body == null ? null : String(init.body).slice(0, longest),
        status: null,
        answer: null,
        fault: null,
        milliseconds: 0,
      };
      remembered.push(exchange);
      if (remembered.length > capacity) remembered.shift();
      try {
        const reply = await fetch(url, init);
        exchange.status = reply.status;
        return noting(reply, exchange);
      } catch (error) {
        exchange.fault = error instanceof Error ? error.message : String(error);
        throw error;
      } finally {
        exchange.milliseconds = Math.round(performance.now() - begun);
      }
    },
  };
}

/** Notes the text of a reply when it is read. */
const noting = (reply: Reply, exchange: Exchange): Reply => ({
  status: reply.status,
  bytes: () => reply.bytes(),
  async text() {
    const text = await reply.text();
    exchange.answer = text.slice(0, longest);
    return text;
  },
});
