import type { Bucket, Level } from './buckets.ts';

/** Seconds for which a full bucket is not looked at again. Short, because attempts that were no wrong guesses are taken back. */
const lifetime = 2;
/** How many are remembered at most. */
const capacity = 10_000;

/** Buckets that were full a moment ago, so that refusing a flood costs no statements. What counts is the store; this only spares it. */
export interface FullBuckets {
  /** @param at unix seconds */
  note(appId: string, full: readonly Level[], at: number): void;
  /** The levels of those that are known to be full. */
  find(appId: string, buckets: readonly Bucket[], at: number): Level[];
}

export function createFullBuckets(): FullBuckets {
  const seen = new Map<string, { level: Level; at: number }>();
  const keyOf = (tenantId: string, { appId = tenantId, limit, subject }: Bucket) => `${appId} ${limit} ${subject}`;
  return {
    note(appId, full, at) {
      for (const level of full) {
        const key = keyOf(appId, level.bucket);
        seen.delete(key);
        seen.set(key, { level, at });
        const [oldest] = seen.keys();
        if (seen.size > capacity && oldest !== undefined) seen.delete(oldest);
      }
    },
    find: (appId, buckets, at) =>
      buckets.flatMap((bucket) => {
        const found = seen.get(keyOf(appId, bucket));
        if (!found) return [];
        const { level } = found;
        const age = at - found.at;
        // A clock that is set back must not keep anybody out until it is there again.
        return age >= 0 && age < Math.min(lifetime, level.reset) ? [{ ...level, reset: level.reset - age }] : [];
      }),
  };
}
