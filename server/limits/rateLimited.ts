import { ApiError } from '../errors.ts';
import type { Level } from './buckets.ts';

/** What a request is refused with where limits are passed, and which those are. */
export class RateLimited extends ApiError {
  readonly full: readonly Level[];

  constructor(full: readonly Level[]) {
    const detail = { limits: full.map(({ bucket }) => bucket.limit) };
    super('rate_limited', { retryAfter: Math.max(...full.map(({ reset }) => reset)), detail });
    this.full = full;
  }
}
