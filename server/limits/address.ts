import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Bytes of an IPv6 address that identify one client: providers assign a /64. */
const networkBytes = 8;

/**
 * The network that limits count a client by: an IPv4 address, mapped into IPv6 or not, or an IPv6 /64.
 *
 * @param ip as Express reports it; undefined if the connection is closed
 */
export function networkOf(ip = ''): string {
  if (isIPv4(ip)) return ip;
  if (!ipaddr.isValid(ip)) return '';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return Buffer.from(address.toByteArray().slice(0, networkBytes)).toString('hex');
}
