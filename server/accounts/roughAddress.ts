import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Bits of an IPv6 address that are kept (24 of IPv4): enough to distinguish home from elsewhere, too few to identify a household. */
const bits = 48;

/**
 * The network of an address, `203.0.113.0/24` or `2001:db8:1::/48`.
 *
 * @param ip as Express reports it; undefined if the connection is closed
 * @returns null if it is not an address
 */
export function roughAddress(ip = ''): string | null {
  // Avoids parsing, because every login calls this.
  if (isIPv4(ip)) return `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`;
  if (ip === '' || !ipaddr.isValid(ip)) return null;
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return roughAddress(address.toString());
  const network = [...address.toByteArray().slice(0, bits / 8), ...new Uint8Array(16 - bits / 8)];
  return `${ipaddr.fromByteArray(network)}/${bits}`;
}
