import { randomFillSync } from 'node:crypto';

/** Bytes fetched from the system at once: to ask it for a few takes longer than to use them. */
const supplySize = 4096;

let supply = Buffer.alloc(0);

/** Random bytes that nobody else was given, for secrets. */
export function takeRandomBytes(count: number): Buffer {
  if (supply.length < count) supply = randomFillSync(Buffer.alloc(Math.max(supplySize, count)));
  const taken = supply.subarray(0, count);
  supply = supply.subarray(count);
  return taken;
}
