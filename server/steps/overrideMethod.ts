import type { Request } from 'express';

/** Applies the header by which hosts that can only GET and POST send PUT and DELETE as a POST (docs/protocol.md, Every request). */
export function overrideMethod(request: Request): void {
  if (request.method !== 'POST') return;
  const method = request.get('X-Hydrogen-Request-Method')?.toUpperCase();
  if (method === 'PUT' || method === 'DELETE') request.method = method;
}
