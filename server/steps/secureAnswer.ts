import type { RequestHandler } from 'express';

/** What OWASP's REST Security Cheat Sheet asks of every answer: they hold tokens and personal data, and are not there to be shown. */
export const secureHeaders = new Map([
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Referrer-Policy', 'no-referrer'],
  // Browsers mind it only where the answer came over TLS.
  ['Strict-Transport-Security', 'max-age=31536000'],
  ['X-Content-Type-Options', 'nosniff'],
]);

/** Sets them, and the request's id, for what is not answered as JSON; a page may say something else afterwards. */
export const securePage: RequestHandler = (request, response, next) => {
  response.setHeaders(secureHeaders).setHeader('X-Request-Id', request.current.id);
  next();
};
