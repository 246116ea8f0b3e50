import { isIP } from 'node:net';
import type { Request } from 'express';
import type { Logger } from 'pino';
import type { TrustProxy } from '../config/trustProxy.ts';

/**
 * Determines the client's address from the trusted proxies. If they report text that is not an address, the proxy's own address is used.
 *
 * @param log receives one warning if there seems to be an untrusted proxy, or one that reports no addresses: all clients then share one
 *   address and its limits
 * @returns a function that returns undefined if the connection is closed
 */
export function clientAddress(trustProxy: TrustProxy, log: Logger): (request: Request) => string | undefined {
  const trusted = !Array.isArray(trustProxy) || trustProxy.length > 0;
  const warnings = new Set<string>();
  const warnOnce = (message: string) => {
    if (!warnings.has(message)) log.warn(message);
    warnings.add(message);
  };
  return (request) => {
    const forwarded = request.headers['x-forwarded-for'];
    const { remoteAddress } = request.socket;
    if (forwarded === undefined) return remoteAddress;
    if (!trusted) {
      warnOnce('requests carry X-Forwarded-For; if your own proxy sends it, set TRUST_PROXY (see deploy/README.md)');
      return remoteAddress;
    }
    request.headers['x-forwarded-for'] = String(forwarded).split(',').map(readAddress).join(', ');
    const { ip } = request;
    if (ip === undefined || isIP(ip) !== 0) return ip;
    warnOnce("the proxy's X-Forwarded-For holds text that is not an address; such requests count as the proxy's own and share its limits");
    return remoteAddress;
  };
}

/** Removes a port, brackets, quotes and a zone, which some proxies add. Text that is not an address is returned unchanged. */
function readAddress(entry: string): string {
  const text = entry.trim().replace(/^"(.*)"$/, '$1');
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? [];
  const [, bare] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  const address = (bracketed ?? bare ?? text).replace(/%.*$/, '');
  return isIP(address) === 0 ? text : address;
}
