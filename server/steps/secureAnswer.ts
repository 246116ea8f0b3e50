import type { RequestHandler } from 'express';

/** Answers hold tokens and personal data, and none but the pages, which say so themselves, is there to be shown or to load anything. */
const headers = new Map([
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Referrer-Policy', 'no-referrer'],
  // Browsers mind it only where the answer came over TLS.
  ['Strict-Transport-Security', 'max-age=31536000'],
  ['X-Content-Type-Options', 'nosniff'],
]);

/** Sets the headers that OWASP's REST Security Cheat Sheet asks of every answer. */
export const secureAnswer: RequestHandler = (_request, response, next) => {
  response.setHeaders(headers);
  next();
};
