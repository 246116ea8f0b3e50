import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The address in a URL's host; undefined if the host is a name. */
export function literalAddress(hostname: string): string | undefined {
  const text = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(text) === 0 ? undefined : text;
}

/**
 * Whether an address is on the public internet: not of this machine, of a private network, of a cloud's metadata service, or reserved.
 * An IPv4 address within an IPv6 one, by mapping or for NAT64, counts as itself; other tunnels are refused.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv6' && address.range() === 'rfc6052') return isPublicAddress(embedded(address.toByteArray()));
  return address.range() === 'unicast';
}

/** The last four bytes, which hold the IPv4 address behind 64:ff9b::/96. */
const embedded = (bytes: number[]): string => bytes.slice(-4).join('.');
