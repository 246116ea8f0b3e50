import { ApiError } from '../errors.ts';

/** Seconds: databases restart, and operators empty disks, in a few or in many of these. */
const retryAfter = 5;

/** What a dialect throws where the database itself is the fault, and the same query may do once that is well again. */
export const storeUnavailable = (cause: unknown) => new ApiError('store_unavailable', { retryAfter, cause });
