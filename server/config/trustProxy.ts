import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import * as z from 'zod';

/** Express's `trust proxy` without `true`, which would let every client choose its address. */
export type TrustProxy = number | string[];

/** Address ranges that Express knows by name. */
const ranges = new Set(['loopback', 'linklocal', 'uniquelocal']);
const isAddress = (text: string) =>
  ranges.has(text) || (isIP(text.split('/')[0] ?? '') !== 0 && (isIP(text) !== 0 || ipaddr.isValidCIDR(text)));

/** `TRUST_PROXY`. */
export const trustProxy = z.string().transform((text, context): TrustProxy => {
  if (/^[1-9]$/.test(text)) return Number(text);
  const addresses = text.split(',').map((address) => address.trim());
  if (addresses.every(isAddress)) return addresses;
  context.addIssue({
    code: 'custom',
    message: 'must be the number of proxies in front of this server (1 to 9), or their addresses: 10.0.0.0/8,127.0.0.1',
  });
  return z.NEVER;
});
