const minute = 60;
const hour = 60 * minute;
/** Seconds before each further attempt; the last one repeats. */
const pauses = [5, 30, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour];

/**
 * When an event is tried again.
 *
 * @param failures attempts that have failed, this one included
 * @param random from 0 to 1, for up to a tenth more: what failed together is not tried together
 */
export function retryTime(now: number, failures: number, random = Math.random()): number {
  const seconds = pauses[Math.min(failures, pauses.length) - 1] ?? 0;
  return now + seconds + Math.floor((seconds * random) / 10);
}
