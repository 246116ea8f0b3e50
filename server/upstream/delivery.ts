import { ApiError } from '../errors.ts';
import type { UpstreamError } from './errors.ts';

/** Seconds after which a provider of mail or SMS may be back. */
const retryAfter = 60;

/** @param detail for the log: neither recipients nor content */
export const deliveryUnavailable = (detail: Record<string, unknown>) => new ApiError('delivery_unavailable', { retryAfter, detail });

/** The contract's error for a call to a provider of mail or SMS that failed. */
export const toDeliveryError = ({ reason, detail }: UpstreamError) => deliveryUnavailable({ reason, ...detail });
