import { setTimeout as sleep } from 'node:timers/promises';

/** Sleeps without keeping the process alive; an abort ends the sleep early. */
export const pause = (milliseconds: number, signal: AbortSignal) =>
  sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
