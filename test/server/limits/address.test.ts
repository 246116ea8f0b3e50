import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../server/limits/address.ts';

describe('the network of an address', () => {
  it.each([
    ['an IPv4 address', '203.0.113.7', '203.0.113.7'],
    ['the same, mapped into IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
    ['an IPv6 address', '2001:db8:1:2:3:4:5:6', '20010db800010002'],
    ['another of the same network', '2001:db8:1:2::1', '20010db800010002'],
    ['one of the next network', '2001:db8:1:3::1', '20010db800010003'],
    ['what a proxy made up', 'unknown', ''],
    ['a closed connection', undefined, ''],
  ])('is computed for %s', (_case, ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});
