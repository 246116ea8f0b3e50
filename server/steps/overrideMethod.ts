import type { RequestHandler } from 'express';

/** Hosts that can only GET and POST send PUT and DELETE as a POST with this header (wire.md, Every request). */
export const overrideMethod: RequestHandler = (request, _response, next) => {
  const method = request.get('X-Hydrogen-Request-Method')?.toUpperCase();
  if (request.method === 'POST' && (method === 'PUT' || method === 'DELETE')) request.method = method;
  next();
};
