import { ApiError } from '../errors.ts';
import type { Level } from './buckets.ts';
import type { RateLimitName } from './limits.ts';

/** Refuses a request that exceeds limits. The log names them. */
export class RateLimited extends ApiError {
  readonly full: readonly Level<RateLimitName>[];

  constructor(full: readonly Level<RateLimitName>[]) {
    const detail = { limits: full.map(({ bucket }) => bucket.limit) };
    super('rate_limited', { retryAfter: Math.max(...full.map(({ reset }) => reset)), detail });
    this.full = full;
  }
}
