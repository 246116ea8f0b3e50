import { ApiError } from '../errors.ts';

/** Seconds. */
const retryAfter = 5;

/** The error for a database that is temporarily unavailable: the same query may succeed later. */
export const storeUnavailable = (cause: unknown) => new ApiError('store_unavailable', { retryAfter, cause });
