import { describe, expect, it } from 'vitest';
import { roughAddress } from '../../../server/accounts/roughAddress.ts';

describe('a rough address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['::1', '::/48'],
    ['fe80::1%eth0', 'fe80::/48'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff:ffff:ffff::/48'],
    ['unknown', null],
    [undefined, null],
  ])('of %s is %s', (ip, network) => {
    expect(roughAddress(ip)).toBe(network);
  });
});
