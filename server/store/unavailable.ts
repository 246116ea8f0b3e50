import { ApiError } from '../errors.ts';

/** Seconds. */
const retryAfter = 5;

/** The error for a database that is temporarily unavailable, so that the request may be retried. */
export const storeUnavailable = (cause: unknown) => new ApiError('store_unavailable', { retryAfter, cause });
