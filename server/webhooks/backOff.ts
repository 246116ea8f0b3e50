const minute = 60;
const hour = 60 * minute;
/** Seconds before each further attempt; the last one repeats. */
const pauses = [5, 30, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour];

/**
 * The time of the next attempt.
 *
 * @param failures attempts that have failed, this one included
 * @param random from 0 to 1, adds up to a tenth, so that events that failed together are not retried together
 */
export function retryTime(now: number, failures: number, random = Math.random()): number {
  const seconds = pauses[Math.min(failures, pauses.length) - 1] ?? 0;
  return now + seconds + Math.floor((seconds * random) / 10);
}
