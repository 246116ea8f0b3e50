import { ApiError } from '../errors.ts';

/** Seconds after which a sender of mail or SMS may be well again. */
const retryAfter = 60;

/** @param detail for the log: neither recipients nor what was to be sent */
export const deliveryUnavailable = (detail: Record<string, unknown>) => new ApiError('delivery_unavailable', { retryAfter, detail });

/** What is a fault of a platform elsewhere is one of delivery here. */
export async function asDelivery<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof ApiError ? deliveryUnavailable({ reason: error.code, ...error.detail }) : error;
  }
}
