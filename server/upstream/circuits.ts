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
import { UpstreamError } from './errors.ts';

export interface CircuitSettings {
  /** Calls that may run at once. */
  concurrent: number;
  /** Calls that may wait for a slot. Further ones are refused. */
  queued: number;
  /** Consecutive failures that open the circuit. */
  failures: number;
  /** Milliseconds until an open circuit lets one call through. If it succeeds, the circuit closes. */
  pause: number;
}

/**
 * If an exchange takes 100 ms, `concurrent` allows a thousand logins a second. If every call takes the whole `platformTimeout`, the last
 * queued call ends after three timeouts, which is the time limit of a request.
 */
const defaults: CircuitSettings = { concurrent: 100, queued: 200, failures: 10, pause: 5000 };

/** Protects this process from servers that do not answer, with a bulkhead and a circuit breaker for each dependency. */
export interface Circuits {
  /**
   * Makes a call unless the circuit is open or full.
   *
   * Every error of a call is a failure, except an `UpstreamError` with a status below 500: the server answered in time and rejected this
   * request only. Errors within a reply, including a platform's own "busy", are the caller's to handle, so that one app's wrong secret or
   * one person's invalid code does not open a circuit.
   *
   * @param dependency owner and origin of the server, for the log
   * @param deadline time by `performance.now()` at which the caller stops waiting, and after which no call is made
   * @throws UpstreamError (busy or timeout) if the call was not made
   */
  call<T>(dependency: string, work: () => Promise<T>, deadline?: number): Promise<T>;
}

export function createCircuits(log: Logger, settings: Partial<CircuitSettings> = {}): Circuits {
  const circuits = new Map<string, ReturnType<typeof createCircuit>>();
  return {
    call(dependency, work, deadline) {
      const circuit = circuits.get(dependency) ?? createCircuit(dependency, { ...defaults, ...settings }, log);
      circuits.set(dependency, circuit);
      return circuit(work, deadline);
    },
  };
}

function createCircuit(dependency: string, { concurrent, queued, failures, pause }: CircuitSettings, log: Logger) {
  const breaker = circuitBreaker(handleWhen(isFailure), { breaker: new ConsecutiveBreaker(failures), halfOpenAfter: pause });
  breaker.onBreak(() => log.error({ dependency }, `circuit opened after ${failures} consecutive failures; retrying in ${pause} ms`));
  breaker.onReset(() => log.info({ dependency }, 'circuit closed'));
  const slots = bulkhead(concurrent, queued);
  const busy = (fault: string) => new UpstreamError('busy', { retryAfter: Math.ceil(pause / 1000), detail: { dependency, fault } });
  const late = () => new UpstreamError('timeout', { detail: { dependency, fault: 'request deadline exceeded' } });

  return async <T>(work: () => Promise<T>, deadline?: number): Promise<T> => {
    // cockatiel would queue further calls behind the one that tests the server.
    if (breaker.state === CircuitState.HalfOpen) throw busy('circuit open');
    try {
      const call = () => {
        // Outside the breaker, which would count this as a failure of the server.
        if (deadline !== undefined && performance.now() >= deadline) throw late();
        return breaker.execute(work);
      };
      if (slots.executionSlots > 0) return await slots.execute(call);
      // cockatiel runs a queued call in the async context of the call that freed its slot.
      const wait = (signal?: AbortSignal) => slots.execute(AsyncLocalStorage.bind(call), signal);
      return await (deadline === undefined ? wait() : waitUntil(deadline, wait, late));
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw busy('circuit open');
      if (error instanceof BulkheadRejectedError) throw busy('queue full');
      throw error;
    }
  };
}

/** Waits for work until the deadline. A timer may fire slightly before `performance.now()` reaches the deadline, so the signal decides. */
async function waitUntil<T>(deadline: number, work: (signal: AbortSignal) => Promise<T>, late: () => UpstreamError): Promise<T> {
  const expired = Promise.withResolvers<never>();
  const aborter = new AbortController();
  const expire = () => {
    aborter.abort();
    expired.reject(late());
  };
  const timer = setTimeout(expire, deadline - performance.now());
  try {
    return await Promise.race([work(aborter.signal), expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function isFailure(error: unknown): boolean {
  const status = error instanceof UpstreamError ? (error.detail.status ?? 0) : 0;
  return !(status >= 200 && status < 500);
}
