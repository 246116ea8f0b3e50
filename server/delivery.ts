import { ApiError } from './errors.ts';

/** Seconds after which a sender of mail or SMS may be well again. */
const retryAfter = 60;

/** @param detail for the log: neither recipients nor what was to be sent */
export const deliveryUnavailable = (detail: Record<string, unknown>) => new ApiError('delivery_unavailable', { retryAfter, detail });
