import type { RequestHandler } from 'express';

/** Headers that OWASP's REST Security Cheat Sheet advises for every answer, as they hold tokens and personal data. */
export const secureHeaders = new Map([
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Referrer-Policy', 'no-referrer'],
  // Browsers ignore it unless the answer came over TLS.
  ['Strict-Transport-Security', 'max-age=31536000'],
  ['X-Content-Type-Options', 'nosniff'],
]);

/** Sets the headers that every answer has. A page may replace some of them. */
export const secureAnswer: RequestHandler = (request, response, next) => {
  response.setHeaders(secureHeaders).setHeader('X-Request-Id', request.current.id);
  next();
};
