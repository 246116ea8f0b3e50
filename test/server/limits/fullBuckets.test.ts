import { describe, expect, it } from 'vitest';
import type { Level } from '../../../server/limits/buckets.ts';
import { createFullBuckets } from '../../../server/limits/fullBuckets.ts';

const levelOf = (subject: string, reset = 60): Level<'password_ip'> => ({
  bucket: { limit: 'password_ip', subject, rate: { limit: 1, seconds: 60 } },
  remaining: -1,
  reset,
});

describe('the cache of full buckets', () => {
  it('remembers for two seconds that a bucket is full, and for how long', () => {
    const full = createFullBuckets();
    const level = levelOf('a');
    full.add('app', [level], 100);
    const resets = [100, 101, 102].map((at) => full.find('app', [level.bucket], at).map(({ reset }) => reset));
    expect(resets).toEqual([[60], [59], []]);
  });

  it('has no entry for another app or subject, or after the end of the window', () => {
    const full = createFullBuckets();
    full.add('app', [levelOf('a', 1)], 100);
    expect(full.find('other', [levelOf('a').bucket], 100)).toEqual([]);
    expect(full.find('app', [levelOf('b').bucket], 100)).toEqual([]);
    expect(full.find('app', [levelOf('a').bucket], 101)).toEqual([]);
  });

  it('drops the oldest entry beyond ten thousand', () => {
    const full = createFullBuckets();
    for (let n = 0; n <= 10_000; n++) full.add('app', [levelOf(String(n))], 100);
    const isKnown = (n: number) => full.find('app', [levelOf(String(n)).bucket], 100).length === 1;
    expect([0, 1, 10_000].map(isKnown)).toEqual([false, true, true]);
  });
});
