import type { RequestHandler } from 'express';

/** What the path of every operation begins with (docs/protocol.md, Operations). */
const prefix = '/hserve/';

/** For pages beside the operations: requests for an operation pass them by, because to look at each page's path takes time. */
export const outsideContract =
  (pages: RequestHandler): RequestHandler =>
  (request, response, next) => {
    if (request.url.startsWith(prefix)) next();
    else pages(request, response, next);
  };
