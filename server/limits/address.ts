import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** How much of an IPv6 address one customer of a carrier has alone, in bytes: with a whole /64 nobody is out of addresses. */
const networkBytes = 8;

/**
 * What limits count a client's address as: an IPv4 address itself, also where it is mapped into IPv6, and an IPv6 address's network.
 *
 * @param ip as Express tells it, undefined where the connection is gone
 */
export function networkOf(ip = ''): string {
  if (isIPv4(ip)) return ip;
  if (!ipaddr.isValid(ip)) return '';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return Buffer.from(address.toByteArray().slice(0, networkBytes)).toString('hex');
}
