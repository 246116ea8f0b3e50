import type { Bucket, Level } from './buckets.ts';
import type { RateLimitName } from './limits.ts';

/** Seconds for which a full bucket is not read again. Short, because the count of a successful attempt is undone. */
const lifetime = 2;
/** Maximum number of remembered buckets. */
const capacity = 10_000;

/** A cache of full buckets, so that refusing a flood costs no statements. The counts are in the store. */
export interface FullBuckets {
  /** @param at unix seconds */
  add(tenantId: string, full: readonly Level<RateLimitName>[], at: number): void;
  /** The levels of the buckets that are known to be full. */
  find(tenantId: string, buckets: readonly Bucket<RateLimitName>[], at: number): Level<RateLimitName>[];
}

export function createFullBuckets(): FullBuckets {
  const seen = new Map<string, { level: Level<RateLimitName>; at: number }>();
  const keyOf = (id: string, { tenantId = id, limit, subject }: Bucket) => `${tenantId} ${limit} ${subject}`;
  return {
    add(tenantId, full, at) {
      for (const level of full) {
        const key = keyOf(tenantId, level.bucket);
        seen.delete(key);
        seen.set(key, { level, at });
        const [oldest] = seen.keys();
        if (seen.size > capacity && oldest !== undefined) seen.delete(oldest);
      }
    },
    find: (tenantId, buckets, at) =>
      buckets.flatMap((bucket) => {
        const found = seen.get(keyOf(tenantId, bucket));
        if (!found) return [];
        const { level } = found;
        const age = at - found.at;
        // A clock that is set back must not prolong a refusal.
        return age >= 0 && age < Math.min(lifetime, level.reset) ? [{ ...level, reset: level.reset - age }] : [];
      }),
  };
}
