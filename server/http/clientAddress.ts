import { isIP } from 'node:net';
import type { Request } from 'express';
import type { Logger } from 'pino';
import type { TrustProxy } from '../config/trustProxy.ts';

/**
 * Determines the client's address from the trusted proxies. Text that is no address is dropped: as a key of limits, all clients of a
 * proxy that writes it would share it.
 *
 * @param log warned once if there seems to be an untrusted proxy, or one that sends no addresses: all clients then share one address
 *   and its limits
 * @returns a function that returns undefined if the connection is gone
 */
export function clientAddress(trustProxy: TrustProxy, log: Logger): (request: Request) => string | undefined {
  const trusted = !Array.isArray(trustProxy) || trustProxy.length > 0;
  const said = new Set<string>();
  const warnOnce = (message: string) => {
    if (!said.has(message)) log.warn(message);
    said.add(message);
  };
  return (request) => {
    const forwarded = request.headers['x-forwarded-for'];
    const { remoteAddress } = request.socket;
    if (forwarded === undefined) return remoteAddress;
    if (!trusted) {
      warnOnce('requests carry X-Forwarded-For: where that comes from your own proxy, set TRUST_PROXY (see deploy/README.md)');
      return remoteAddress;
    }
    request.headers['x-forwarded-for'] = String(forwarded).split(',').map(readAddress).join(', ');
    const { ip } = request;
    if (ip === undefined || isIP(ip) !== 0) return ip;
    warnOnce("the proxy's X-Forwarded-For holds what is no address: such requests count as the proxy's own, and share its limits");
    return remoteAddress;
  };
}

/** An address without what some proxies put around it: a port, brackets, quotes, a zone. Text that is no address is returned unchanged. */
function readAddress(entry: string): string {
  const text = entry.trim().replace(/^"(.*)"$/, '$1');
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? [];
  const [, bare] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  const address = (bracketed ?? bare ?? text).replace(/%.*$/, '');
  return isIP(address) === 0 ? text : address;
}
