import { Courier, type CourierServices } from './courier.ts';
import type { Endpoint } from './endpoints.ts';
import { createSend, type Send } from './send.ts';

/** Milliseconds for an endpoint to answer. */
const timeout = 10_000;

export interface Delivery {
  /** Resolves once the current attempts have ended and are recorded. */
  stop(): Promise<void>;
}

/** Starts to send the events of each endpoint. Each has its own requests, so one that hangs delays no other. */
export function startDelivery(
  endpoints: readonly Endpoint[],
  services: Omit<CourierServices, 'send'>,
  send: Send = createSend(timeout),
): Delivery {
  const couriers = endpoints.map((endpoint) => new Courier(endpoint, { ...services, send }));
  for (const courier of couriers) courier.start();
  return {
    async stop() {
      await Promise.all(couriers.map((courier) => courier.stop()));
    },
  };
}
