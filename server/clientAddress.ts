import type { Request } from 'express';
import type { Logger } from 'pino';
import type { TrustProxy } from './trustProxy.ts';

/**
 * Tells the client's address, as far as the proxies in front are trusted.
 *
 * @param log told once where there seems to be a proxy, but none is trusted: then all clients have one address and its limits
 * @returns gives undefined where the connection is gone
 */
export function clientAddress(trustProxy: TrustProxy, log: Logger): (request: Request) => string | undefined {
  let told = !Array.isArray(trustProxy) || trustProxy.length > 0;
  return (request) => {
    // Then there is nothing for Express to look through, which takes it a while.
    if (request.headers['x-forwarded-for'] === undefined) return request.socket.remoteAddress;
    if (!told) log.warn('requests carry X-Forwarded-For: where that comes from your own proxy, set TRUST_PROXY (see deploy/README.md)');
    told = true;
    return request.ip;
  };
}
