import { AsyncLocalStorage } from 'node:async_hooks';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import type { Logger } from 'pino';
import { ApiError } from '../errors.ts';

export interface CircuitSettings {
  /** Calls that may run at once, and that may wait for one of these to end. Further ones are refused. */
  running: number;
  waiting: number;
  /** Faults in a row after which nothing is asked any more. */
  faults: number;
  /** Milliseconds until it is asked once more; where that goes well, everything goes on. */
  pause: number;
}

/**
 * At 100 ms for an exchange, `running` is a thousand logins a second. Where every call takes the whole `platformTimeout`, one that waits
 * has its answer after three of these, which is all the time that a request has.
 */
const usual: CircuitSettings = { running: 100, waiting: 200, faults: 10, pause: 5000 };

/** Keeps what does not answer from holding up this process: for each line to a server of others, some calls at once and a breaker. */
export interface Circuits {
  /**
   * Makes a call unless the line is full or broken.
   *
   * A fault is whatever a call throws, but for what carries a status below 500 in its detail: there the other side answered in time, and
   * has a limit or something against this one request, be it a firewall's page in place of JSON. What a reply says, a platform's own "busy"
   * among it, is for the caller to read and is no fault: one app's wrong secret, or one person's odd code, closes the line to nobody.
   *
   * @param line whose server, and where: it is logged
   * @param until when the caller has no time left, as `performance.now` tells the time: then it waits no more, and nothing is asked
   * @throws platform_busy or platform_timeout where it was not made
   */
  call<T>(line: string, work: () => Promise<T>, until?: number): Promise<T>;
}

export function createCircuits(log: Logger, settings: Partial<CircuitSettings> = {}): Circuits {
  const circuits = new Map<string, ReturnType<typeof createCircuit>>();
  return {
    call(line, work, until) {
      const circuit = circuits.get(line) ?? createCircuit(line, { ...usual, ...settings }, log);
      circuits.set(line, circuit);
      return circuit(work, until);
    },
  };
}

function createCircuit(line: string, { running, waiting, faults, pause }: CircuitSettings, log: Logger) {
  const breaker = circuitBreaker(handleWhen(isFault), { breaker: new ConsecutiveBreaker(faults), halfOpenAfter: pause });
  breaker.onBreak(() => log.error({ line }, `${faults} calls failed in a row: nothing is asked for ${pause} ms`));
  breaker.onReset(() => log.info({ line }, 'answers again'));
  const places = bulkhead(running, waiting);
  const refusal = (fault: string) => new ApiError('platform_busy', { retryAfter: Math.ceil(pause / 1000), detail: { line, fault } });
  const tooLate = () => new ApiError('platform_timeout', { detail: { line, fault: 'no time left' } });

  return async <T>(work: () => Promise<T>, until?: number): Promise<T> => {
    // The library would have others wait for the one call that tries again.
    if (breaker.state === CircuitState.HalfOpen) throw refusal('broken');
    try {
      const call = () => {
        // Before the breaker, to which the other side would be at fault.
        if (until !== undefined && performance.now() >= until) throw tooLate();
        return breaker.execute(work);
      };
      if (places.executionSlots > 0) return await places.execute(call);
      // The library runs a call that waited on behalf of the one that made place for it.
      const wait = (signal?: AbortSignal) => places.execute(AsyncLocalStorage.bind(call), signal);
      return await (until === undefined ? wait() : endAt(until, wait, tooLate));
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw refusal('broken');
      if (error instanceof BulkheadRejectedError) throw refusal('full');
      throw error;
    }
  };
}

/** What work comes to, or an error where that takes too long: then the signal says so, as timers are early at times by the clock. */
async function endAt<T>(until: number, work: (signal: AbortSignal) => Promise<T>, tooLate: () => ApiError): Promise<T> {
  const late = Promise.withResolvers<never>();
  const ended = new AbortController();
  const end = () => {
    ended.abort();
    late.reject(tooLate());
  };
  const timer = setTimeout(end, until - performance.now());
  try {
    return await Promise.race([work(ended.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function isFault(error: unknown): boolean {
  const status = error instanceof ApiError ? Number(error.detail?.status) : 0;
  return !(status >= 200 && status < 500);
}
