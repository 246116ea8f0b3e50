import { ApiError } from '../errors.ts';
import type { UpstreamError } from './errors.ts';

/** Seconds after which a client may try again. */
const retryAfter = 60;

/** @param detail fields for the log, without recipients and content */
export const deliveryUnavailable = (detail: Record<string, unknown>) => new ApiError('delivery_unavailable', { retryAfter, detail });

/** The contract's error for a failed call to a mail server or SMS provider. */
export const toDeliveryError = ({ reason, detail }: UpstreamError) => deliveryUnavailable({ reason, ...detail });
